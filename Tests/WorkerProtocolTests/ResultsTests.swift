import NotificationModel
import Testing
import WorkerProtocol

/// The body of a results frame, taken apart by a host that believes none of its lengths.
struct ResultsTests {
  /// A notification's part of a body.
  private struct Part {
    var item: Int
    var action = ResultRecord.Action.deliver
    var isChanged = false
    var output = ""
    var outcome = ""
    var notes = ""
    var effects = ""

    var record: ResultRecord {
      ResultRecord(
        item: item, action: action, isChanged: isChanged, faults: 0, outputCount: output.utf8.count,
        outcomeCount: outcome.utf8.count, noteCount: notes.utf8.count, effectCount: effects.utf8.count)
    }
  }

  private static func body(_ parts: [Part]) -> [UInt8] {
    func sum(_ path: KeyPath<Part, String>) -> Int { parts.reduce(0) { $0 + $1[keyPath: path].utf8.count } }
    let header = ResultHeader(
      records: parts.count, tallies: 1, outputCount: sum(\.output), outcomeCount: sum(\.outcome),
      noteCount: sum(\.notes), effectCount: sum(\.effects))
    var bytes = withUnsafeBytes(of: header) { Array($0) }
    for part in parts {
      var record = [UInt8](repeating: 0, count: MemoryLayout<ResultRecord>.stride)
      withUnsafeBytes(of: part.record) { record.replaceSubrange(0..<$0.count, with: $0) }
      bytes += record
    }
    bytes += withUnsafeBytes(of: TallyRecord()) { Array($0) }
    for path in [\Part.output, \.outcome, \.notes, \.effects] {
      for part in parts { bytes += Array(part[keyPath: path].utf8) }
    }
    return bytes
  }

  private static let parts = [
    Part(item: 4, output: "{}\n", outcome: "\"a\":1"),
    Part(item: 3, action: .drop, notes: "note", effects: "effects"),
    Part(item: 5, action: .reject, outcome: "cause"),
  ]

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  @Test func eachNotificationHasItsOwnPart() throws {
    try Self.body(Self.parts).withUnsafeBytes { bytes in
      let body = try #require(ResultBody(bytes, pending: 3..<10))
      #expect(body.items == 3..<6 && body.entries.map(\.item) == [3, 4, 5])
      let (first, second, third) = (body.entries[1], body.entries[0], body.entries[2])
      #expect(
        Self.text(first.output) == "{}\n" && Self.text(first.outcome) == "\"a\":1" && first.effects.isEmpty)
      #expect(Self.text(second.notes) == "note" && Self.text(second.effects) == "effects")
      #expect(second.record.action == .drop && second.output.isEmpty)
      #expect(third.record.action == .reject && Self.text(third.outcome) == "cause")
    }
  }

  @Test func halfABodyIsNone() {
    let bytes = Self.body(Self.parts)
    for count in 0..<bytes.count {
      #expect(
        Array(bytes[..<count]).withUnsafeBytes { ResultBody($0, pending: 3..<10) == nil }, "\(count) bytes")
    }
  }

  @Test func itemsThatAreNotPendingOrStandTwiceAreNone() {
    for items in [[0], [4], [3, 3], [3, 5], [4, 5], [3, 4, 5, 6, 7, 8, 9, 10]] {
      let bytes = Self.body(items.map { Part(item: $0) })
      #expect(bytes.withUnsafeBytes { ResultBody($0, pending: 3..<10) == nil }, "\(items)")
    }
  }

  @Test func noBytesCrashTheReader() {
    var random = RandomSource(seed: 11)
    let bytes = Self.body(Self.parts)
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        changed[Int.random(in: 0..<changed.count, using: &random)] = .random(in: 0...255, using: &random)
      }
      changed.withUnsafeBytes { bytes in
        guard let body = ResultBody(bytes, pending: 3..<10) else { return }
        // What is taken has an action that there is.
        for entry in body.entries {
          #expect([.deliver, .drop, .reject, .halt].contains(entry.record.action))
          #expect(entry.output.count == Int(entry.record.outputCount))
        }
      }
    }
  }

  /// What results have follows from what was asked for and from what became of the notification.
  @Test(
    arguments: [
      (.lines, .deliver, false, "x", "", true), (.lines, .deliver, true, "x", "", true),
      (.lines, .deliver, false, "", "", false), (.lines, .drop, false, "x", "", false),
      (.lines, .deliver, false, "x", "e", false),
      (.payloads, .deliver, true, "x", "", true), (.payloads, .deliver, false, "", "e", true),
      (.payloads, .deliver, false, "x", "", false), (.payloads, .deliver, true, "", "", false),
      (.payloads, .drop, true, "", "e", true), (.payloads, .drop, true, "x", "", false),
      (.payloads, .reject, false, "", "e", false), (.payloads, .halt, false, "", "e", false),
      (.linesAndPayloads, .deliver, true, "x", "e", true),
      (.linesAndPayloads, .deliver, false, "", "", false),
      (.linesAndPayloads, .drop, false, "", "e", true), (.linesAndPayloads, .drop, false, "x", "", false),
      (.linesAndPayloads, .halt, false, "", "e", false),
      (.none, .deliver, true, "", "", true), (.none, .deliver, true, "x", "", false),
      (.none, .deliver, true, "", "e", false),
      (.answers, .deliver, false, "x", "", true), (.answers, .halt, false, "x", "", true),
      (.answers, .reject, false, "", "", true), (.answers, .deliver, false, "", "", false),
      (.answers, .reject, false, "x", "", false), (.answers, .deliver, false, "x", "e", false),
    ] as [(ResultContent, ResultRecord.Action, Bool, String, String, Bool)])
  func aRecordFitsWhatWasAskedFor(
    _ content: ResultContent, _ action: ResultRecord.Action, _ isChanged: Bool, _ output: String,
    _ effects: String, _ isConsistent: Bool
  ) throws {
    let part = Part(item: 0, action: action, isChanged: isChanged, output: output, effects: effects)
    try Self.body([part]).withUnsafeBytes { bytes in
      let body = try #require(ResultBody(bytes, pending: 0..<1))
      #expect(body.isConsistent(content) == isConsistent)
    }
  }

  /// Changed delivery headers stand beside any content, of what goes on, where a plugin may change some.
  @Test(
    arguments: [
      (.lines, .deliver, "x", true), (.none, .deliver, "", true), (.payloads, .deliver, "", true),
      (.linesAndPayloads, .deliver, "x", true), (.lines, .reject, "", false), (.none, .halt, "", false),
      (.answers, .deliver, "x", false),
    ] as [(ResultContent, ResultRecord.Action, String, Bool)])
  func changedHeadersStandBesideAnyContent(
    _ content: ResultContent, _ action: ResultRecord.Action, _ output: String, _ isConsistent: Bool
  ) throws {
    let part = Part(item: 0, action: action, isChanged: false, output: output, effects: "e")
    try Self.body([part]).withUnsafeBytes { bytes in
      let body = try #require(ResultBody(bytes, pending: 0..<1))
      #expect(body.isConsistent(content, writesHeaders: true) == isConsistent)
    }
  }

  /// A worker that was taken over cannot make up faults, or runs that were timed.
  @Test func aTallysKindsAreItsFaults() {
    // It has no gap: one record alone has the bytes that it has in a list.
    #expect(MemoryLayout<TallyRecord>.size == MemoryLayout<TallyRecord>.stride)
    var tally = TallyRecord()
    (tally.runs, tally.faults, tally.timed) = (2, 2, 1)
    #expect(!tally.isPossible(items: 2))
    tally.kinds.count(.error)
    #expect(!tally.isPossible(items: 2))
    tally.kinds.count(.crash)
    #expect(tally.isPossible(items: 2) && tally.kinds[.crash] == 1 && tally.kinds[.memory] == 0)
    tally.kinds.count(.memory)
    #expect(!tally.isPossible(items: 2))
    tally.faults = 3
    #expect(tally.isPossible(items: 2))
    tally.timed = 3
    #expect(!tally.isPossible(items: 2))
  }

  /// Five numbers whose sum is more than one of them can be.
  @Test func theSumOfKindsDoesNotOverflow() {
    var counts = FaultCounts<UInt32>()
    withUnsafeMutableBytes(of: &counts) { $0.copyBytes(from: [UInt8](repeating: 0xFF, count: $0.count)) }
    #expect(counts.sum == 5 * UInt64(UInt32.max))
    var total = FaultCounts<UInt64>()
    total.add(counts)
    total.add(counts)
    #expect(total[.timeout] == 2 * UInt64(UInt32.max))
  }
}
