import FileReading
import LosslessJSON
import NotificationModel

/// A file with payloads: one on any number of lines, or one a line.
package struct PayloadFile {
  /// A payload, and where it stands.
  package struct Payload {
    /// The payload on one line.
    package var bytes: [UInt8]
    /// The number of the line that it begins at.
    package var number: Int
    /// The file's name.
    package var name: String
    /// The file's lines, where the payload stands on several of them.
    fileprivate var lines: TextLines?

    /// The place of the payload, as messages write it: `FILE:LINE`.
    package var place: String { "\(name):\(number)" }

    /// The place of one of its bytes where it stands on several lines: `FILE:LINE:COLUMN`.
    package func place(of offset: Int) -> String? { lines.map { "\(name):\($0.place(of: offset))" } }
  }

  private let name: String
  private let bytes: [UInt8]

  /// - Parameters:
  ///   - path: `-` is the standard input.
  ///   - form: what may stand there.
  package init(_ path: String, form: InputFile.Form = .stream) throws(HostError) {
    name = path == "-" ? "stdin" : path
    let bytes =
      path == "-"
      ? try readStandardInput(.payloads)
      : try readFile(path, .payloads, form: form, status: .noInput)
    self.bytes = bytes.withoutMark
  }

  /// A Boolean value that indicates whether the whole file is one JSON value.
  package var isOnePayload: Bool { Self.error(in: bytes) == nil }

  /// Returns the error of a text that is not one JSON value; keys may stand twice, since that is checked later.
  private static func error(in bytes: some Collection<UInt8>) -> JSONError? {
    var document = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
    let result: Result<Void, JSONError> = Array(bytes).withUnsafeBytes { bytes in
      do throws(JSONError) {
        return .success(try document.parse(bytes))
      } catch {
        return .failure(error)
      }
    }
    if case .failure(let error) = result { return error }
    return nil
  }

  private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
    line.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }
  }

  private var allLines: [ArraySlice<UInt8>] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// All lines that are not blank.
  package var lines: [Payload] {
    allLines.enumerated().compactMap { Self.isBlank($1) ? nil : payload($1, $0 + 1) }
  }

  /// The payload of the whole file, if it is one, else those of its lines.
  ///
  /// - Throws: where the file is one payload on several lines, but for a slip.
  package func payloads() throws(HostError) -> [Payload] {
    let lines = lines
    guard lines.count > 1 else { return lines }
    return try whole().map { [$0] } ?? lines
  }

  /// The payload of a line; without a number the whole file's, if it is one, else the first line's.
  ///
  /// - Throws: where the file is one payload on several lines, but for a slip.
  package func payload(line: Int?) throws(HostError) -> Payload {
    guard let line else {
      guard let first = lines.first else {
        throw HostError(.noInput, "'\(name)': no payload there; give a file with one JSON object")
      }
      return try whole() ?? first
    }
    let lines = allLines
    guard line >= 1 else { throw HostError(.usage, "lines count from 1; --line is \(line)") }
    guard line <= lines.count else {
      throw HostError(.usage, "'\(name)' has no line \(line); its last is \(lines.count)")
    }
    guard !Self.isBlank(lines[line - 1]) else {
      throw HostError(.usage, "'\(name)': line \(line) is blank; name one with a payload")
    }
    return payload(lines[line - 1], line)
  }

  private func payload(_ line: ArraySlice<UInt8>, _ number: Int) -> Payload {
    Payload(bytes: Array(line), number: number, name: name, lines: nil)
  }

  /// The file as one payload; nil where each of its lines has one.
  private func whole() throws(HostError) -> Payload? {
    let lines = lines
    guard let first = lines.first, lines.count > 1 else { return nil }
    let places = TextLines(bytes)
    guard let error = Self.error(in: bytes) else {
      // In JSON a line ends only between what has a meaning; places of bytes stay.
      let line = bytes.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
      return Payload(bytes: line, number: first.number, name: name, lines: places)
    }
    // A line of its own is whole, or others are.
    guard let cause = Self.error(in: first.bytes)?.cause, cause == .unexpectedEnd || isComment(first),
      !lines.dropFirst().contains(where: { Self.isNotification($0.bytes) })
    else { return nil }
    throw HostError(.failed, Self.message(of: error, in: bytes, name: name))
  }

  private func isComment(_ line: Payload) -> Bool {
    line.bytes.first { $0 != 0x20 && $0 != 0x09 }.map { $0 == 0x2F || $0 == 0x23 } ?? false
  }

  /// Returns the place of a slip in a text, its cause, and what to do about it.
  package static func message(of error: JSONError, in bytes: [UInt8], name: String) -> String {
    var offset = error.offset
    // The end is where something was written last.
    if error.cause == .unexpectedEnd {
      while offset > 0, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset - 1]) { offset -= 1 }
    }
    let byte = offset < bytes.count ? bytes[offset] : nil
    return
      "\(name):\(TextLines(bytes).place(of: offset)): \(error.cause.rawValue)\(error.cause.slip(at: byte))"
  }

  private static func isNotification(_ line: [UInt8]) -> Bool {
    var document = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
    return line.withUnsafeBytes { (try? document.parse($0)) != nil }
      && (try? NotificationLine(document)) != nil
  }
}
