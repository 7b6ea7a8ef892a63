import ConfigurationFiles
import EventLoop
import Glibc

/// The output of a run: lines in order, and how far that went.
final class RunOutput {
  /// The condition of the output, which decides whether lines can be written.
  private enum Condition {
    case open
    /// Its reader has gone.
    case closed
    /// Its reader does not read, and nobody waits for it any longer.
    case stuck
    case failed
  }

  let descriptor: Int32
  private let state: RunState
  /// A Boolean value that is true where what is written says how notifications ended, also once the run is over.
  private let tellsEnds: Bool
  /// The name of what ends with the same line.
  private let name: String
  private var condition = Condition.open
  /// A Boolean value that is true where an input ended without a newline, which is written once something follows.
  private var owesNewline = false
  /// A Boolean value that is true where what is written next is a line without its newline.
  private var newlineIsNext = false

  /// - Parameter hasAudit: whether outcomes are written ahead of the output.
  init(_ descriptor: Int32, _ state: RunState, tellsEnds: Bool, hasAudit: Bool) {
    self.descriptor = descriptor
    self.state = state
    self.tellsEnds = tellsEnds
    // The audit is written before the output, and may be one outcome ahead of it.
    name = hasAudit ? "the output and the audit" : "the output"
  }

  private var mayWrite: Bool {
    condition == .open && (state.phase.waits || tellsEnds && !state.phase.end.wasCutShort)
  }

  /// Writes bytes, and reports where that fails.
  ///
  /// - Returns: how many of the bytes were written.
  @discardableResult
  func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard !bytes.isEmpty, mayWrite else { return 0 }
    let isWithoutNewline = newlineIsNext
    newlineIsNext = false
    if owesNewline {
      owesNewline = false
      _ = [UInt8(0x0A)].withUnsafeBytes { writeNow($0) }
      guard mayWrite else { return 0 }
    }
    owesNewline = isWithoutNewline
    return writeNow(bytes)
  }

  @discardableResult
  func write(_ bytes: [UInt8]) -> Int { bytes.withUnsafeBytes { write($0) } }

  private func writeNow(_ bytes: UnsafeRawBufferPointer) -> Int {
    // A reader that does not read holds everything up, until a second signal or the end of the first one's patience.
    let (count, code) = writeWhole(descriptor, bytes) { state.isPatient }
    switch code {
    case 0: break
    case EPIPE:
      condition = .closed
      state.note(.outputClosed)
    case EINTR:
      condition = .stuck
      state.noteImpatience()
    default:
      condition = .failed
      state.failWriting(name, HostError(.output, "the output: \(systemMessage(code))"))
    }
    return count
  }

  /// Returns a line without its newline, which is written where another line follows: the next input's first, perhaps.
  func withoutNewline(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    if line.isEmpty { return line }
    newlineIsNext = true
    return UnsafeRawBufferPointer(rebasing: line.dropLast())
  }
}
