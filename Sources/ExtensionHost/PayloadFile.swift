import FileReading
import NotificationModel

/// A file with payloads: one on any number of lines, or one a line.
package struct PayloadFile {
  /// A payload on one line, and the number of the line that it begins at.
  package typealias Payload = (bytes: [UInt8], number: Int)

  private let name: String
  private let bytes: [UInt8]

  /// - Parameters:
  ///   - path: `-` is the standard input.
  ///   - form: what may stand there.
  package init(_ path: String, form: InputFile.Form = .stream) throws(HostError) {
    name = path == "-" ? "stdin" : path
    var bytes =
      path == "-"
      ? try readStandardInput(.payloads)
      : try readFile(path, .payloads, form: form, status: .noInput)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    self.bytes = bytes
  }

  /// Whether the whole file is one JSON value.
  package var isOnePayload: Bool {
    var document = JSONDocument(depthLimit: 512)
    return bytes.withUnsafeBytes { (try? document.parse($0)) != nil }
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
    allLines.enumerated().compactMap { Self.isBlank($1) ? nil : (Array($1), $0 + 1) }
  }

  /// The payload of a line; without a number the whole file's, if it is one, else the first line's.
  package func payload(line: Int?) throws(HostError) -> Payload {
    let lines = allLines
    guard let line else {
      guard let first = lines.firstIndex(where: { !Self.isBlank($0) }) else {
        throw HostError(.noInput, "'\(name)': no payload there; give a file with one JSON object")
      }
      if isOnePayload {
        // In JSON a line ends only between what has a meaning.
        return (bytes.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }, first + 1)
      }
      return (Array(lines[first]), first + 1)
    }
    guard line >= 1 else { throw HostError(.usage, "lines count from 1; --line is \(line)") }
    guard line <= lines.count else {
      throw HostError(.usage, "'\(name)' has no line \(line); its last is \(lines.count)")
    }
    guard !Self.isBlank(lines[line - 1]) else {
      throw HostError(.usage, "'\(name)': line \(line) is blank; name one with a payload")
    }
    return (Array(lines[line - 1]), line)
  }
}
