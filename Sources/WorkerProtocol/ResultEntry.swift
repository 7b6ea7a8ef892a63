/// The results of one notification: its record, and its part of each section of the body.
package struct ResultEntry {
  package let record: ResultRecord
  package let output: UnsafeRawBufferPointer
  package let outcome: UnsafeRawBufferPointer
  package let notes: UnsafeRawBufferPointer
  package let effects: UnsafeRawBufferPointer

  /// The place of the notification in its batch.
  package var item: Int { Int(record.item) }

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
