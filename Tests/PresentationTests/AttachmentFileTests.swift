import Foundation
import NotificationModel
import Presentation
import Testing

/// A file is shown only where the operator allows it, and only as what its bytes say.
final class AttachmentFileTests {
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "attachments-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(
      at: folder.appending(path: "open"), withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private static func png(_ width: UInt32, _ height: UInt32) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
      + [width, height].flatMap { side in (0..<4).map { UInt8(truncatingIfNeeded: side >> (24 - 8 * $0)) } }
      + [8, 6, 0, 0, 0]
  }

  private func look(
    _ name: String, _ bytes: [UInt8], url: String? = nil,
    _ change: (inout NotificationModel.Attachment) -> Void = { _ in }
  ) throws -> AttachmentFile {
    let file = folder.appending(path: name)
    if !bytes.isEmpty { try Data(bytes).write(to: file) }
    var attachment = NotificationModel.Attachment(identifier: "a", url: url ?? "file://" + file.path)
    change(&attachment)
    return try AttachmentFile(attachment, folders: [folder.appending(path: "open").path])
  }

  @Test func optionsAreRead() throws {
    let file = try look("open/p", Self.png(10, 10)) {
      $0.hidesThumbnail = true
      $0.time = 3
      $0.clip = .init(x: 0.5, y: 0, width: 1, height: 0.5)
    }
    #expect(file.hidesThumbnail && file.time == 3)
    #expect(file.clip == .init(x: 0.5, y: 0, width: 0.5, height: 0.5))
  }

  private func refusal(_ body: () throws -> AttachmentFile) -> String {
    do {
      _ = try body()
      return "none"
    } catch {
      return (error as? AttachmentFile.Refusal)?.message ?? "\(error)"
    }
  }

  @Test func whatMayNotBeShownIsRefusedWithASentence() throws {
    #expect(refusal { try look("elsewhere.png", Self.png(1, 1)) }.contains("is in no folder of"))
    #expect(refusal { try look("open/t", Array("plain text".utf8)) }.contains("is none of JPEG"))
    #expect(
      refusal { try look("open/s", Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8)) }.contains(
        "none of"))
    #expect(
      refusal { try look("open/x", [], url: "https://example.com/a.png") }.contains("not one of a file"))
    #expect(refusal { try look("open/none", []) }.contains("is not there"))
    #expect(refusal { try look("open/z", Self.png(0, 5)) }.contains("damaged"))
    // Decompression bombs say how large they are before a byte of them is decoded.
    #expect(refusal { try look("open/bomb", Self.png(30_000, 30_000)) }.contains("30000 by 30000 pixels"))
    #expect(
      refusal { try look("open/big", Self.png(10, 10) + [UInt8](repeating: 0, count: 11 << 20)) }.contains(
        "bytes"))
    #expect(refusal { try look("open", [], url: "file://" + folder.path + "/open") }.contains("no folder of"))
    #expect(
      refusal { try look("open/n", [], url: "file://" + folder.path + "/open/%00") }.contains(
        "not one of a file"))
  }

  @Test func aLinkDoesNotLeadOut() throws {
    try Data(Self.png(1, 1)).write(to: folder.appending(path: "secret.png"))
    let link = folder.appending(path: "open/link.png")
    try FileManager.default.createSymbolicLink(
      at: link, withDestinationURL: folder.appending(path: "secret.png"))
    #expect(refusal { try look("open/link.png", []) }.contains("is in no folder of"))
    #expect(
      refusal { try look("x", [], url: "file://" + folder.path + "/open/../secret.png") }.contains(
        "is in no folder of"))
  }

  @Test func aPipeIsNoFile() throws {
    let path = folder.appending(path: "open/pipe").path
    #expect(mkfifo(path, 0o600) == 0)
    #expect(refusal { try look("x", [], url: "file://" + path) }.contains("is a pipe, not a regular file"))
  }
}
