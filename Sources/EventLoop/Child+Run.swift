import Glibc

extension Child {
  /// The result of a command that was run to its end.
  package struct Run: Sendable, Equatable {
    /// The bytes that it wrote, up to the limit.
    package var output: [UInt8] = []
    /// The way in which it ended; a command that was killed as overdue ended by SIGKILL.
    package var ending = Ending.unknown
  }

  /// Runs a command to its end on this thread, and returns what it wrote to its output.
  ///
  /// - Parameters:
  ///   - limit: the most bytes of output that are read; a command that writes more is not read any longer.
  ///   - patience: the time after which the command is killed; nil for none.
  /// - Throws: ``SystemError`` where it cannot be started.
  package static func run(_ command: Command, limit: Int, patience: Duration? = nil) throws(SystemError)
    -> Run
  {
    var command = command
    command.output = .pipe
    let child = try Child(command)
    let reactor = try Reactor()
    var run = Run()
    var isOpen = true
    let output = reactor.watch(child.output) { _ in isOpen = readMore(child.output, &run.output, limit) }
    let overdue = reactor.timer { child.kill() }
    if let patience { overdue.arm(after: patience) }
    reactor.run { !isOpen }
    output.cancel()
    child.closePipes()
    var ending: Ending?
    let watch = child.whenEnded(on: reactor) { ending = $0 }
    reactor.run { ending != nil }
    withExtendedLifetime((watch, overdue)) {}
    run.ending = ending ?? .unknown
    return run
  }

  /// Reads what is there; returns false at the end and at the limit.
  private static func readMore(_ file: Int32, _ bytes: inout [UInt8], _ limit: Int) -> Bool {
    let room = min(limit - bytes.count, 64 << 10)
    let chunk = [UInt8](unsafeUninitializedCapacity: max(room, 1)) { chunk, count in
      count = max(read(file, chunk.baseAddress, room), 0)
    }
    bytes += chunk
    return !chunk.isEmpty && bytes.count < limit
  }
}
