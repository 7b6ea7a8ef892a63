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
  private enum Letter: Sendable {
    case work(Work)
    /// Nothing more comes.
    case closed
  }

  /// The messages for the thread.
  private let mailbox: Mailbox<Letter>
  /// The failure that no work gets beyond.
  private let failure = Mutex<HostError?>(nil)

  init() throws(HostError) {
    do throws(SystemError) {
      mailbox = try Mailbox()
    } catch {
      throw HostError(.sandbox, KernelRefusal(error).text)
    }
  }

  func append(_ work: Work) {
    // Under the lock: what is put before the failure is failed with the rest.
    let failure = failure.withLock { failure in
      if failure == nil { mailbox.put(.work(work)) }
      return failure
    }
    if let failure { work.fail(failure) }
  }

  func close() { mailbox.put(.closed) }

  /// Calls a body on a loop with the work that comes, and with whether no more will, as long as the registration is kept.
  package func open(
    on reactor: Reactor, _ body: @escaping (_ work: [Work], _ isClosed: Bool) -> Void
  ) -> Reactor.Registration {
    mailbox.open(on: reactor) { letters in
      let (work, isClosed) = Self.sort(letters)
      body(work, isClosed)
    }
  }

  /// Returns the work among letters, and whether no more will come.
  private static func sort(_ letters: [Letter]) -> (work: [Work], isClosed: Bool) {
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
    for work in Self.sort(mailbox.take()).work { work.fail(error) }
  }
}
