import Glibc

/// The accepted pushes, a line of JSON each, in order, to be compared with the pushes that were sent.
///
/// Each line is written before the answer leaves, so that whoever reads an answer finds the line.
package final class Journal {
  private let file: Int32?
  /// The last lines, for whoever asks over HTTP.
  private var recent: [[UInt8]] = []
  private var recentBytes = 0
  /// The number of the first of the recent lines, from 1.
  private var firstRecent = 1
  /// The errno of a write that failed; nothing is written behind it.
  package private(set) var failure: Int32?

  /// The bytes that are kept for readers of the control page.
  private static let kept = 32 << 20

  /// - Parameter file: a descriptor to append to; nil keeps the lines in memory only.
  package init(file: Int32? = nil) { self.file = file }

  /// The number of lines so far.
  package var count: Int { firstRecent + recent.count - 1 }

  /// Appends a line, which has its newline.
  func append(_ line: UnsafeRawBufferPointer) {
    if let file, failure == nil { write(line, to: file) }
    recent.append(Array(line))
    recentBytes += line.count
    if recentBytes > Self.kept {
      // Half at a time, since taking off the front moves all the rest.
      let gone = recent.count / 2
      for line in recent[..<gone] { recentBytes -= line.count }
      recent.removeFirst(gone)
      firstRecent += gone
    }
  }

  private func write(_ line: UnsafeRawBufferPointer, to file: Int32) {
    var rest = line
    while let start = rest.baseAddress, !rest.isEmpty {
      let count = Glibc.write(file, start, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno != EINTR {
        failure = errno
        return
      }
    }
  }

  /// Returns the lines behind the first `after`, as far as they are kept.
  package func lines(after: Int = 0) -> [UInt8] {
    Array(recent.dropFirst(max(max(after, 0) - firstRecent + 1, 0)).joined())
  }

  /// Forgets the lines in memory; those of the file stay.
  func reset() {
    recent.removeAll()
    recentBytes = 0
    firstRecent = 1
  }
}
