import Foundation

/// Runs what waits for a process or a person on a thread of its own, so that it holds none of those that Swift's tasks share.
package func onOwnThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: body()) }
  }
}
