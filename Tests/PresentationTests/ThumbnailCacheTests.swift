import Foundation
import NotificationModel
import Presentation
import Testing

/// Pictures are decoded once for a notification, and those that cannot be are listed.
final class ThumbnailCacheTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "cache-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func file(_ name: String, _ bytes: [UInt8]) throws -> AttachmentFile {
    let path = folder.appending(path: name)
    try Data(bytes).write(to: path)
    return try AttachmentFile(
      NotificationModel.Attachment(identifier: name, url: "file://" + path.path), folders: [folder.path])
  }

  /// A program that writes one picture of one pixel, and notes each of its starts.
  private func program() throws -> String {
    let path = folder.appending(path: "program")
    let script = """
      #!/bin/sh
      echo start >> '\(folder.path)/starts'
      printf '\\001\\000\\000\\000\\001\\000\\000\\000\\001\\002\\003\\377'

      """
    try script.write(to: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path.path)
    return path.path
  }

  private var starts: Int {
    (try? String(contentsOf: folder.appending(path: "starts"), encoding: .utf8))?.split(separator: "\n").count
      ?? 0
  }

  private static let gif = Array("GIF89a".utf8) + [1, 0, 1, 0, 0, 0, 0]

  @Test func aPictureIsMadeOnceForASide() throws {
    let cache = ThumbnailCache(Thumbnailer(executable: try program()))
    let picture = try file("a", Self.gif)
    let made = Thumbnail(width: 1, height: 1, pixels: [1, 2, 3, 255])
    #expect(cache.thumbnail(of: picture, side: 8) == made)
    #expect(cache.thumbnail(of: picture, side: 8) == made)
    #expect(starts == 1)
    #expect(cache.thumbnail(of: picture, side: 16) == made)
    #expect(cache.thumbnail(of: try file("b", Self.gif), side: 8) == made)
    #expect(starts == 3)
    #expect(cache.failures.isEmpty && cache.problem == nil)
  }

  @Test func aPictureThatFailsIsListedOnce() throws {
    let missing = folder.appending(path: "none").path
    let cache = ThumbnailCache(Thumbnailer(executable: missing))
    let picture = try file("a", Self.gif)
    for _ in 0..<3 { #expect(cache.thumbnail(of: picture, side: 8) == nil) }
    #expect(cache.failures == [picture])
    #expect(cache.problem?.contains(missing) == true)
    try "#!/bin/sh\n".write(toFile: missing, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: missing)
    // The superuser may execute only what somebody may.
    #expect(cache.problem?.contains("cannot be executed") == true)
  }

  @Test func whatIsNoPictureStartsNothing() throws {
    let cache = ThumbnailCache(Thumbnailer(executable: try program()))
    #expect(cache.thumbnail(of: try file("sound", Array("RIFF....WAVE".utf8)), side: 8) == nil)
    #expect(starts == 0 && cache.failures.isEmpty)
  }

  /// A program that was taken over writes what it likes; the size must be that of the pixels.
  @Test(arguments: [
    "", #"\001\000\000\000\001\000\000"#, #"\002\000\000\000\001\000\000\000\001\002\003\377"#,
    #"\000\000\000\000\001\000\000\000"#, #"\377\377\377\377\377\377\377\377\001\002\003\377"#,
    #"\001\000\000\000\001\000\000\000\001\002\003\377\000"#, #"\011\000\000\000\001\000\000\000"#,
  ])
  func anAnswerThatIsNoPictureIsNone(_ answer: String) throws {
    let path = folder.appending(path: "liar")
    try "#!/bin/sh\nprintf '\(answer)'\n".write(to: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path.path)
    let cache = ThumbnailCache(Thumbnailer(executable: path.path))
    #expect(cache.thumbnail(of: try file("a", Self.gif), side: 8) == nil)
    #expect(cache.failures.count == 1)
  }
}
