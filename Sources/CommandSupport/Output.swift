import ArgumentParser
import ConfigurationFiles
import EventLoop
import Glibc
import TerminalPages

/// Writes what a command tells people, and ends it where that fails: quietly where the reader has gone away.
package func output(_ text: TerminalText, to descriptor: Int32 = 1) throws {
  try outputData(text.string, to: descriptor)
}

/// Writes a command's data as it is: JSON, pages and files are for programs.
package func outputData(_ text: String, to descriptor: Int32 = 1) throws {
  var text = text
  let (_, code) = text.withUTF8 { writeWhole(descriptor, UnsafeRawBufferPointer($0)) }
  if code == 0 { return }
  if code == EPIPE { throw ExitCode(HostError.Status.output.rawValue) }
  throw fail(HostError(.output, "the output: \(systemMessage(code)); write it somewhere else"))
}

/// The most bytes of a line on the error stream: texts from outside may be as long as a file.
private let lineLimit = 16 << 10

/// Writes a line on the error stream.
package func say(_ text: TerminalText) {
  let isLong = text.string.utf8.count > lineLimit
  var line = (isLong ? String(text.string.unicodeScalars.prefix(lineLimit / 4)) + "…" : text.string) + "\n"
  line.withUTF8 { _ = writeWhole(2, UnsafeRawBufferPointer($0)) }
}
