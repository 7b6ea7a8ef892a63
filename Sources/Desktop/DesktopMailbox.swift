import CSystemd
import Glibc
import Synchronization

/// Where what was made elsewhere waits for the sink's thread.
final class DesktopMailbox<Letter: Sendable>: Sendable {
  private let letters = Mutex<[Letter]>([])
  /// Readable while there is a letter; -1 where there are no descriptors left.
  let descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  func put(_ letter: Letter) {
    letters.withLock { $0.append(letter) }
    eventfd_write(descriptor, 1)
  }

  /// Makes the descriptor readable, for something that lies elsewhere.
  func wake() { eventfd_write(descriptor, 1) }

  func take() -> [Letter] {
    var count: eventfd_t = 0
    eventfd_read(descriptor, &count)
    return letters.withLock { letters in
      defer { letters.removeAll() }
      return letters
    }
  }
}
