import CProcessSandbox
import ConfigurationFiles
import EventLoop
import Glibc
import Synchronization

/// Notifications that wait for the processor's thread.
package final class WorkQueue: Sendable {
  /// A notification or a request, and what waits for its result.
  package struct Work: Sendable {
    /// The line, or the bytes of the request.
    package let line: [UInt8]
    let number: Int
    /// The recipient of the result.
    package let reply: Reply

    func fail(_ error: any Error) {
      switch reply {
      case .outcome(let continuation): continuation.resume(throwing: error)
      case .presentation(let continuation): continuation.resume(throwing: error)
      }
    }
  }

  /// What waits for a result.
  package enum Reply: Sendable {
    case outcome(CheckedContinuation<Outcome, any Error>)
    case presentation(CheckedContinuation<PresentationReply, any Error>)
  }

  private struct State {
    var waiting: [Work] = []
    var isClosed = false
    var failure: HostError?
  }

  private let state = Mutex(State())
  private let wakeWriter: Int32
  /// Readable when there is something new.
  package let wakeReader: Int32

  init() throws(HostError) {
    var ends: [Int32] = [-1, -1]
    guard ps_pipe(&ends) == 0 else { throw HostError(.sandbox, "no pipe: \(systemMessage())") }
    wakeReader = ends[0]
    wakeWriter = ends[1]
    for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
  }

  deinit {
    _ = Glibc.close(wakeReader)
    _ = Glibc.close(wakeWriter)
  }

  func append(_ work: Work) {
    let failure = state.withLock { state in
      if state.failure == nil { state.waiting.append(work) }
      return state.failure
    }
    if let failure { work.fail(failure) } else { wake() }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    wake()
  }

  private func wake() { _ = "x".withCString { write(wakeWriter, $0, 1) } }

  /// What waits, and whether no more will come.
  package func take() -> (work: [Work], isClosed: Bool) {
    var bytes = [UInt8](repeating: 0, count: 512)
    while read(wakeReader, &bytes, bytes.count) > 0 {}
    return state.withLock { state in
      defer { state.waiting.removeAll() }
      return (state.waiting, state.isClosed)
    }
  }

  /// Fails what waits, and all that comes.
  func fail(_ error: HostError) {
    let waiting = state.withLock { state in
      defer { state.waiting.removeAll() }
      state.failure = error
      return state.waiting
    }
    for work in waiting { work.fail(error) }
  }
}
