/// The lines of a file, a pipe or a terminal.
package final class LineSource: NotificationSource {
  private var cutter: LineCutter

  /// - Parameters:
  ///   - file: a descriptor, which stays the caller's.
  ///   - limit: the most bytes of a line.
  package init(file: Int32, limit: Int) { cutter = LineCutter(file: file, limit: limit) }

  package var descriptor: Int32 { cutter.descriptor }
  package var hasMore: Bool { cutter.hasMore }
  package var hasWholeLine: Bool { cutter.hasWholeLine }
  package var isSkipping: Bool { cutter.isSkipping }
  package var lines: [SourceLine] { cutter.lines }
  package var lacksNewline: Bool { cutter.lacksNewline }
  package var hasByteOrderMark: Bool { cutter.hasByteOrderMark }

  package var onOversized: (UnsafeRawBufferPointer) -> Void {
    get { cutter.onOversized }
    set { cutter.onOversized = newValue }
  }

  package func begin(_ memory: UnsafeMutableRawBufferPointer) { cutter.begin(memory) }

  package func leave(_ memory: UnsafeMutableRawBufferPointer) { cutter.leave(memory) }

  package func fill(_ memory: UnsafeMutableRawBufferPointer, most: Int) -> SourceProgress {
    cutter.fill(memory, most: most)
  }
}
