import CommandSupport
import PluginTesting
import Synchronization
import TerminalPages

/// The line that shows how far the tests have come.
final class TestProgress: Sendable {
  private struct State {
    var done = 0
    var failed = 0
    var isShowing = false
    var isCutOff = false
  }

  private let total: Int
  private let isShown: Bool
  /// The descriptor that results are shown on.
  private let descriptor: Int32
  private let line = ProgressLine()
  private let state = Mutex(State())

  /// Makes the line for a number of cases.
  init(total: Int, isShown: Bool, descriptor: Int32 = 1) {
    self.descriptor = descriptor
    self.total = total
    self.isShown = isShown
  }

  /// Counts the results of one more case.
  func advance(_ results: [TestResult]) {
    guard isShown else { return }
    state.withLock { state in
      state.done += 1
      state.failed += results.count { $0.status == .failed }
      line.show("\(state.done) of \(total)\(state.failed > 0 ? ", \(state.failed) failed" : "")")
      state.isShowing = true
    }
  }

  /// A Boolean value that indicates whether something could not be shown, which was said then.
  var isCutOff: Bool { state.withLock { $0.isCutOff } }

  /// Writes what belongs to the result of the command.
  func show(_ text: TerminalText) {
    state.withLock { state in
      guard !state.isCutOff else { return }
      do { try output(text, to: descriptor) } catch { state.isCutOff = true }
    }
  }

  /// Takes the line away.
  func clear() {
    state.withLock { state in
      if state.isShowing { line.clear() }
      state.isShowing = false
    }
  }
}
