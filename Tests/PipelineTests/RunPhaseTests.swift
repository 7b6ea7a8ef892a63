import ConfigurationFiles
import Foundation
import Pipeline
import Testing

/// Every event in every phase, without a process.
struct RunPhaseTests {
  private static let broken = HostError(.output, "the output: No space left on device")
  private static let other = HostError(.output, "--audit 'a': Input/output error")

  private static let stop = RunPhase.Stop(signal: 15, since: 30)
  private static let haltedStop = RunPhase.Stop(signal: 15, since: 30, halt: "in:7")

  /// One phase of each kind, with and without what it may have.
  private static let phases: [RunPhase] = [
    .reading, .draining(.inputEnded, since: 10), .draining(.halted(at: "in:7"), since: 20), .stopping(stop),
    .stopping(haltedStop), .abandoned(.impatience(stop)), .abandoned(.outputClosed(signal: nil, halt: nil)),
    .abandoned(.outputClosed(signal: 15, halt: "in:7")), .failed(broken, signal: nil),
    .failed(broken, signal: 15), .closed(RunEnd()), .closed(RunEnd(signal: 15, wasCutShort: true)),
  ]

  private static let events: [RunEvent] = [
    .inputEnded(at: 40), .halted(place: "in:9", at: 40), .signal(2, at: 40), .impatience(2, at: 40),
    .outputClosed, .failure(other), .located(other), .closed,
  ]

  /// The table of the guide Architecture: what each phase of ``phases`` becomes by each of ``events``.
  private static let table: [[RunPhase]] = [
    // reading
    [
      .draining(.inputEnded, since: 40), .draining(.halted(at: "in:9"), since: 40),
      .stopping(.init(signal: 2, since: 40)), .abandoned(.impatience(.init(signal: 2, since: 40))),
      .abandoned(.outputClosed(signal: nil, halt: nil)), .failed(other, signal: nil), .reading,
      .closed(RunEnd()),
    ],
    // draining, the input has ended
    [
      .draining(.inputEnded, since: 10), .draining(.halted(at: "in:9"), since: 10),
      .stopping(.init(signal: 2, since: 40)), .abandoned(.impatience(.init(signal: 2, since: 40))),
      .abandoned(.outputClosed(signal: nil, halt: nil)), .failed(other, signal: nil),
      .draining(.inputEnded, since: 10), .closed(RunEnd()),
    ],
    // draining, halted
    [
      .draining(.halted(at: "in:7"), since: 20), .draining(.halted(at: "in:7"), since: 20),
      .stopping(.init(signal: 2, since: 40, halt: "in:7")),
      .abandoned(.impatience(.init(signal: 2, since: 40, halt: "in:7"))),
      .abandoned(.outputClosed(signal: nil, halt: "in:7")), .failed(other, signal: nil),
      .draining(.halted(at: "in:7"), since: 20), .closed(RunEnd(halt: "in:7")),
    ],
    // stopping
    [
      .stopping(stop), .stopping(.init(signal: 15, since: 30, halt: "in:9")), .abandoned(.impatience(stop)),
      .abandoned(.impatience(.init(signal: 2, since: 30))),
      .abandoned(.outputClosed(signal: 15, halt: nil)), .failed(other, signal: 15), .stopping(stop),
      .closed(RunEnd(signal: 15)),
    ],
    // stopping, halted
    [
      .stopping(haltedStop), .stopping(haltedStop), .abandoned(.impatience(haltedStop)),
      .abandoned(.impatience(.init(signal: 2, since: 30, halt: "in:7"))),
      .abandoned(.outputClosed(signal: 15, halt: "in:7")), .failed(other, signal: 15),
      .stopping(haltedStop), .closed(RunEnd(signal: 15, halt: "in:7")),
    ],
    // abandoned, out of patience
    [
      .abandoned(.impatience(stop)), .abandoned(.impatience(stop)), .abandoned(.impatience(stop)),
      .abandoned(.impatience(stop)), .abandoned(.impatience(stop)), .failed(other, signal: 15),
      .abandoned(.impatience(stop)), .closed(RunEnd(signal: 15, wasCutShort: true)),
    ],
    // abandoned, nobody reads the output
    [
      .abandoned(.outputClosed(signal: nil, halt: nil)), .abandoned(.outputClosed(signal: nil, halt: nil)),
      .abandoned(.outputClosed(signal: 2, halt: nil)), .abandoned(.outputClosed(signal: 2, halt: nil)),
      .abandoned(.outputClosed(signal: nil, halt: nil)), .failed(other, signal: nil),
      .abandoned(.outputClosed(signal: nil, halt: nil)), .closed(RunEnd(outputClosed: true)),
    ],
    // abandoned, nobody reads the output of a run that was stopped and halted
    [
      .abandoned(.outputClosed(signal: 15, halt: "in:7")),
      .abandoned(.outputClosed(signal: 15, halt: "in:7")),
      .abandoned(.outputClosed(signal: 2, halt: "in:7")), .abandoned(.outputClosed(signal: 2, halt: "in:7")),
      .abandoned(.outputClosed(signal: 15, halt: "in:7")), .failed(other, signal: 15),
      .abandoned(.outputClosed(signal: 15, halt: "in:7")),
      .closed(RunEnd(signal: 15, halt: "in:7", outputClosed: true)),
    ],
    // failed
    [
      .failed(broken, signal: nil), .failed(broken, signal: nil), .failed(broken, signal: 2),
      .failed(broken, signal: 2), .failed(broken, signal: nil), .failed(broken, signal: nil),
      .failed(other, signal: nil), .closed(RunEnd()),
    ],
    [
      .failed(broken, signal: 15), .failed(broken, signal: 15), .failed(broken, signal: 2),
      .failed(broken, signal: 2), .failed(broken, signal: 15), .failed(broken, signal: 15),
      .failed(other, signal: 15), .closed(RunEnd(signal: 15)),
    ],
    // closed
    Array(repeating: .closed(RunEnd()), count: 8),
    Array(repeating: .closed(RunEnd(signal: 15, wasCutShort: true)), count: 8),
  ]

  @Test func everyEventLeadsWhereTheTableSays() {
    #expect(Self.table.count == Self.phases.count)
    for (phase, row) in zip(Self.phases, Self.table) {
      #expect(row.count == Self.events.count)
      for (event, next) in zip(Self.events, row) {
        #expect(phase.after(event) == next, "\(phase) after \(event)")
      }
    }
  }

  /// The rows of the guide's table of phases and events.
  private func guideTable() throws -> [String: [String]] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let guide = root.appending(path: "Sources/Notilua/Notilua.docc/Architecture.md")
    let text = try String(contentsOf: guide, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "| phase | input ends |").dropFirst().first)
    var table: [String: [String]] = [:]
    for line in section.split(separator: "\n").dropFirst(2) {
      guard line.hasPrefix("| `") else { break }
      let words = line.split(separator: "|").map { $0.trimmingCharacters(in: [" ", "`"]) }
      table[words[0]] = Array(words.dropFirst())
    }
    return table
  }

  private static func name(_ phase: RunPhase) -> String {
    String("\(phase)".prefix { $0 != "(" })
  }

  @Test func theGuideHasEveryPhaseAndEvent() throws {
    let table = try guideTable()
    #expect(Set(table.keys) == Set(Self.phases.map(Self.name)))
    // More being known of a failure changes no phase, and has no column.
    let events = Self.events.filter { $0 != .located(Self.other) }
    for phase in Self.phases {
      #expect(table[Self.name(phase)] == events.map { Self.name(phase.after($0)) }, "\(phase)")
    }
  }

  /// What a run may do in each phase: read, wait for what is under way, pass results on, finish what a pipe gave.
  @Test func whatMayBeDoneFollowsFromThePhase() {
    let allowed: [[Bool]] = [
      [true, true, true, false], [false, true, true, false], [false, true, false, false],
      [false, true, true, true], [false, true, false, false],
    ]
    for (phase, (index, may)) in zip(Self.phases, allowed.enumerated()) {
      #expect([phase.reads, phase.waits, phase.takesResults, phase.finishesWhatWasRead] == may, "\(index)")
    }
    for phase in Self.phases.dropFirst(allowed.count) {
      #expect(!phase.reads && !phase.waits && !phase.takesResults && !phase.finishesWhatWasRead, "\(phase)")
    }
  }

  /// However many events come, a phase goes forward only, and the end is reached by `closed` alone.
  @Test func noSequenceGoesBack() {
    func rank(_ phase: RunPhase) -> Int {
      switch phase {
      case .reading: 0
      case .draining: 1
      case .stopping: 2
      case .abandoned: 3
      case .failed: 4
      case .closed: 5
      }
    }
    func walk(_ phase: RunPhase, _ depth: Int) {
      guard depth > 0 else { return }
      for event in Self.events {
        let next = phase.after(event)
        #expect(rank(next) >= rank(phase), "\(phase) after \(event)")
        #expect((rank(next) == 5) == (event == .closed || rank(phase) == 5))
        // What is known of a signal and of a halt is never forgotten, but for a failure, which goes before a halt.
        #expect(phase.signal == nil || next.signal != nil)
        #expect(phase.halt == nil || next.halt == phase.halt || next.failure != nil)
        walk(next, depth - 1)
      }
    }
    walk(.reading, 5)
  }
}
