import LosslessJSON
import NotificationModel

/// The members of a JSON object, read by name with their types and limits.
struct MemberReader: ~Copyable {
  /// An object of the document.
  struct Object {
    var node: NodeID
    /// The place of the object (RFC 6901).
    var pointer = ""
  }

  private var document = JSONDocument(depthLimit: 8)

  /// Reads a text that is one object.
  init(_ text: [UInt8]) throws(MessageProblem) {
    let fault = text.withUnsafeBytes { bytes in
      do throws(JSONError) {
        try document.parse(bytes)
        return JSONError?.none
      } catch {
        return error
      }
    }
    if let fault { throw Self.problem(fault) }
    guard document.kind(of: document.root) == .object else {
      throw MessageProblem("", "a message is a JSON object, and this is none; write {\"id\": …}")
    }
  }

  private static func problem(_ fault: JSONError) -> MessageProblem {
    // What else the cause says is about payloads.
    let cause = fault.cause.rawValue.prefix { $0 != "(" }
    let place = "byte \(fault.offset + 1)"
    if fault.cause == .tooDeep { return MessageProblem("", "\(place): nested too deep; a message is flat") }
    return MessageProblem(
      "", "\(place): \(cause.last == " " ? cause.dropLast() : cause); write one JSON object")
  }

  /// The object that the text is.
  var root: Object { Object(node: document.root) }

  /// Refuses members of an object that are none of those that are known.
  func check(_ object: Object, known: [String]) throws(MessageProblem) {
    var cursor: UInt64 = 0
    while let (key, _) = document.nextMember(object.node, &cursor) {
      let name = document.swiftString(of: key)
      if known.contains(name) { continue }
      let hint =
        Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
        ?? "known are \(known.joined(separator: ", "))"
      throw MessageProblem(object.pointer, "there is no member '\(name.shortened)'; \(hint)")
    }
  }

  /// Returns the value of a member; nil where there is none, or null.
  func value(_ name: String, _ object: Object) -> NodeID? {
    guard let node = document.member(object.node, named: name), document.kind(of: node) != .null else {
      return nil
    }
    return node
  }

  /// Returns a member that is an object; nil where there is none.
  func object(_ name: String, _ object: Object, _ example: String) throws(MessageProblem) -> Object? {
    guard let node = value(name, object) else { return nil }
    let inner = Object(node: node, pointer: "\(object.pointer)/\(name)")
    guard document.kind(of: node) == .object else {
      throw MessageProblem(inner.pointer, "not an object; write \(example)")
    }
    return inner
  }

  /// Returns a text; nil where there is none.
  func text(_ name: String, _ object: Object, limit: Int) throws(MessageProblem) -> String? {
    guard let node = value(name, object) else { return nil }
    return try text(node, "\(object.pointer)/\(name)", limit)
  }

  /// Returns a text that must be there and say something.
  func requiredText(_ name: String, _ object: Object, limit: Int, _ advice: String) throws(MessageProblem)
    -> String
  {
    guard let text = try text(name, object, limit: limit) else {
      throw MessageProblem(object.pointer, "'\(name)' is missing; add \(advice)")
    }
    guard !text.isEmpty else { throw MessageProblem("\(object.pointer)/\(name)", "empty; write \(advice)") }
    return text
  }

  /// Returns a list of texts; empty where there is none.
  func texts(_ name: String, _ object: Object, limit: Int, most: Int) throws(MessageProblem) -> [String] {
    guard let node = value(name, object) else { return [] }
    let pointer = "\(object.pointer)/\(name)"
    let items = document.elements(of: node)
    guard document.kind(of: node) == .array, items.count <= most else {
      throw MessageProblem(pointer, "not a list of up to \(most) strings; write [\"a\", \"b\"]")
    }
    var texts: [String] = []
    for (index, item) in items.enumerated() { texts.append(try text(item, "\(pointer)/\(index)", limit)) }
    return texts
  }

  private func text(_ node: NodeID, _ pointer: String, _ limit: Int) throws(MessageProblem) -> String {
    guard document.kind(of: node) == .string else {
      throw MessageProblem(pointer, "not a string; write it in double quotes")
    }
    let text = document.swiftString(of: node)
    // Code points, as JSON Schema counts.
    guard text.utf8.count <= limit || text.unicodeScalars.count <= limit else {
      throw MessageProblem(
        pointer, "\(text.unicodeScalars.count) characters long, and \(limit) are the limit; shorten it")
    }
    return text
  }

  /// Returns a Boolean value; false where there is none.
  func flag(_ name: String, _ object: Object) throws(MessageProblem) -> Bool {
    guard let node = value(name, object) else { return false }
    switch document.kind(of: node) {
    case .true: return true
    case .false: return false
    default: throw MessageProblem("\(object.pointer)/\(name)", "neither true nor false; write one of them")
    }
  }

  /// Returns a whole number, however it is written: to JSON Schema, 7.0 is one.
  private func wholeNumber(_ node: NodeID) -> Int? {
    if let number = document.integer(of: node) { return Int(number) }
    guard document.kind(of: node) == .number,
      let number = Double(String(decoding: document.rawText(of: node), as: UTF8.self))
    else { return nil }
    // Beyond 2^53 a Double does not tell whole numbers apart.
    return abs(number) <= 9_007_199_254_740_991 ? Int(exactly: number) : nil
  }

  /// Returns a text or a whole number; nil where there is neither.
  func textOrNumber(
    _ name: String, _ object: Object, _ advice: String
  ) throws(MessageProblem) -> (text: String?, number: Int?)? {
    guard let node = value(name, object) else { return nil }
    if document.kind(of: node) == .string { return (document.swiftString(of: node), nil) }
    if let number = wholeNumber(node) { return (nil, number) }
    throw MessageProblem("\(object.pointer)/\(name)", "neither a string nor a whole number; write \(advice)")
  }

  /// Refuses an identifier with control characters: files and logs keep them badly.
  static func checkID(_ text: String, _ pointer: String) throws(MessageProblem) {
    let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    guard isPlain else {
      throw MessageProblem(pointer, "has a control character, which no identifier may have; take it out")
    }
  }
}
