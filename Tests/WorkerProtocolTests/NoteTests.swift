import Testing
import WorkerProtocol

/// Lines for the operator, which come from a process that is not trusted.
struct NoteTests {
  private static func read(_ notes: [Note]) -> [Note] {
    var writer = ByteWriter()
    for note in notes { note.write(to: &writer) }
    return writer.bytes.withUnsafeBytes { Note.read($0, plugins: ["p"]) }
  }

  @Test func whatIsWrittenIsRead() {
    let notes = [
      Note(plugin: "p", level: "info", text: "é"), Note(plugin: "", level: "warning", text: ""),
      Note(plugin: "p", level: "fault", text: "x"),
    ]
    #expect(Self.read(notes) == notes)
  }

  @Test func levelsAndPluginsThatThereAreNotAreLeftOut() {
    #expect(
      Self.read([
        Note(plugin: "q", level: "info", text: "a"), Note(plugin: "p", level: "withdraw", text: "m1"),
        Note(plugin: "p", level: "notilua", text: "a"),
      ]).isEmpty)
  }

  @Test func theirNumberAndLengthAreBounded() {
    let many = Array(repeating: Note(plugin: "p", level: "info", text: "x"), count: 5000)
    #expect(Self.read(many).count == ResultLimits.notes)
    let long = Note(plugin: "p", level: "info", text: String(repeating: "x", count: 100_000))
    #expect(Self.read([long]).first?.text.utf8.count == ResultLimits.note)
    let read = Self.read(Array(repeating: long, count: 1000))
    #expect(read.reduce(0) { $0 + $1.text.utf8.count } <= ResultLimits.noteBytes)
  }
}
