import Delivery
import Foundation
import Testing

/// The next process finds the last whole event behind the place that was safe.
struct AuditLogTests {
  private static func withLog(_ contents: String, _ body: (AuditLog, String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)").path
    try contents.write(toFile: path, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(AuditLog(try LineFile(path)), path)
  }

  @Test(arguments: [
    ("", 0), ("{\"event\":1}\n", 1), ("{\"event\":2,\"at\":3}\n{\"event\":1}\n", 2),
    // Lines of others, half an event, and numbers that are none.
    ("{\"line\":7}\n{\"event\":1}\n{\"at\":1,\"event\":9}\n", 1), ("{\"event\":1}\n{\"event\":2,\"a\n", 1),
    ("{\"event\":\"9\"}\n", 0), ("{\"event\":9.5}\n", 0), ("{\"event\":99999999999999999999}\n", 0),
    ("\n\n{\n\u{0}\n", 0),
  ])
  func theLastWholeEventIsFound(_ text: String, _ event: Int64) throws {
    try Self.withLog(text) { log, _ in #expect(log.lastEvent(behind: nil) == event) }
  }

  @Test func onlyWhatStandsBehindThePlaceIsRead() throws {
    try Self.withLog("{\"event\":5}\n") { log, _ in
      let place = try #require(log.sync())
      #expect(place.size == 12)
      #expect(log.lastEvent(behind: place) == 0)
      #expect(log.append(Array("{\"event\":6}\n".utf8)) == 0)
      #expect(log.lastEvent(behind: place) == 6)
      // Another file has come to be there, or this one has become shorter.
      #expect(log.lastEvent(behind: AuditLog.Place(file: place.file + 1, size: 12)) == 6)
      #expect(log.lastEvent(behind: AuditLog.Place(file: place.file, size: 1 << 40)) == 0)
    }
  }

  @Test func halfALineIsEndedBeforeAnEvent() throws {
    try Self.withLog("{\"event\":1}\n") { log, path in
      let other = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      try other.seekToEnd()
      try other.write(contentsOf: Data("{\"event\":2".utf8))
      #expect(log.append(Array("{\"event\":3}\n".utf8)) == 0)
      #expect(
        try String(contentsOfFile: path, encoding: .utf8) == "{\"event\":1}\n{\"event\":2\n{\"event\":3}\n")
      #expect(log.lastEvent(behind: nil) == 3)
    }
  }

  /// The log reads in pieces of 256 KiB.
  @Test func aLineLongerThanAPieceIsWhole() throws {
    let long = "{\"event\":4,\"text\":\"" + String(repeating: "a", count: 600 << 10) + "\"}\n"
    try Self.withLog("{\"event\":3}\n" + long) { log, _ in #expect(log.lastEvent(behind: nil) == 4) }
  }

  /// full(4): every write fails with ENOSPC.
  @Test func whatIsNoRegularFileHasNoPlace() throws {
    let log = AuditLog(try LineFile("/dev/full"))
    #expect(log.append(Array("{\"event\":1}\n".utf8)) == ENOSPC)
    #expect(log.lastEvent(behind: nil) == 0)
    #expect(log.sync() == AuditLog.Place(file: 0, size: 0))
  }
}
