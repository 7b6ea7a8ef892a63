import EventLoop
import Glibc

/// One line of the error stream that is written over again and again; nothing where that is no terminal.
package struct ProgressLine {
  private let isShown = isatty(2) == 1

  /// Makes the line of this process.
  package init() {}

  /// Writes the line anew.
  package func show(_ text: TerminalText) { write("\r\u{1B}[K\(text)") }

  /// Takes the line away.
  package func clear() { write("\r\u{1B}[K") }

  private func write(_ text: TerminalText) {
    guard isShown else { return }
    var text = text.string
    text.withUTF8 { _ = writeWhole(2, UnsafeRawBufferPointer($0)) }
  }
}
