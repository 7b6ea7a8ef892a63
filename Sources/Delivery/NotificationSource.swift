import NotificationModel

/// A source of notifications, in order, each once: lines of NDJSON, or pushes that came as requests of their own.
///
/// A source fills memory that it is given with whole lines, or with the items of pushes, and waits for nothing that its
/// descriptor does not announce.
package protocol NotificationSource: AnyObject {
  /// Readable where there is more to read; -1 where there always is.
  var descriptor: Int32 { get }
  /// A Boolean value that indicates whether there is something to give without reading.
  var hasMore: Bool { get }
  /// A Boolean value that indicates whether a line was read whole that was not given yet.
  var hasWholeLine: Bool { get }
  /// A Boolean value that indicates whether the line that is read at the moment is too long.
  var isSkipping: Bool { get }
  /// The lines that the last filling gave.
  var lines: [SourceLine] { get }
  /// The pushes that the last filling gave, one for each of ``lines``; empty for a source of lines.
  ///
  /// They are of one app.
  var pushes: [Push] { get }
  /// A Boolean value that indicates whether the last of them had no newline, as the last line of an input may.
  var lacksNewline: Bool { get }
  /// A Boolean value that indicates whether the input began with a byte order mark, which is no part of its first line.
  var hasByteOrderMark: Bool { get }
  /// Given the bytes of lines that are too long, as they come.
  var onOversized: (UnsafeRawBufferPointer) -> Void { get set }
  /// The receiver of what becomes of the lines; nil for a source that asks for nothing, which costs nothing.
  var fateReceiver: (any FateReceiver)? { get }

  /// A Boolean value that indicates whether pushes are given with the topics of their senders.
  var namesTopics: Bool { get set }

  /// Begins to fill memory, with what the last filling left over.
  func begin(_ memory: UnsafeMutableRawBufferPointer)

  /// Takes along what memory has of a line whose end was not read, before ``begin(_:)`` is called with other memory.
  func leave(_ memory: UnsafeMutableRawBufferPointer)

  /// Reads once, and cuts what came into lines, `most` of them; until it gives some, with the same memory again.
  func fill(_ memory: UnsafeMutableRawBufferPointer, most: Int) -> SourceProgress
}

extension NotificationSource {
  /// Nothing: each filling gives all that it has put into the memory.
  package func leave(_ memory: UnsafeMutableRawBufferPointer) {}

  /// Nothing, as of lines, which have no senders.
  package var namesTopics: Bool {
    get { false }
    set {}
  }

  /// None, as for a file.
  package var pushes: [Push] { [] }

  /// None, as for a file.
  package var fateReceiver: (any FateReceiver)? { nil }
}

/// A line in the memory that a source has filled.
package struct SourceLine: Sendable, Equatable {
  /// The offset of its first byte in the memory.
  package var offset: Int
  /// Its bytes, without the newline.
  package var count: Int
  /// Its number in the input, from 1; blank lines count.
  package var number: Int

  package init(offset: Int, count: Int, number: Int) {
    self.offset = offset
    self.count = count
    self.number = number
  }
}

/// The result of reading a source.
package enum SourceProgress: Sendable, Equatable {
  /// There is nothing to give at the moment.
  case nothing
  /// Lines stand in the memory.
  case lines
  /// A line was longer than the limit and is gone.
  case oversized(line: Int, count: Int)
  case ended
  /// An errno.
  case failed(Int32)
}
