import HTTPTypes
import Operations

/// Cuts the body of a stream into lines, none of which is kept whole beyond a limit.
package struct StreamLines {
  /// A line that is not blank.
  package struct Line: Sendable {
    /// The number of the line, from 1; blank lines count.
    package var number: Int
    /// The bytes without the newline, or why there are none.
    package var content: Result<[UInt8], Problem>
  }

  /// The most lines of a stream.
  package static let limit = 10_000

  private var number = 1
  private var count = 0
  private var bytes: [UInt8] = []
  private var isTooLong = false

  private let lineLimit: Int

  /// Makes a cutter that has seen nothing.
  ///
  /// - Parameter lineLimit: the most bytes of a line.
  package init(lineLimit: Int = EnvelopeReader.limit) { self.lineLimit = lineLimit }

  /// Takes bytes; returns the lines that are whole with them.
  package mutating func take(_ bytes: some Collection<UInt8>) -> [Line] {
    var lines: [Line] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0A) {
      append(rest[..<end])
      if let line = finish() { lines.append(line) }
      number += 1
      rest = rest[rest.index(after: end)...]
    }
    append(rest)
    return lines
  }

  /// Returns the last line, where no newline ends it.
  package mutating func end() -> Line? { finish() }

  private mutating func append(_ part: some Collection<UInt8>) {
    if isTooLong || count > Self.limit { return }
    guard bytes.count + part.count <= lineLimit else {
      isTooLong = true
      bytes = []
      return
    }
    bytes.append(contentsOf: part)
  }

  private mutating func finish() -> Line? {
    defer {
      bytes.removeAll(keepingCapacity: true)
      isTooLong = false
    }
    let isBlank = bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    if !isTooLong, isBlank || count > Self.limit { return nil }
    if count > Self.limit { return nil }
    count += 1
    if count > Self.limit {
      return Line(
        number: number,
        content: .failure(
          Problem(
            .contentTooLarge,
            "a stream has at most \(Self.limit) lines; send this one, and those behind it, in another request"
          )))
    }
    if isTooLong {
      return Line(
        number: number,
        content: .failure(
          Problem(.contentTooLarge, "the line has more than \(lineLimit) bytes; send less")))
    }
    return Line(number: number, content: .success(bytes))
  }
}
