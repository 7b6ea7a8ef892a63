import ConfigurationFiles
import EventLoop
import Synchronization
import WorkerHost

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

  /// The continuation that waits for a result.
  package enum Reply: Sendable {
    case outcome(CheckedContinuation<Outcome, any Error>)
    case presentation(CheckedContinuation<PresentationReply, any Error>)
  }

  /// A message to the queue's thread.
  enum Letter: Sendable {
    case work(Work)
    /// Nothing more comes.
    case closed
  }

  /// The messages for the thread.
  let mailbox: Mailbox<Letter>
  /// The failure that no work gets beyond.
  private let failure = Mutex<HostError?>(nil)

  init() throws(HostError) {
    do throws(SystemError) {
      mailbox = try Mailbox()
    } catch {
      throw HostError(.sandbox, KernelRefusal(error).text)
    }
  }

  /// A descriptor that is readable when there is something new.
  package var descriptor: Int32 { mailbox.descriptor }

  func append(_ work: Work) {
    // Under the lock: what is put before the failure is failed with the rest.
    let failure = failure.withLock { failure in
      if failure == nil { mailbox.put(.work(work)) }
      return failure
    }
    if let failure { work.fail(failure) }
  }

  func close() { mailbox.put(.closed) }

  /// Takes out what has come, and tells whether no more will come.
  package func take() -> (work: [Work], isClosed: Bool) { Self.sort(mailbox.take()) }

  /// Returns the work among letters, and whether no more will come.
  static func sort(_ letters: [Letter]) -> (work: [Work], isClosed: Bool) {
    var work: [Work] = []
    var isClosed = false
    for letter in letters {
      switch letter {
      case .work(let one): work.append(one)
      case .closed: isClosed = true
      }
    }
    return (work, isClosed)
  }

  /// Fails what waits, and all that comes.
  func fail(_ error: HostError) {
    failure.withLock { $0 = error }
    for work in take().work { work.fail(error) }
  }
}
