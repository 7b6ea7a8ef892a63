import Glibc

/// The results of one notification: its record, and its part of each section of the body.
package struct ResultEntry {
  package let record: ResultRecord
  package let output: UnsafeRawBufferPointer
  package let outcome: UnsafeRawBufferPointer
  package let notes: UnsafeRawBufferPointer
  package let effects: UnsafeRawBufferPointer

  /// The place of the notification in its batch.
  package var item: Int { Int(record.item) }

  /// Returns the line for output, with its newline; empty where results have none.
  package func line(_ content: ResultContent) -> UnsafeRawBufferPointer {
    split(content).line
  }

  /// Returns the payload where the chain has changed it; empty where results have none.
  package func payload(_ content: ResultContent) -> UnsafeRawBufferPointer {
    split(content).payload
  }

  private func split(
    _ content: ResultContent
  ) -> (line: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer) {
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    switch content {
    case .none, .answers: return (none, none)
    case .lines: return (output, none)
    case .payloads: return (none, output)
    case .linesAndPayloads:
      guard let start = output.baseAddress, let newline = memchr(start, 0x0A, output.count) else {
        return (output, none)
      }
      let end = UnsafeRawPointer(newline) - start + 1
      return (
        UnsafeRawBufferPointer(rebasing: output[..<end]), UnsafeRawBufferPointer(rebasing: output[end...])
      )
    }
  }

  /// Takes the parts of the sections, one record after another.
  struct Cursor {
    private var output: UnsafeRawBufferPointer
    private var outcomes: UnsafeRawBufferPointer
    private var notes: UnsafeRawBufferPointer
    private var effects: UnsafeRawBufferPointer

    init(_ body: ResultBody) {
      (output, outcomes, notes, effects) = (body.output, body.outcomes, body.notes, body.effects)
    }

    mutating func next(_ record: ResultRecord) -> ResultEntry {
      ResultEntry(
        record: record, output: Self.part(&output, record.outputCount),
        outcome: Self.part(&outcomes, record.outcomeCount), notes: Self.part(&notes, record.noteCount),
        effects: Self.part(&effects, record.effectCount))
    }

    private static func part(_ rest: inout UnsafeRawBufferPointer, _ count: UInt32) -> UnsafeRawBufferPointer
    {
      defer { rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...]) }
      return UnsafeRawBufferPointer(rebasing: rest[..<Int(count)])
    }
  }
}
