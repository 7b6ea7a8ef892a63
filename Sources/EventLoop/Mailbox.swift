import CEventLoop
import Glibc
import Synchronization

/// A box that any thread puts letters into, and that wakes the thread that takes them out.
///
/// The thread is woken once for all letters that come before it takes them.
package final class Mailbox<Letter: Sendable>: Sendable {
  private struct State {
    var letters: [Letter] = []
    var isSignalled = false
  }

  /// The way in which the reader is woken.
  private enum Signal {
    /// An eventfd of the mailbox' own, which is readable while there are letters.
    case descriptor(Int32)
    case call(@Sendable (Mailbox) -> Void)
  }

  private let state = Mutex(State())
  private let signal: Signal

  /// Makes a mailbox for a thread that waits for descriptors.
  ///
  /// - Throws: ``SystemError`` where there are no descriptors left.
  package init() throws(SystemError) {
    let descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else { throw SystemError("eventfd") }
    signal = .descriptor(descriptor)
  }

  /// Makes a mailbox for a reader with a way of its own to be woken.
  ///
  /// - Parameter wake: called with the mailbox by the thread that puts the first letter.
  package init(wake: @escaping @Sendable (Mailbox) -> Void) { signal = .call(wake) }

  deinit { if case .descriptor(let descriptor) = signal { close(descriptor) } }

  /// The descriptor that is readable while there are letters; -1 where the reader is called instead.
  package var descriptor: Int32 {
    if case .descriptor(let descriptor) = signal { descriptor } else { -1 }
  }

  /// Puts a letter into the box.
  package func put(_ letter: Letter) { put(contentsOf: CollectionOfOne(letter)) }

  /// Puts several letters into the box.
  package func put(contentsOf letters: some Collection<Letter>) {
    if letters.isEmpty { return }
    let call = state.withLock { state -> (@Sendable (Mailbox) -> Void)? in
      state.letters += letters
      if state.isSignalled { return nil }
      state.isSignalled = true
      switch signal {
      // Under the lock: taking the letters takes the signal with them, and none comes behind it.
      case .descriptor(let descriptor):
        eventfd_write(descriptor, 1)
        return nil
      case .call(let wake): return wake
      }
    }
    call?(self)
  }

  /// Takes out all letters that there are, in their order.
  package func take() -> [Letter] {
    state.withLock { state in
      if state.isSignalled, case .descriptor(let descriptor) = signal {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
      }
      defer { state = State() }
      return state.letters
    }
  }

  /// Calls `handler` on the loop with the letters that come, as long as the registration is kept.
  package func open(on reactor: Reactor, _ handler: @escaping ([Letter]) -> Void) -> Reactor.Registration {
    reactor.watch(descriptor) { [weak self] _ in
      let letters = self?.take() ?? []
      if !letters.isEmpty { handler(letters) }
    }
  }
}
