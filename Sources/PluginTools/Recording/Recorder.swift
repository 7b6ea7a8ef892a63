import ConfigurationFiles
import Delivery
import EventLoop
import FileReading
import Glibc
import Notilua

/// Passes lines on as they are, and adds some of them to a file as they may be kept.
package final class Recorder {
  private let redaction: Redaction
  private let path: String
  private let every: Int
  private let limit: Int
  private let file: LineFile
  private var seen = 0
  /// The number of lines that were added to the file.
  package private(set) var kept = 0
  /// Lines that are no notifications.
  package private(set) var refused = 0
  /// The error after which nothing is kept any more.
  private var failure: HostError?
  /// A Boolean value that indicates whether nobody reads the output any more.
  package private(set) var isClosed = false

  /// The most bytes of a line that is kept; a longer one is passed on.
  private static let lineLimit = 1 << 20

  /// Opens the file at `path` to add to; of `every` lines it keeps one, and `limit` at most.
  package init(_ redaction: Redaction, path: String, every: Int, limit: Int?) throws(HostError) {
    self.redaction = redaction
    self.path = path
    self.every = every
    self.limit = limit ?? .max
    do throws(LineFileError) {
      file = try LineFile(path)
    } catch {
      throw HostError(.output, "'\(path)': \(systemMessage(error.code)); name another file with --to")
    }
  }

  /// A sentence for people where what was written before ended in the middle of a line.
  package var notice: String? { file.notice }

  /// Takes all lines of a file; `-` is the standard input.
  package func record(_ input: String) throws(HostError) {
    let source = input == "-" ? 0 : open(input, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard source >= 0 else {
      throw HostError(.noInput, "'\(input)': \(systemMessage()); check the path and who may read it")
    }
    defer { if source > 0 { _ = Glibc.close(source) } }
    if let own = FileIdentity(file.descriptor), own == FileIdentity(source) || own == FileIdentity(1) {
      throw HostError(.usage, "'\(path)' would be read and written at once; name another file with --to")
    }
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    var rest: [UInt8] = []
    while true {
      let count = read(source, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw HostError(.noInput, "'\(input)': \(systemMessage()); name a file") }
      if count == 0 { break }
      // First of all the pipe goes on.
      let (_, code) = chunk.withUnsafeBytes { writeWhole(1, UnsafeRawBufferPointer(rebasing: $0[0..<count])) }
      if code == EPIPE {
        isClosed = true
        return
      }
      if code != 0 { throw HostError(.output, "the output: \(systemMessage(code)); write it somewhere else") }
      var start = 0
      while let end = chunk[start..<count].firstIndex(of: 0x0A) {
        rest += chunk[start..<end]
        keep(rest)
        rest.removeAll(keepingCapacity: true)
        start = end + 1
      }
      // One byte more than may be kept tells that it is too long.
      rest += chunk[start..<count].prefix(max(0, Self.lineLimit + 1 - rest.count))
    }
    if !rest.isEmpty { keep(rest) }
  }

  private func keep(_ line: [UInt8]) {
    guard failure == nil else { return }
    var line = line
    if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return }
    seen += 1
    guard (seen - 1) % every == 0, kept < limit else { return }
    guard line.count <= Self.lineLimit, let redacted = redaction.redacted(line) else {
      refused += 1
      return
    }
    append(redacted + [0x0A])
    if failure == nil { kept += 1 }
  }

  /// Keeps a line; one that cannot be kept holds up nothing, and the pipe goes on.
  private func append(_ bytes: [UInt8]) {
    let code = file.append(bytes)
    if code != 0 {
      failure = HostError(
        .output,
        "'\(path)': \(systemMessage(code)); no more is kept, so make room, or name another file with --to")
    }
  }

  /// Makes sure that what was kept is on the disk; fails where something could not be.
  package func close() throws(HostError) {
    if let failure { throw failure }
    if fsync(file.descriptor) != 0, errno != EINVAL, errno != EROFS {
      throw HostError(.output, "'\(path)': \(systemMessage()); make room, or name another file with --to")
    }
  }
}
