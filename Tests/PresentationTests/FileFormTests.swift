import Foundation
import NotificationModel
import Presentation
import Testing

/// Forms of files, told by their first bytes.
final class FileFormTests {
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
    _ name: String, _ bytes: [UInt8], url: String? = nil
  ) throws -> AttachmentFile {
    let file = folder.appending(path: name)
    if !bytes.isEmpty { try Data(bytes).write(to: file) }
    return try AttachmentFile(
      NotificationModel.Attachment(identifier: "a", url: url ?? "file://" + file.path),
      folders: [folder.appending(path: "open").path])
  }

  @Test func aPictureIsToldByItsBytes() throws {
    let file = try look("open/photo.txt", Self.png(640, 480))
    #expect(file.kind == .image && file.type == "public.png" && file.width == 640 && file.height == 480)
    let jpeg: [UInt8] = [
      0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 11, 8, 0, 100, 0, 200, 3, 0, 0, 0,
    ]
    let photo = try look("open/photo", jpeg)
    #expect(photo.type == "public.jpeg" && photo.width == 200 && photo.height == 100)
    let gif = try look("open/g.png", Array("GIF89a".utf8) + [10, 0, 5, 0, 0, 0, 0])
    #expect(gif.type == "com.compuserve.gif" && gif.width == 10 && gif.height == 5)
  }

  @Test(arguments: [
    ("RIFF....WAVE", "com.microsoft.waveform-audio"), ("RIFF....AVI ", "public.avi"),
    ("FORM....AIFF", "public.aiff-audio"), ("ID3.........", "public.mp3"),
    ("....ftypM4A ", "public.mpeg-4-audio"),
    ("....ftypisom", "public.mpeg-4"),
  ])
  func soundsAndFilmsAreKnown(_ head: String, _ type: String) throws {
    #expect(try look("open/f", Array(head.utf8)).type == type)
  }
}
