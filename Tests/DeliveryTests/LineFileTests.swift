import Delivery
import Foundation
import Testing

/// What is appended begins a line of its own, whatever the file ends in.
struct LineFileTests {
  private static func withPath(_ contents: String?, _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)").path
    if let contents { try contents.write(toFile: path, atomically: false, encoding: .utf8) }
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test(arguments: [
    (nil, "a\n"), ("", "a\n"), ("x\n", "x\na\n"), ("half", "half\na\n"), ("x\nhalf", "x\nhalf\na\n"),
    ("x\r", "x\r\na\n"), ("\n", "\na\n"), ("\0", "\0\na\n"),
  ])
  func halfALineIsEnded(_ before: String?, _ after: String) throws {
    try Self.withPath(before) { path in
      let file = try LineFile(path)
      #expect(file.append(Array("a\n".utf8)) == 0)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == after)
      let isHalf = before.map { !$0.isEmpty && $0.utf8.last != 0x0A } ?? false
      #expect((file.notice != nil) == isHalf)
      if let before, isHalf {
        #expect(
          file.notice?.contains("'\(path)'") ?? false
            && file.notice?.contains("byte \(before.utf8.count)") ?? false)
      }
    }
  }

  @Test func halfALineOfAnotherProcessIsEnded() throws {
    try Self.withPath("x\n") { path in
      let (file, other) = (try LineFile(path), try LineFile(path))
      #expect(other.append(Array("half".utf8)) == 0)
      #expect(file.endHalfLine() == 0 && file.append(Array("a\n".utf8)) == 0)
      #expect(file.endHalfLine() == 0)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "x\nhalf\na\n")
    }
  }

  /// pipe(7): a writer learns that its last reader has gone only where it is no reader itself.
  @Test func aPipeIsOpenedForWritingOnly() throws {
    try Self.withPath(nil) { path in
      try #require(mkfifo(path, 0o600) == 0)
      let reader = open(path, O_RDONLY | O_NONBLOCK)
      defer { close(reader) }
      let file = try LineFile(path)
      #expect(fcntl(file.descriptor, F_GETFL) & O_ACCMODE == O_WRONLY)
      #expect(file.endHalfLine() == 0 && file.append(Array("a\n".utf8)) == 0)
      var bytes = [UInt8](repeating: 0, count: 8)
      #expect(read(reader, &bytes, 8) == 2)
    }
  }

  @Test func whatIsNoRegularFileIsLeftAsItIs() throws {
    let file = try LineFile("/dev/null")
    #expect(file.notice == nil && file.endHalfLine() == 0 && file.append([0x0A]) == 0)
    let full = try LineFile("/dev/full")
    #expect(full.append([0x0A]) == ENOSPC)
    let error = #expect(throws: LineFileError.self) { _ = try LineFile("/no-such-folder/file") }
    #expect(error?.code == ENOENT)
  }
}
