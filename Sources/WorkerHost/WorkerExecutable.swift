import ConfigurationFiles
import EventLoop
import Glibc

/// The paths of the executables of workers and of the thumbnailer.
package enum WorkerExecutable {
  /// `notilua-thumbnailer`, beside the worker.
  package static var thumbnailer: String {
    let worker = path
    return (worker.lastIndex(of: "/").map { String(worker[...$0]) } ?? "") + "notilua-thumbnailer"
  }

  /// `NOTILUA_WORKER` of the environment, else `notilua-worker` beside this program.
  package static var path: String {
    if let path = getenv("NOTILUA_WORKER") { return String(cString: path) }
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let own = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (own.lastIndex(of: "/").map { String(own[...$0]) } ?? "") + "notilua-worker"
  }

  /// Returns why no process of the executable came to be, and what to do about it.
  static func startRefusal(_ executable: String, _ error: SystemError) -> String {
    guard error.call == "posix_spawn" else { return KernelRefusal(error).text }
    let code = error.code
    let isThere = access(executable, F_OK) == 0
    guard isThere else {
      return
        "\(executable): \(systemMessage(code)); plugins run in one only, so put notilua-worker beside this program,"
        + " or its path into NOTILUA_WORKER"
    }
    if code == EACCES || access(executable, X_OK) != 0 {
      return
        "\(executable): \(systemMessage(code)); make it executable for this user, on a file system that is mounted"
        + " without 'noexec'"
    }
    if code == ENOEXEC {
      return "\(executable): \(systemMessage(code)); it is no program of this machine, build it anew"
    }
    return "\(executable): \(KernelRefusal(error).text)"
  }

  /// Starts a worker that writes something of itself and ends, and returns what it wrote.
  ///
  /// - Parameter patience: the most milliseconds that it may say nothing; then it is ended.
  /// - Throws: ``HostError`` where it cannot be started.
  package static func output(
    of executable: String, _ argument: String, limit: Int, patience: Int32 = 10_000
  ) throws(HostError) -> [UInt8] {
    var command = Child.Command(executable, [argument], environment: .helper())
    (command.output, command.errors) = (.pipe, .null)
    do throws(SystemError) {
      let child = try Child(command)
      let bytes = readAll(child.output, limit, patience)
      // A program that is no worker may go on, as nobody reads it.
      child.kill()
      _ = child.wait()
      return bytes
    } catch {
      throw HostError(.sandbox, startRefusal(executable, error))
    }
  }

  private static func readAll(_ file: Int32, _ limit: Int, _ patience: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 16 << 10)
    while bytes.count < limit {
      // A program that is no worker may say nothing, and not end.
      var polled = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      let ready = poll(&polled, 1, patience)
      if ready == 0 { break }
      if ready < 0 { if errno == EINTR { continue } else { break } }
      let count = read(file, &part, part.count)
      if count > 0 { bytes += part[..<count] } else if count == 0 || errno != EINTR { break }
    }
    return bytes
  }
}
