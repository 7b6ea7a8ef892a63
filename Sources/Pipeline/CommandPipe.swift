import ConfigurationFiles
import EventLoop
import Glibc

/// A command of the operator's that reads lines, such as one that takes device tokens out of a database.
final class CommandPipe: Sendable {
  /// The descriptor that lines for the command are written to.
  let file: Int32
  /// The end that the command reads, where what it leaves is wanted; else -1.
  private let readingEnd: Int32
  private let child: Child

  /// Starts a command of the shell, without what is secret in the environment.
  ///
  /// - Parameter keepsUnread: whether ``unread()`` is to have what the command does not read.
  /// - Throws: ``HostError`` where nothing can be started.
  init(_ command: String, _ option: String, keepsUnread: Bool = false) throws(HostError) {
    let ends: PipeEnds
    do throws(SystemError) {
      ends = try PipeEnds()
    } catch {
      throw HostError(.output, "\(option): no pipe: \(systemMessage(error.code))")
    }
    do throws(SystemError) {
      child = try Child(Self.start(command, reading: ends.reader))
    } catch {
      close(ends.reader)
      close(ends.writer)
      throw HostError(
        .output, "\(option) '\(command)': \(systemMessage(error.code)); correct the command")
    }
    file = ends.writer
    readingEnd = keepsUnread ? ends.reader : -1
    if !keepsUnread { close(ends.reader) }
  }

  deinit { if readingEnd >= 0 { close(readingEnd) } }

  private static func start(_ command: String, reading file: Int32) -> Child.Command {
    var start = Child.Command.shell(command)
    start.input = .descriptor(file)
    // The output is the run's; what the command says goes to where people read.
    start.output = .descriptor(2)
    // An interrupt at the terminal ends the run, which then ends the command by its input's end.
    start.hasOwnGroup = true
    return start
  }

  /// Returns the status of the command, where it has ended.
  func statusIfEnded() -> Int32? { child.endingIfEnded()?.status }

  /// Returns the lines that the command has not read, once it has ended.
  func unread() -> [String] {
    guard readingEnd >= 0 else { return [] }
    _ = fcntl(readingEnd, F_SETFL, O_NONBLOCK)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = read(readingEnd, &chunk, chunk.count)
      if count > 0 { bytes += chunk[..<count] } else if count == 0 || errno != EINTR { break }
    }
    return bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Ends the command's input, waits for its end, and returns its status where that tells of a failure.
  ///
  /// A run that was stopped waits until its patience ends, and one that was stopped twice not at all: then it is killed.
  ///
  /// - Parameter isOverdue: whether the command has had its time.
  func finish(isOverdue: Bool = false) -> Int32? {
    close(file)
    while true {
      if isOverdue || StopSignals.count > 1 { child.kill() }
      if let ending = child.wait(atMost: .milliseconds(100)) {
        return ending.status == 0 ? nil : ending.status
      }
    }
  }
}
