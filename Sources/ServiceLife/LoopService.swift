import Foundation
import ServiceLifecycle

/// A part of the service that runs a loop on a thread of its own.
///
/// The thread ends when the loop does; asking it to stop is the loop's own matter, by a mailbox.
package struct LoopService: Service, CustomStringConvertible {
  /// The name of the thread and of the service.
  package let description: String
  private let body: @Sendable () throws -> Void
  private let stop: @Sendable () -> Void
  private let abandon: @Sendable () -> Void

  /// Makes a service that is not started.
  ///
  /// - Parameters:
  ///   - name: the name; the kernel shows 15 bytes of it for the thread.
  ///   - body: runs the loop to its end on the new thread.
  ///   - stop: asks the loop to come to its end, from any thread; it does not wait.
  ///   - abandon: asks the loop to end at once, where the time for a stop is over.
  package init(
    _ name: String, body: @escaping @Sendable () throws -> Void, stop: @escaping @Sendable () -> Void,
    abandon: @escaping @Sendable () -> Void
  ) {
    description = name
    self.body = body
    self.stop = stop
    self.abandon = abandon
  }

  /// Runs the loop, and returns when it has come to its end.
  package func run() async throws {
    try await withTaskCancellationHandler {
      try await withGracefulShutdownHandler {
        try await runThread()
      } onGracefulShutdown: {
        stop()
      }
    } onCancel: {
      abandon()
    }
  }

  private func runThread() async throws {
    try await withCheckedThrowingContinuation { (end: CheckedContinuation<Void, any Error>) in
      let thread = Thread { end.resume(with: Result { try body() }) }
      thread.name = description
      thread.start()
    }
  }
}
