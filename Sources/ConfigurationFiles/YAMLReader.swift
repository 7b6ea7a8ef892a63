import FileReading
import Localization
import LosslessJSON
import NotificationModel
import StringCatalogs
import WorkerProtocol
import Yams

/// Reads nodes of YAML, and says where one is wrong.
package struct YAMLReader {
  package let name: String
  package let folder: String

  /// - Parameters:
  ///   - name: what errors call the file.
  ///   - folder: what relative paths in it begin at; empty, or with a slash at its end.
  package init(name: String, folder: String) {
    self.name = name
    self.folder = folder
  }

  /// The root of a text; nil where it is empty.
  package func root(of text: String) throws(HostError) -> Node? {
    do throws(YAMLExpansion.Problem) {
      try YAMLExpansion.check(text)
    } catch {
      throw HostError(.usage, "\(name):\(error.line):\(error.column): \(error.message)")
    }
    do {
      return try Yams.compose(yaml: text)
    } catch {
      throw syntaxError(error)
    }
  }

  /// The file, line and column of a node.
  package func place(_ node: Node) -> String { name + (node.mark.map { ":\($0.line):\($0.column)" } ?? "") }

  /// Returns an error at the place of a node.
  package func error(_ node: Node, _ message: String) -> HostError {
    HostError(.usage, "\(place(node)): \(message)")
  }

  /// Returns the advice for a problem of the parser.
  private func step(_ problem: String) -> String {
    if problem.contains("tab character") || problem.contains("cannot start any token") {
      return "begin lines with blanks, and quote a value that begins with a sign"
    }
    if problem.contains("mapping values") || problem.contains("block") {
      return "indent all keys of a mapping alike, and quote a value with a colon"
    }
    if problem.contains("expected ','") {
      return "close the bracket, or quote a value with a colon or a comma"
    }
    return "correct the line, or quote the value"
  }

  /// Returns an error of the parser as a sentence that begins with the place.
  package func syntaxError(_ error: any Error) -> HostError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      HostError(
        .usage, "\(name):\(mark.line):\(mark.column): not YAML: \(problem); \(step(problem))")
    case .duplicatedKeysInMapping(let keys, let context):
      HostError(
        .usage,
        "\(name):\(context.mark.line):\(context.mark.column): '\(keys.first ?? "a key")' stands twice in this"
          + " mapping; remove one")
    // Its text has the line, in which a password may stand.
    case .reader(_, let offset, _, let text):
      HostError(
        .usage,
        "\(name):\(1 + text.utf8.prefix(offset ?? 0).count { $0 == 0x0A }): not YAML: a character that"
          + " no text has; write it as an escape in double quotes, such as \"\\x1B\"")
    default: HostError(.usage, "\(name): not YAML; look whether it is a text in UTF-8")
    }
  }

  /// Returns a path as it is from the working folder: relative ones are taken from the file's folder.
  package func path(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }

  /// The members of a mapping, whose keys must be among `known`.
  ///
  /// - Parameter meaning: gives the key that another word stands for.
  package func members(
    _ node: Node, _ place: String, _ known: [String]?, meaning: (String) -> String? = { _ in nil }
  ) throws(HostError) -> [(String, Node)] {
    guard let mapping = node.mapping else { throw error(node, "\(place) is not a mapping of keys to values") }
    var members: [(String, Node)] = []
    for (key, value) in mapping {
      guard let word = key.string else { throw error(key, "a key of \(place) is not a word") }
      if let known, !known.contains(word) {
        let hint =
          (meaning(word) ?? Suggestion.nearest(to: word, among: known)).map { "did you mean '\($0)'?" }
          ?? "known are \(known.joined(separator: ", "))"
        throw error(key, "\(place) has no key '\(word.shortened)'; \(hint)")
      }
      members.append((word, value))
    }
    return members
  }

  /// Returns the elements of a list.
  ///
  /// - Throws: ``HostError`` where the node is none.
  package func list(_ node: Node, _ place: String) throws(HostError) -> [Node] {
    guard let sequence = node.sequence else {
      throw error(node, "\(place) is not a list; write it as [a, b], or with a dash before each line")
    }
    return Array(sequence)
  }

  /// Returns a scalar as it is written.
  ///
  /// - Throws: ``HostError`` where the node is none.
  package func text(_ node: Node, _ place: String) throws(HostError) -> String {
    guard let text = node.string, node.scalar != nil else { throw error(node, "\(place) is not a text") }
    return text
  }

  /// Returns a whole number of a range.
  ///
  /// - Throws: ``HostError`` where the node is none.
  package func integer(_ node: Node, _ place: String, _ range: ClosedRange<Int>) throws(HostError) -> Int {
    guard let number = node.int, range.contains(number) else {
      throw error(node, "\(place) is not a whole number of \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Returns a time such as 100ms, 30s or 5m.
  ///
  /// - Throws: ``HostError`` where the node is none, or outside of the range.
  package func duration(
    _ node: Node, _ place: String, _ range: ClosedRange<Duration> = .microseconds(1) ... .seconds(1 << 30)
  ) throws(HostError) -> Duration {
    guard let duration = Quantity.duration(try text(node, place)) else {
      let text = try text(node, place)
      if Double(text) != nil {
        throw error(node, "\(place) is \(text), without a unit; write \(text)s or \(text)ms")
      }
      throw error(node, "\(place) is not a time such as 100ms, 30s or 5m")
    }
    guard range.contains(duration) else {
      let (least, most) = (Quantity.text(range.lowerBound), Quantity.text(range.upperBound))
      throw error(node, "\(place) is not a time of \(least) to \(most)")
    }
    return duration
  }

  /// Returns a number of bytes such as 64KiB or 1MiB.
  ///
  /// - Throws: ``HostError`` where the node is none, or outside of the range.
  package func size(_ node: Node, _ place: String, _ range: ClosedRange<Int> = 1...1 << 40) throws(HostError)
    -> Int
  {
    guard let size = Quantity.size(try text(node, place)), range.contains(size) else {
      throw error(
        node,
        "\(place) is not a size such as 512KiB or 24MiB, of \(Quantity.text(range.lowerBound)) to"
          + " \(Quantity.text(range.upperBound))")
    }
    return size
  }

  /// One text, or a list of them.
  package func texts(_ node: Node, _ place: String) throws(HostError) -> [Node] {
    node.scalar == nil ? try list(node, place) : [node]
  }

  /// Writes a node as JSON, with YAML's own idea of what a plain word is.
  ///
  /// - Parameter stringsOnly: numbers and flags are texts, as in headers.
  package func write(_ node: Node, _ writer: inout JSONWriter, stringsOnly: Bool = false) throws(HostError) {
    switch node {
    case .mapping(let mapping):
      writer.beginObject()
      for (key, value) in mapping {
        writer.key(key.string ?? "")
        try write(value, &writer, stringsOnly: stringsOnly)
      }
      writer.endObject()
    case .sequence(let sequence):
      writer.beginArray()
      for value in sequence { try write(value, &writer, stringsOnly: stringsOnly) }
      writer.endArray()
    case .scalar(let scalar):
      if stringsOnly { writer.value(scalar.string) } else { writePlain(scalar, &writer) }
    case .alias: throw error(node, "an alias has no place here; write the value out")
    }
    // Anchors make a text of a few lines as large as one likes.
    let limit = ReadingLimit.yamlValue
    if writer.buffer.bytes.count > limit.count {
      throw error(node, "the value is larger than \(limit.text); \(limit.advice)")
    }
  }
}

extension YAMLReader {
  /// `0x1F` and `0o17`.
  private static func prefixed(_ text: String) -> Int? {
    if text.hasPrefix("0x") { return Int(text.dropFirst(2), radix: 16) }
    return text.hasPrefix("0o") ? Int(text.dropFirst(2), radix: 8) : nil
  }

  /// RFC 8259 §6.
  private static func isJSONNumber(_ text: String) -> Bool {
    var rest = Substring(text).utf8.drop { $0 == 0x2D }
    if text.utf8.count - rest.count > 1 { return false }
    func takeDigits() -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    let isZero = rest.first == 0x30
    let whole = takeDigits()
    if whole == 0 || isZero && whole > 1 { return false }
    if rest.first == 0x2E {
      rest = rest.dropFirst()
      if takeDigits() == 0 { return false }
    }
    if rest.first == 0x65 || rest.first == 0x45 {
      rest = rest.dropFirst()
      if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
      if takeDigits() == 0 { return false }
    }
    return rest.isEmpty
  }

  /// Writes a scalar as the core schema of YAML 1.2 (§10.3.2) reads it: 22:00 and yes are texts, 010 is ten.
  private func writePlain(_ scalar: Node.Scalar, _ writer: inout JSONWriter) {
    guard scalar.style == .plain || scalar.style == .any else {
      writer.value(scalar.string)
      return
    }
    switch scalar.string {
    case "", "~", "null", "Null", "NULL": writer.null()
    case "true", "True", "TRUE": writer.value(true)
    case "false", "False", "FALSE": writer.value(false)
    case let text:
      let digits = text.drop { $0 == "-" || $0 == "+" }
      if let number = Self.prefixed(text) {
        writer.value(number)
        return
      }
      // What JSON calls a number keeps its digits, however many.
      if Self.isJSONNumber(text), Double(text)?.isFinite == true {
        writer.raw(text)
        return
      }
      let isNumber = digits.first.map { $0.isASCII && $0.isNumber || $0 == "." } ?? false
      if isNumber, let number = Int(text) {
        writer.value(number)
      } else if isNumber, text.allSatisfy({ "0123456789.eE+-".contains($0) }), let number = Double(text),
        number.isFinite
      {
        writer.raw(number.description)
      } else {
        writer.value(text)
      }
    }
  }
}
