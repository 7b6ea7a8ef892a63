import EventLoop
import Glibc
import LosslessJSON
import NotificationModel

/// The file that is told of every end: lines of NDJSON, each event once, though the process may be killed in between.
///
/// A durable queue keeps an event until the file is on the disk with it. The next process looks behind the place that was
/// safe, finds the number of the last whole event there, and goes on behind it.
package final class AuditLog {
  /// A place in a file: everything before it is on the disk.
  package struct Place: Equatable {
    /// The inode of the file; 0 for what is no regular file.
    package let file: Int64
    /// The bytes before the place.
    package let size: Int64

    /// Creates a place as an earlier process has recorded it.
    package init(file: Int64, size: Int64) {
      self.file = file
      self.size = size
    }
  }

  private let file: LineFile

  /// Creates the log.
  ///
  /// - Parameter file: shared with whatever else writes to it.
  package init(_ file: LineFile) { self.file = file }

  /// The file as it is; nil for what is no regular file.
  private var status: Glibc.stat? {
    var status = Glibc.stat()
    guard fstat(file.descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return status
  }

  /// Puts what was written on the disk.
  ///
  /// - Returns: the place behind it; nil where the disk fails.
  package func sync() -> Place? {
    // What is no regular file has what it was given, and no place.
    guard let status else { return Place(file: 0, size: 0) }
    guard fdatasync(file.descriptor) == 0 else { return nil }
    return Place(file: Int64(status.st_ino), size: Int64(status.st_size))
  }

  /// Appends whole lines.
  ///
  /// - Returns: an errno, or 0.
  package func append(_ lines: [UInt8]) -> Int32 {
    let code = file.endHalfLine()
    return code == 0 ? file.append(lines) : code
  }

  /// Returns the number of the last whole event behind a place; half a line, which a full disk or a killed process left, is
  /// ended first, and is none.
  ///
  /// - Returns: 0 where there is none; nil where half a line cannot be ended.
  package func lastEvent(behind place: Place?) -> Int64? {
    guard file.endHalfLine() == 0 else { return nil }
    guard let status else { return 0 }
    let size = Int64(status.st_size)
    var at = place?.file == Int64(status.st_ino) ? min(place?.size ?? 0, size) : 0
    var line: [UInt8] = []
    var last: Int64 = 0
    var document = JSONDocument()
    var chunk = [UInt8](repeating: 0, count: 256 << 10)
    while at < size {
      let count = pread(file.descriptor, &chunk, chunk.count, off_t(at))
      if count <= 0 { return last }
      var rest = chunk[..<count]
      while let end = rest.firstIndex(of: 0x0A) {
        line += rest[..<end]
        if let number = Self.number(line, &document) { last = max(last, number) }
        line.removeAll(keepingCapacity: true)
        rest = rest[(end + 1)...]
      }
      // No event is longer.
      line += rest.prefix(max(Self.lineLimit - line.count, 0))
      at += Int64(count)
    }
    return last
  }

  private static let lineLimit = 16 << 20

  /// The number of a whole event; nil for any other line.
  private static func number(_ line: [UInt8], _ document: inout JSONDocument) -> Int64? {
    let head = Array("{\"event\":".utf8)
    guard line.starts(with: head), line.withUnsafeBytes({ (try? document.parse($0)) != nil }) else {
      return nil
    }
    return document.member(document.root, "event").flatMap { document.integer(of: $0) }
  }
}
