import ConfigurationFiles
import EventLoop
import Foundation
import NotificationModel
import Synchronization

/// A program or a server that is sent what people do with notifications, one response after the other.
package protocol ResponseReceiver: Sendable {
  /// The name that messages call it by.
  var name: String { get }
  /// The time that what is left may take once the run has ended, in seconds; nil for as long as it takes.
  var patience: Double? { get }

  /// Sends a response, a JSON object, and waits no longer once `isStopped` holds.
  ///
  /// - Returns: why it was not sent; nil where it was.
  func send(_ response: String, isStopped: () -> Bool) -> String?

  /// Ends the receiver, which is sent nothing more.
  ///
  /// - Parameter isOverdue: whether it has had its time.
  /// - Returns: the responses that it has not read, with the cause, and how it failed, where it did.
  func finish(isOverdue: Bool) -> (unread: [String], cause: String, failure: HostError?)
}

/// Responses on their way to a receiver, which never hold up the run: a thread of their own sends them.
///
/// The queue is bounded. What is not sent is written to the error stream with its cause, so that nothing is lost without
/// notice.
package final class ResponseQueue: Sendable {
  /// The end of a queue.
  package struct Ending {
    /// The number of responses that were not sent, by their cause.
    package var unsent: [String: Int] = [:]
    /// The failure of the receiver, if any.
    package var failure: HostError?

    /// The number of responses that were not sent.
    package var count: Int { unsent.values.reduce(0, +) }
  }

  /// The most responses that wait.
  package static let limit = 1000
  /// The most bytes of responses that wait.
  package static let byteLimit = 8 << 20
  /// The time that a thread which still writes has once its receiver has had its own, in nanoseconds.
  private static let graceTime: Int64 = 1_000_000_000

  private struct State {
    var waiting: [String] = []
    var byteCount = 0
    /// A Boolean value that indicates whether nothing more comes.
    var isClosed = false
    /// A Boolean value that indicates whether the queued responses are given up.
    var isStopped = false
    var unsent: [String: Int] = [:]
  }

  private let receiver: any ResponseReceiver
  /// The name of the receiver.
  package var name: String { receiver.name }
  private let errors: Int32
  private let state = Mutex(State())
  private let hasWork = DispatchSemaphore(value: 0)
  private let hasEnded = DispatchSemaphore(value: 0)

  /// - Parameter errors: where people read; -1 for nowhere.
  package init(_ receiver: any ResponseReceiver, errors: Int32) {
    self.receiver = receiver
    self.errors = errors
    Thread.detachNewThread { [self] in
      while let response = next() {
        let isStopped = { self.state.withLock { $0.isStopped } }
        let cause = isStopped() ? "the run has ended" : receiver.send(response, isStopped: isStopped)
        if let cause { lose(response, cause) }
      }
      hasEnded.signal()
    }
  }

  /// Enqueues a response, a JSON object.
  package func take(_ response: String) {
    let hasRoom = state.withLock { state in
      guard state.waiting.count < Self.limit, state.byteCount + response.utf8.count <= Self.byteLimit else {
        return false
      }
      state.waiting.append(response)
      state.byteCount += response.utf8.count
      return true
    }
    if hasRoom { hasWork.signal() } else { lose(response, "too many wait to be sent") }
  }

  /// Waits until what is left was sent, or for the receiver's time.
  package func finish() -> Ending {
    state.withLock { $0.isClosed = true }
    hasWork.signal()
    let begun = MonotonicClock.now
    var overdueAt: Int64?
    while hasEnded.wait(timeout: .now() + .milliseconds(20)) == .timedOut {
      let now = MonotonicClock.now
      // Where people do not read either, the thread waits for them.
      if let overdueAt, now - overdueAt > Self.graceTime { break }
      let stops = StopSignals.count
      // A run that was stopped has as long as the stop.
      guard let patience = stops > 1 ? 0 : stops > 0 ? nil : receiver.patience,
        overdueAt == nil, Double(now - begun) / 1e9 >= patience
      else { continue }
      overdueAt = now
      state.withLock { $0.isStopped = true }
    }
    let (unread, cause, failure) = receiver.finish(isOverdue: overdueAt != nil)
    for response in unread { lose(response, cause) }
    return Ending(unsent: state.withLock { $0.unsent }, failure: failure)
  }

  /// Returns the response to send next; nil once there are no more.
  private func next() -> String? {
    while true {
      let (response, isClosed) = state.withLock { state -> (String?, Bool) in
        guard !state.waiting.isEmpty else { return (nil, state.isClosed) }
        let response = state.waiting.removeFirst()
        state.byteCount -= response.utf8.count
        return (response, false)
      }
      if let response { return response }
      if isClosed { return nil }
      hasWork.wait()
    }
  }

  private func lose(_ response: String, _ cause: String) {
    state.withLock { $0.unsent[cause, default: 0] += 1 }
    var text = "notilua: not sent to \(receiver.name): \(cause): \(response)".printable + "\n"
    text.withUTF8 { _ = writeWhole(errors, UnsafeRawBufferPointer($0)) }
  }
}

extension ResponseQueue.Ending {
  /// The sentence that tells how many responses were not sent, and why; nil where all were.
  package func line(_ name: String) -> String? {
    guard count > 0 else { return nil }
    let causes = unsent.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) (\(RunSummary.grouped($0.value)))" }
    return
      "notilua: \(RunSummary.count(count, "response")) not sent to \(name): \(causes.joined(separator: ", "));"
      + " each is on this stream, send it yourself"
  }
}
