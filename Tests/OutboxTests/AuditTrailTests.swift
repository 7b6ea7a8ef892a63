import Delivery
import Foundation
import Outbox
import Testing

/// The audit has each event once, whatever becomes of the process or the file.
struct AuditTrailTests {
  @Test func whatAKilledProcessDidNotWriteIsWrittenByTheNext() throws {
    let sample = try OutboxSample()
    try sample.open()
    for number in 0..<5 { sample.take(notification("m\(number)", token: "t\(number)")) }
    sample.turn()
    sample.kill()
    // The process was killed in the middle of a line, and the disk had lost two.
    let text = try String(contentsOfFile: sample.auditPath, encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 5)
    try (lines[..<3].joined(separator: "\n") + "\n" + lines[3].prefix(20))
      .write(toFile: sample.auditPath, atomically: false, encoding: .utf8)
    try sample.open()
    sample.turn()
    // The half line is ended, and its event written again whole.
    let whole = lines[..<3].joined(separator: "\n") + "\n" + lines[3].prefix(20) + "\n"
    #expect(
      try String(contentsOfFile: sample.auditPath, encoding: .utf8)
        == whole + lines[3...].joined(separator: "\n") + "\n")
    #expect(sample.audit.compactMap { $0["event"] as? Int } == [1, 2, 3, 4, 5])
  }

  @Test func anEventThatLacksItsNewlineAloneIsWhole() throws {
    let sample = try OutboxSample()
    try sample.open()
    sample.take(notification("m"), notification("n", token: "t"))
    sample.turn()
    sample.kill()
    let text = try String(contentsOfFile: sample.auditPath, encoding: .utf8)
    try String(text.dropLast()).write(toFile: sample.auditPath, atomically: false, encoding: .utf8)
    try sample.open()
    sample.turn()
    #expect(try String(contentsOfFile: sample.auditPath, encoding: .utf8) == text)
  }

  @Test(arguments: [#"{"line":7,"action":"del"#, #"{"event":99,"at":"2026"#, "{", "\u{0}"])
  func whatComesBehindHalfALineBeginsItsOwn(_ half: String) throws {
    let sample = try OutboxSample()
    // Before any event, and in the middle of a run.
    try half.write(toFile: sample.auditPath, atomically: false, encoding: .utf8)
    try sample.open()
    sample.take(notification("m"))
    sample.turn()
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: sample.auditPath))
    try file.seekToEnd()
    try file.write(contentsOf: Data(half.utf8))
    try file.close()
    sample.take(notification("n"))
    sample.turn()
    #expect(sample.audit.compactMap { $0["event"] as? Int } == [1, 2])
    #expect(sample.states == ["m": ["delivered"], "n": ["delivered"]])
    let lines = try String(contentsOfFile: sample.auditPath, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 4 && lines.filter { $0 == half }.count == 2)
  }

  @Test func linesOfOthersStandBetween() throws {
    let sample = try OutboxSample()
    try "{\"line\":1,\"action\":\"deliver\"}\n".write(
      toFile: sample.auditPath, atomically: false, encoding: .utf8)
    try sample.open()
    sample.take(notification("m"))
    sample.turn()
    sample.kill()
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: sample.auditPath))
    try file.seekToEnd()
    try file.write(contentsOf: Data("{\"line\":2,\"action\":\"drop\"}\n".utf8))
    try file.close()
    try sample.open()
    sample.take(notification("n"))
    sample.turn()
    #expect(sample.audit.compactMap { $0["event"] as? Int } == [1, 2])
    #expect(sample.audit.count == 4)
  }

  @Test func anAuditThatIsGoneBeginsAnew() throws {
    let sample = try OutboxSample()
    try sample.open()
    sample.take(notification("m"))
    sample.turn(8)
    sample.outbox?.close()
    sample.kill()
    try FileManager.default.removeItem(atPath: sample.auditPath)
    try sample.open()
    sample.take(notification("n"))
    sample.turn(8)
    // What was on the disk once is not told again.
    #expect(sample.states == ["n": ["delivered"]])
  }

  @Test func aFullDiskOfTheAuditLosesNoEvent() throws {
    let sample = try OutboxSample()
    try FileManager.default.createSymbolicLink(atPath: sample.auditPath, withDestinationPath: "/dev/full")
    try sample.open()
    sample.take(notification("m"))
    sample.turn(8)
    #expect(sample.ends["m"] == [.delivered])
    #expect(sample.notices.filter { $0.contains("--audit: No space left on device") }.count == 1)
    sample.kill()
    try FileManager.default.removeItem(atPath: sample.auditPath)
    try sample.open()
    sample.turn()
    #expect(sample.states == ["m": ["delivered"]])
  }
}
