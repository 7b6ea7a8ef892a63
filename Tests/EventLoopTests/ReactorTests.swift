import EventLoop
import Foundation
import Glibc
import Testing

/// Descriptors on a loop, those of the man page epoll(7) "Questions and answers" among them.
struct ReactorTests {
  private let reactor: Reactor

  init() throws { reactor = try Reactor() }

  /// Turns once, and expects less than all of the time to pass.
  private func turn(most: Duration) {
    let end = reactor.now + most.nanoseconds
    reactor.turn(timeout: most)
    #expect(reactor.now < end)
  }

  /// Turns once without waiting.
  private func turn() { reactor.turn(timeout: .zero) }

  @Test func aDescriptorIsReportedAsLongAsItIsReady() throws {
    let pipe = try Pipe()
    defer { pipe.close() }
    var seen: [Readiness] = []
    let registration = reactor.watch(pipe.reader) { seen.append($0) }
    turn()
    #expect(seen == [])
    pipe.write()
    turn()
    turn()
    #expect(seen == [.readable, .readable])
    pipe.read()
    turn()
    #expect(seen.count == 2)
    withExtendedLifetime(registration) {}
  }

  @Test func bothDirectionsAreWatched() throws {
    var ends: [Int32] = [-1, -1]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { for end in ends { close(end) } }
    var seen: [Readiness] = []
    let registration = reactor.watch(ends[0], for: [.readable, .writable]) { seen.append($0) }
    turn()
    _ = write(ends[1], "x", 1)
    turn()
    registration.interest = .readable
    turn()
    #expect(seen == [.writable, [.readable, .writable], .readable])
  }

  @Test func withoutInterestAHangUpIsNotReported() throws {
    let pipe = try Pipe()
    var count = 0
    let registration = reactor.watch(pipe.reader) { _ in count += 1 }
    registration.interest = []
    close(pipe.writer)
    // poll(2) and epoll report a hang-up whatever is asked for: a paused registration would turn for ever.
    turn()
    #expect(count == 0)
    registration.interest = .readable
    turn()
    #expect(count == 1)
    #expect(pipe.read() == 0)
    registration.cancel()
    close(pipe.reader)
  }

  @Test func theEndAndAnErrorAreReadinessToReadAndToWrite() throws {
    let pipe = try Pipe()
    var seen: [Readiness] = []
    let registration = reactor.watch(pipe.writer, for: .writable) { seen.append($0) }
    pipe.write(65536)
    turn()
    #expect(seen == [])
    close(pipe.reader)
    turn()
    #expect(seen == [.writable])
    registration.cancel()
    close(pipe.writer)
  }

  @Test func aHandlerCancelsItself() throws {
    let pipe = try Pipe()
    defer { pipe.close() }
    pipe.write()
    var registration: Reactor.Registration?
    var count = 0
    registration = reactor.watch(pipe.reader) { _ in
      count += 1
      registration?.cancel()
      registration = nil
    }
    turn()
    turn()
    #expect(count == 1)
    #expect(registration == nil)
  }

  @Test func aHandlerCancelsOthersThatAreReadyInTheSameTurn() throws {
    let pipes = try (0..<8).map { _ in try Pipe() }
    defer { for pipe in pipes { pipe.close() } }
    var registrations: [Reactor.Registration] = []
    var count = 0
    for pipe in pipes {
      pipe.write()
      registrations.append(
        reactor.watch(pipe.reader) { _ in
          count += 1
          for registration in registrations { registration.cancel() }
        })
    }
    turn()
    #expect(count == 1)
  }

  @Test(arguments: [true, false])
  func aNumberThatIsUsedAgainGetsNoEventOfTheFileBefore(cancels: Bool) throws {
    let (first, second) = (try Pipe(), try Pipe())
    var new: Pipe?
    var registrations: [Reactor.Registration] = []
    var seen: [String] = []
    // Both are ready in one turn. The handler that runs first closes the other's file and opens one of its number.
    func replace(_ other: Pipe, _ index: Int) throws {
      seen.append("old")
      if cancels { registrations[index].cancel() }
      other.close()
      new = try Pipe()
      #expect(new?.reader == min(other.reader, other.writer))
      registrations[index] = reactor.watch(new?.reader ?? -1) { _ in seen.append("new") }
    }
    registrations = [
      reactor.watch(first.reader) { _ in try? replace(second, 1) },
      reactor.watch(second.reader) { _ in try? replace(first, 0) },
    ]
    first.write()
    second.write()
    turn()
    #expect(seen == ["old"])
    new?.write()
    for registration in registrations where registration.interest != .readable { registration.cancel() }
    registrations = [registrations[1]]
    turn()
    #expect(seen.last == "new")
    registrations = []
    new?.close()
  }

  @Test func cancellingLateLeavesTheNextUserOfTheNumberAlone() throws {
    let old = try Pipe()
    let late = reactor.watch(old.reader) { _ in Issue.record("the old file has gone") }
    old.close()
    let new = try Pipe()
    defer { new.close() }
    #expect(new.reader == old.reader)
    var count = 0
    let registration = reactor.watch(new.reader) { _ in count += 1 }
    late.cancel()
    new.write()
    turn()
    #expect(count == 1)
    // Nor does one that has lost its file come back.
    late.interest = .readable
    turn()
    #expect(count == 2)
    withExtendedLifetime(registration) {}
  }

  @Test func aFileThatAnotherNumberHoldsOpenDoesNotKeepTheLoopAwake() throws {
    // epoll(7): "closing a file descriptor causes it to be removed from all epoll interest lists … after all the file
    // descriptors referring to the underlying open file description have been closed".
    let pipe = try Pipe()
    let other = dup(pipe.reader)
    var count = 0
    var registration: Reactor.Registration? = reactor.watch(pipe.reader) { _ in count += 1 }
    close(pipe.reader)
    registration?.cancel()
    registration = nil
    pipe.write()
    turn()
    #expect(count == 0)
    var readable = pollfd(fd: reactor.descriptor, events: Int16(POLLIN), revents: 0)
    #expect(poll(&readable, 1, 0) == 0, "the kernel still reports the file")
    close(other)
    close(pipe.writer)
  }

  @Test func theSameFileUnderTheSameNumberIsTakenOver() throws {
    let pipe = try Pipe()
    defer { pipe.close() }
    var seen: [Int] = []
    let first = reactor.watch(pipe.reader) { _ in seen.append(1) }
    let second = reactor.watch(pipe.reader) { _ in seen.append(2) }
    pipe.write()
    turn()
    #expect(seen == [2])
    first.cancel()
    turn()
    #expect(seen == [2, 2])
    second.cancel()
    turn()
    #expect(seen == [2, 2])
  }

  @Test(arguments: ["/dev/null", "/proc/self/status"])
  func aFileThatTheKernelDoesNotWatchIsAlwaysReady(_ path: String) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var seen: [Readiness] = []
    let registration = reactor.watch(file) { seen.append($0) }
    reactor.turn()
    reactor.turn()
    #expect(seen == [.readable, .readable])
    registration.interest = []
    turn()
    #expect(seen.count == 2)
    registration.interest = .readable
    reactor.turn()
    #expect(seen.count == 3)
    registration.cancel()
    turn()
    #expect(seen.count == 3)
  }

  @Test func aDescriptorThatIsNotOpenIsForItsHandlerToFind() throws {
    // The number of a closed one would be that of the next one that another test opens.
    let none = Int32.max
    var code: Int32 = 0
    let registration = reactor.watch(none) { _ in
      var byte: UInt8 = 0
      code = read(none, &byte, 1) < 0 ? errno : 0
    }
    reactor.turn()
    #expect(code == EBADF)
    registration.cancel()
  }

  @Test func aNegativeNumberIsNeverReady() {
    // poll(2): "If this field is negative, then the corresponding events field is ignored".
    let registration = reactor.watch(-1) { _ in Issue.record("it is ready") }
    #expect(reactor.idleTime == nil)
    turn()
    registration.interest = []
    registration.interest = .readable
    turn()
    registration.cancel()
  }

  /// In a process of its own: other tests count descriptors, and have their own limit of them.
  @Test func thousandsOfDescriptors() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      limit.rlim_cur = min(limit.rlim_max, 16384)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      try ReactorTests().expectThousandsOfDescriptors()
    }
  }

  private func expectThousandsOfDescriptors() throws {
    let pipes = try (0..<3000).map { _ in try Pipe() }
    defer { for pipe in pipes { pipe.close() } }
    var counts = [Int](repeating: 0, count: pipes.count)
    var registrations = pipes.enumerated().map { index, pipe in
      reactor.watch(pipe.reader) { _ in
        counts[index] += 1
        pipe.read()
      }
    }
    for pipe in pipes { pipe.write() }
    // 256 events a turn: none waits for ever.
    for _ in 0..<12 { turn() }
    #expect(counts.allSatisfy { $0 == 1 })
    for index in stride(from: 0, to: 3000, by: 2) { registrations[index].cancel() }
    for pipe in pipes { pipe.write() }
    for _ in 0..<12 { turn() }
    #expect(counts.indices.allSatisfy { counts[$0] == ($0 % 2 == 0 ? 1 : 2) })
    registrations = []
  }

  @Test func aSignalEndsNoWaitForGood() throws {
    // Without SA_RESTART, as for the stop signals, so that epoll_wait fails with EINTR.
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in }
    sigaction(SIGUSR2, &action, nil)
    // Threads of Dispatch block all signals.
    var signals = sigset_t()
    var before = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGUSR2)
    pthread_sigmask(SIG_UNBLOCK, &signals, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let target = pthread_self()
    let (quit, done) = (try Pipe(), try Pipe())
    defer {
      quit.close()
      done.close()
    }
    Thread.detachNewThread {
      var polled = pollfd(fd: quit.reader, events: Int16(POLLIN), revents: 0)
      while poll(&polled, 1, 2) == 0 { pthread_kill(target, SIGUSR2) }
      done.write()
    }
    // A turn with nothing to wait for ends by a signal alone, and the next one waits again.
    for _ in 0..<5 { turn(most: .seconds(20)) }
    quit.write()
    while done.read() < 1 {}
  }

  @Test func workRunsLaterAndInOrder() {
    var seen: [Int] = []
    reactor.perform {
      seen.append(1)
      reactor.perform { seen.append(3) }
    }
    reactor.perform { seen.append(2) }
    #expect(seen == [])
    reactor.turn()
    #expect(seen == [1, 2])
    reactor.turn()
    #expect(seen == [1, 2, 3])
  }

  @Test func aHandlerMayTurnTheLoop() throws {
    let (first, second) = (try Pipe(), try Pipe())
    defer {
      first.close()
      second.close()
    }
    var seen: [String] = []
    let inner = reactor.watch(second.reader) { _ in
      second.read()
      seen.append("inner")
    }
    let outer = reactor.watch(first.reader) { _ in
      first.read()
      second.write()
      turn()
      seen.append("outer")
    }
    first.write()
    turn()
    #expect(seen == ["inner", "outer"])
    withExtendedLifetime((inner, outer)) {}
  }

  @Test func aLoopIsReadableWhereOneOfItsDescriptorsIs() throws {
    let pipe = try Pipe()
    defer { pipe.close() }
    let inner = try Reactor()
    var count = 0
    let registration = inner.watch(pipe.reader) { _ in
      pipe.read()
      count += 1
    }
    let nested = reactor.watch(inner.descriptor) { _ in inner.turn(timeout: .zero) }
    turn()
    pipe.write()
    turn()
    turn()
    #expect(count == 1)
    withExtendedLifetime((registration, nested)) {}
  }

  @Test func aHandlerLivesNoLongerThanItsRegistration() throws {
    final class Marker {}
    let pipe = try Pipe()
    defer { pipe.close() }
    weak var marker: Marker?
    var registration: Reactor.Registration?
    do {
      let made = Marker()
      marker = made
      registration = reactor.watch(pipe.reader) { _ in _ = made }
    }
    #expect(marker != nil)
    registration = nil
    #expect(marker == nil && registration == nil)
  }
}
