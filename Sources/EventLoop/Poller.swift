import CEventLoop
import Glibc

/// The kernel's set of descriptors to watch.
struct Poller {
  private(set) var descriptor: Int32

  init() throws(SystemError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw SystemError("epoll_create1") }
  }

  func close() { _ = Glibc.close(descriptor) }

  /// Adds a descriptor, or changes what is watched of it.
  ///
  /// - Returns: 0, or the errno.
  func set(_ watch: Watch, _ key: WatchTable.Key, isNew: Bool) -> Int32 {
    var event = epoll_event()
    event.events = Self.events(watch)
    event.data.u64 = key.bits
    let first = isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
    if epoll_ctl(descriptor, first, watch.descriptor, &event) == 0 { return 0 }
    // The same file under the same number again: its last user closed it, and another holds it open.
    guard isNew, errno == EEXIST else { return errno }
    return epoll_ctl(descriptor, EPOLL_CTL_MOD, watch.descriptor, &event) == 0 ? 0 : errno
  }

  func remove(_ file: Int32) { epoll_ctl(descriptor, EPOLL_CTL_DEL, file, nil) }

  /// Waits, and fills `events`.
  ///
  /// - Parameter limit: the nanoseconds to wait at most; nil for no limit.
  /// - Returns: the number of events; 0 where a signal came first.
  func wait(_ events: UnsafeMutableBufferPointer<epoll_event>, limit: Int64?) -> Int {
    let milliseconds = limit.map { Int32(clamping: Duration.nanoseconds($0).milliseconds) } ?? -1
    return Int(max(epoll_wait(descriptor, events.baseAddress, Int32(events.count), milliseconds), 0))
  }

  private static func events(_ watch: Watch) -> UInt32 {
    (watch.interest.contains(.readable) ? EPOLLIN.rawValue : 0)
      | (watch.interest.contains(.writable) ? EPOLLOUT.rawValue : 0)
      | (watch.isEdgeTriggered ? EPOLLET.rawValue : 0)
  }

  /// Returns what an event says of a descriptor: an error or a hang-up is noticed by reading as by writing.
  static func readiness(_ events: UInt32, _ interest: Readiness) -> Readiness {
    if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { return interest }
    var ready: Readiness = []
    if events & EPOLLIN.rawValue != 0 { ready.insert(.readable) }
    if events & EPOLLOUT.rawValue != 0 { ready.insert(.writable) }
    return ready.intersection(interest)
  }
}
