import LosslessJSON

/// A JSON value apart from its document, to be compared and shown.
package indirect enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  /// The number's text: `1.0` and `1` are equal, and shown as they are written.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// A member of an object.
  package struct Member: Sendable, Equatable {
    /// The key, unescaped.
    package var key: String
    /// The value of the key.
    package var value: JSONValue

    /// Creates a member.
    package init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// Reads JSON text.
  package init(_ text: String) throws(JSONError) {
    var document = JSONDocument(depthLimit: 1024, duplicateKeys: .keepLast)
    try document.parse(text)
    self.init(document, document.root)
  }

  /// Copies a value of a document.
  package init(_ document: borrowing JSONDocument, _ node: NodeID) {
    switch document.kind(of: node) {
    case .null: self = .null
    case .true: self = .boolean(true)
    case .false: self = .boolean(false)
    case .string: self = .string(document.swiftString(of: node))
    case .array:
      self = .array(document.elements(of: node).map { JSONValue(document, $0) })
    case .object:
      var members: [Member] = []
      var cursor: UInt64 = 0
      while let (key, value) = document.nextMember(node, &cursor) {
        members.append(Member(document.swiftString(of: key), JSONValue(document, value)))
      }
      self = .object(members)
    default: self = .number(String(decoding: document.rawText(of: node), as: UTF8.self))
    }
  }

  /// A Boolean value that indicates whether this is an array or an object.
  package var isContainer: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }

  /// A member of an object; nil where there is none, or this is no object.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    // To Swift, keys that look the same are equal.
    return members.last { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  /// Writes the value as JSON.
  package func write(to writer: inout JSONWriter) {
    switch self {
    case .null: writer.null()
    case .boolean(let flag): writer.value(flag)
    case .number(let text): writer.raw(text)
    case .string(let text): writer.value(text)
    case .array(let elements):
      writer.beginArray()
      for element in elements { element.write(to: &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for member in members {
        writer.key(member.key)
        member.value.write(to: &writer)
      }
      writer.endObject()
    }
  }

  /// The value as JSON on one line.
  package var text: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  // MARK: Difference

  /// A difference between two values, with its place.
  package struct Difference: Sendable, Equatable {
    /// An RFC 6901 pointer; empty for the whole.
    package var path: String
    /// Nil where nothing is expected there.
    package var expected: JSONValue?
    /// Nil where there is nothing.
    package var actual: JSONValue?

    /// Makes a value from its parts.
    package init(path: String, expected: JSONValue?, actual: JSONValue?) {
      self.path = path
      self.expected = expected
      self.actual = actual
    }
  }

  /// Returns the differences from an expected value.
  ///
  /// - Parameter isPartial: members of objects that are not expected are no difference, and an expected null may be
  ///   absent.
  package func differences(from expected: JSONValue, isPartial: Bool = false, path: String = "")
    -> [Difference]
  {
    switch (expected, self) {
    case (.object(let wanted), .object(let members)):
      var differences: [Difference] = []
      for member in wanted {
        let below = path + "/" + Self.escaped(member.key)
        if let value = self[member.key] {
          differences += value.differences(from: member.value, isPartial: isPartial, path: below)
        } else if !(isPartial && member.value == .null) {
          differences.append(Difference(path: below, expected: member.value, actual: nil))
        }
      }
      if !isPartial {
        for member in members where expected[member.key] == nil {
          differences.append(
            Difference(path: path + "/" + Self.escaped(member.key), expected: nil, actual: member.value))
        }
      }
      return differences
    case (.array(let wanted), .array(let elements)):
      var differences: [Difference] = []
      for index in 0..<max(wanted.count, elements.count) {
        let below = "\(path)/\(index)"
        if index >= elements.count {
          differences.append(Difference(path: below, expected: wanted[index], actual: nil))
        } else if index >= wanted.count {
          differences.append(Difference(path: below, expected: nil, actual: elements[index]))
        } else {
          differences += elements[index].differences(from: wanted[index], isPartial: isPartial, path: below)
        }
      }
      return differences
    case (.number(let wanted), .number(let number)):
      if wanted == number || Self.isSame(wanted, number) { return [] }
    // To Swift, texts that look the same are equal; to whoever reads them on a device they need not be.
    case (.string(let wanted), .string(let text)):
      if wanted.utf8.elementsEqual(text.utf8) { return [] }
    default: if expected == self { return [] }
    }
    return [Difference(path: path, expected: expected, actual: self)]
  }

  private static func isSame(_ left: String, _ right: String) -> Bool {
    guard let left = Decimal(left), let right = Decimal(right) else { return false }
    return left == right
  }

  /// A number to its last digit, however many it has.
  private struct Decimal: Equatable {
    private var isNegative: Bool
    /// Without zeros at the front and at the end.
    private var digits: Substring
    private var exponent: Int

    init?(_ text: String) {
      let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
      guard let mantissa = parts.first, let written = parts.count > 1 ? Int(parts[1]) : 0,
        abs(written) < 1 << 40
      else { return nil }
      isNegative = mantissa.hasPrefix("-")
      let halves = mantissa.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
      exponent = written - (halves.count > 1 ? halves[1].count : 0)
      digits = Substring(halves.joined()).drop { $0 == "0" }
      while digits.last == "0" {
        digits.removeLast()
        exponent += 1
      }
      if digits.isEmpty {
        isNegative = false
        exponent = 0
      }
    }
  }

  private static func escaped(_ key: String) -> String {
    key.replacing("~", with: "~0").replacing("/", with: "~1")
  }
}
