import Delivery
import DeliveryTesting
import Foundation
import NotificationModel
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

  /// The end is told with the generation that the notification went through, in whatever process and state it comes.
  @Test func anEventHasTheGenerationOfItsNotification() throws {
    let sample = try OutboxSample()
    try sample.open(delivers: false)
    let marks = (0..<4).map { GenerationMark(number: UInt32($0 % 2 + 1), digest: UInt64($0)) }
    for (number, mark) in marks.enumerated() {
      var push = notification("m\(number)", token: "t\(number)")
      push.generation = mark
      if number == 1 { push.headers.expiration = "1" }
      sample.take(push)
    }
    sample.take(notification("plain", token: "t4"))
    sample.turn()
    sample.kill()
    // Another process, whose first generation has the number 1 as well.
    try sample.open(delivers: false)
    sample.outbox?.withdraw(["m2"], for: nil)
    sample.turn()
    sample.kill()
    try sample.open()
    sample.memory.answer = {
      $0.identifier == "m3" ? .permanent(why: DeliveryFailure("BadTopic", "no")) : .done
    }
    sample.turn(6)
    var told: [String: [String]] = [:]
    for event in sample.audit {
      guard let id = event["id"] as? String, let state = event["state"] as? String else { continue }
      told[id] = [state, "\(event["generation"] ?? "-")", "\(event["digest"] ?? "-")"]
    }
    #expect(
      told == [
        "m0": ["delivered", "1", "0000000000000000"], "m1": ["expired", "2", "0000000000000001"],
        "m2": ["withdrawn", "1", "0000000000000002"], "m3": ["dead", "2", "0000000000000003"],
        "plain": ["delivered", "-", "-"],
      ])
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
