import CYaml
import FileReading
import Yams

/// The size of a text in YAML with its aliases written out, counted before anything is made of it.
///
/// A text of 500 bytes can stand for more values than memory has, and Yams hashes every key with all that it stands for.
/// So the events of the parser are counted first. A key is one scalar: no reader here takes any other, and hashing them
/// costs no more than reading them.
struct YAMLExpansion {
  /// The cause for which a text is refused, and its place.
  struct Problem: Error {
    var line: Int
    var column: Int
    var message: String
  }

  /// The fault of a text.
  private enum Refusal: Error {
    case key
    case depth
    case aliases(ReadingLimit)

    var message: String {
      switch self {
      case .key: return "a key is a list or a mapping; write a word"
      case .depth:
        let limit = ReadingLimit.yamlDepth
        return "nested deeper than \(limit.text), with aliases written out; \(limit.advice)"
      case .aliases(let limit):
        return "the aliases up to here stand for more than \(limit.text); \(limit.advice)"
      }
    }
  }

  /// The size of a node.
  private struct Size {
    var values = 1
    /// The bytes of its scalars.
    var bytes = 0
    /// The levels of nesting below it.
    var depth = 0
    var isScalar: Bool { depth == 0 }
  }

  /// A sequence or a mapping that is open.
  private struct Container {
    var size = Size(depth: 1)
    var anchor: String?
    /// The number of its nodes so far; nil for a sequence.
    var members: Int?
  }

  private var anchors: [String: Size] = [:]
  private var open: [Container] = []
  /// The size that aliases stand for so far.
  private var aliased = Size(values: 0)

  /// Counts what a text stands for; a text that is no YAML is Yams' to refuse.
  static func check(_ text: String) throws(Problem) {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { return }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    let bytes = Array(text.utf8)
    let result = bytes.withUnsafeBufferPointer { bytes -> Result<Void, Problem> in
      yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
      var expansion = YAMLExpansion()
      return Result { () throws(Problem) in try expansion.read(&parser) }
    }
    try result.get()
  }

  private mutating func read(_ parser: inout yaml_parser_t) throws(Problem) {
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(&parser, &event) == 1 else { return }
      defer { yaml_event_delete(&event) }
      do throws(Refusal) {
        switch event.type {
        case YAML_STREAM_END_EVENT: return
        // Names of one document mean nothing in the next.
        case YAML_DOCUMENT_START_EVENT: anchors = [:]
        case YAML_SCALAR_EVENT:
          try add(Size(bytes: event.data.scalar.length), anchor: Self.text(event.data.scalar.anchor))
        case YAML_ALIAS_EVENT: try addAlias(Self.text(event.data.alias.anchor))
        case YAML_SEQUENCE_START_EVENT: try begin(.init(anchor: Self.text(event.data.sequence_start.anchor)))
        case YAML_MAPPING_START_EVENT:
          try begin(.init(anchor: Self.text(event.data.mapping_start.anchor), members: 0))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
          let container = open.removeLast()
          try add(container.size, anchor: container.anchor)
        default: break
        }
      } catch {
        throw Problem(
          line: event.start_mark.line + 1, column: event.start_mark.column + 1,
          message: error.message)
      }
    }
  }

  private mutating func begin(_ container: Container) throws(Refusal) {
    try checkKey(isScalar: false)
    guard open.count < ReadingLimit.yamlDepth.count else { throw .depth }
    open.append(container)
  }

  private mutating func addAlias(_ name: String?) throws(Refusal) {
    // One that is not known, as inside of itself, is Yams' to refuse.
    let size = name.flatMap { anchors[$0] } ?? Size()
    aliased.values += size.values
    aliased.bytes += size.bytes
    guard aliased.values <= ReadingLimit.yamlAliases.count else { throw .aliases(.yamlAliases) }
    guard aliased.bytes <= ReadingLimit.yamlAliasTexts.count else { throw .aliases(.yamlAliasTexts) }
    guard open.count + size.depth <= ReadingLimit.yamlDepth.count else { throw .depth }
    try checkKey(isScalar: size.isScalar)
    try add(size, anchor: nil)
  }

  /// Adds a node that is complete to the one around it.
  private mutating func add(_ size: Size, anchor: String?) throws(Refusal) {
    if let anchor { anchors[anchor] = size }
    guard let last = open.indices.last else { return }
    open[last].size.values += size.values
    open[last].size.bytes += size.bytes
    open[last].size.depth = max(open[last].size.depth, size.depth + 1)
    if let count = open[last].members { open[last].members = count + 1 }
  }

  /// Fails where the next node is the key of a mapping, and no scalar.
  private func checkKey(isScalar: Bool) throws(Refusal) {
    guard !isScalar, let members = open.last?.members, members.isMultiple(of: 2) else { return }
    throw .key
  }

  private static func text(_ pointer: UnsafePointer<UInt8>?) -> String? {
    pointer.map { String(cString: $0) }
  }
}
