import CEventLoop
import Glibc
import Synchronization

/// A process that this program has started; the one way in which it starts any.
///
/// With its last reference the process is killed, where it has not ended, and its pipes are closed.
package final class Child: Sendable {
  /// The way in which a process ended.
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case signaled(Int32)
    /// Nobody knows: where SIGCHLD is ignored, the kernel keeps no status.
    case unknown

    /// Makes a value from a status as `waitpid` reports it.
    fileprivate init(waitStatus: Int32) {
      self = waitStatus & 0x7F == 0 ? .exited(waitStatus >> 8 & 0xFF) : .signaled(waitStatus & 0x7F)
    }

    /// The status as a shell has it: 128 and the number for a signal, 0 where nobody knows.
    package var status: Int32 {
      switch self {
      case .exited(let status): status
      case .signaled(let signal): 128 + signal
      case .unknown: 0
      }
    }
  }

  /// The process' number.
  package let process: pid_t
  /// This process' end of the child's input, output and errors, where they are pipes; else -1.
  private let ends: Mutex<[Int32]>
  private let ending = Mutex<Ending?>(nil)
  private let hasOwnGroup: Bool

  /// Starts a process.
  ///
  /// - Throws: ``SystemError`` where nothing can be started.
  package init(_ command: Command) throws(SystemError) {
    var spawn = Spawn(command)
    defer { spawn.closeTheirs() }
    do throws(SystemError) {
      process = try spawn.start()
    } catch {
      spawn.closeOurs()
      throw error
    }
    ends = Mutex(spawn.ours)
    hasOwnGroup = command.hasOwnGroup
  }

  deinit {
    closePipes()
    kill()
    _ = wait()
  }

  // MARK: Pipes

  /// The descriptor that writes the child's input, where it is a pipe; else -1.
  package var input: Int32 { ends.withLock { $0[0] } }
  /// The descriptor that reads the child's output, where it is a pipe; else -1.
  package var output: Int32 { ends.withLock { $0[1] } }
  /// The descriptor that reads the child's errors, where they are a pipe; else -1.
  package var errors: Int32 { ends.withLock { $0[2] } }

  /// Closes the pipe to the child, which so learns that nothing more comes.
  package func closeInput() { closeEnd(0) }

  /// Closes all pipes.
  package func closePipes() { for index in 0..<3 { closeEnd(index) } }

  private func closeEnd(_ index: Int) {
    ends.withLock { ends in
      if ends[index] >= 0 { close(ends[index]) }
      ends[index] = -1
    }
  }

  // MARK: End

  /// Sends the process a signal, and its group where it has one of its own; nothing once it has ended.
  package func kill(_ signal: Int32 = SIGKILL) {
    // Under the lock: the number is the process' own until somebody has waited for it.
    ending.withLock { ending in
      if ending == nil { _ = Glibc.kill(hasOwnGroup ? -process : process, signal) }
    }
  }

  /// Returns how the process has ended; nil where it has not.
  package func endingIfEnded() -> Ending? { reap(WNOHANG) }

  /// Waits until the process has ended.
  package func wait() -> Ending {
    // Without the lock while it waits, and without reaping: others may look or kill meanwhile.
    var information = siginfo_t()
    while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    return reap(0) ?? .unknown
  }

  /// Waits until the process has ended, for a while at most.
  ///
  /// - Returns: nil where it has not ended in time.
  package func wait(atMost duration: Duration) -> Ending? {
    let end = MonotonicClock.now + duration.nanoseconds
    let handle = el_open_process(process)
    defer { if handle >= 0 { close(handle) } }
    while true {
      if let ending = endingIfEnded() { return ending }
      let left = end - MonotonicClock.now
      if left <= 0 { return nil }
      var polled = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
      let step = handle >= 0 ? Duration.nanoseconds(left) : min(.nanoseconds(left), Self.pace)
      _ = poll(&polled, handle >= 0 ? 1 : 0, Int32(clamping: step.milliseconds))
    }
  }

  /// The time between two looks at a process where the kernel has no descriptors of processes.
  fileprivate static let pace = Duration.milliseconds(10)

  private func reap(_ options: Int32) -> Ending? {
    ending.withLock { ending in
      if ending != nil { return ending }
      var status: Int32 = 0
      var found = waitpid(process, &status, options)
      while found < 0, errno == EINTR { found = waitpid(process, &status, options) }
      if found == process { ending = Ending(waitStatus: status) }
      if found < 0 { ending = .unknown }
      return ending
    }
  }
}

extension Child {
  /// Calls a handler once its child has ended, until the last reference to it goes.
  package final class Watch {
    private let child: Child
    private let handle: Int32
    private var registration: Reactor.Registration?
    private var timer: Reactor.Timer?

    /// - Parameter handle: the process' descriptor; -1 where the kernel has none.
    init(_ child: Child, on reactor: Reactor, handle: Int32, _ handler: @escaping (Ending) -> Void) {
      self.child = child
      self.handle = handle
      let look = { [weak self] in
        guard let self, registration != nil || timer != nil else { return }
        guard let ending = child.endingIfEnded() else {
          timer?.arm(after: Child.pace)
          return
        }
        registration = nil
        timer = nil
        handler(ending)
      }
      if handle >= 0 {
        registration = reactor.watch(handle) { _ in look() }
      } else {
        timer = reactor.timer(look)
        timer?.arm(after: .zero)
      }
    }

    deinit {
      registration?.cancel()
      if handle >= 0 { close(handle) }
    }
  }

  /// Calls `handler` on the loop once the process has ended, as long as what is returned is kept.
  package func whenEnded(on reactor: Reactor, _ handler: @escaping (Ending) -> Void) -> Watch {
    Watch(self, on: reactor, handle: el_open_process(process), handler)
  }
}
