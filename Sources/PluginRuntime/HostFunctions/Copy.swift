import LosslessJSON
import NotificationModel
import WorkerProtocol

extension HostFunction {
  static let copy = HostFunction(
    "copy",
    summary: "Makes a deep copy of a value.",
    discussion: """
      Tables of the payload and of the settings become tables of the plugin's own, which live on and change nothing \
      but themselves; so does all that is in them. What is no table is its own copy. A table with functions, with \
      holes, with mixed keys or with itself inside is an error, and one has 1 MiB as JSON at most.
      """,
    parameters: [.init("value", "any", "What to copy.")],
    returns: [.init("copy", "any", "The copy.")],
    examples: [
      .init("notilua.copy({ a = { 1, 2.5, notilua.null } }).a[2]", "2.5"),
      .init("notilua.json.encode(notilua.copy(notilua.array{}))", #""[]""#),
      .init(#"notilua.copy("text")"#, #""text""#),
    ]
  ) { call throws(HostFunctionError) in
    switch try call.value(0) {
    case .nil: return .nil
    case .integer(let number): return .integer(number)
    case .double(let number): return .number(number)
    case .string(let text): return .bytes(Array(text))
    case .boolean(let flag): return try call.build(flag ? "true" : "false")
    case .null: return try call.build("null")
    case .json(let json):
      if json.count > 1 << 20 {
        throw HostFunctionError(
          "notilua.copy: the value has \(json.count) bytes as JSON, and 1 MiB is the limit")
      }
      return try call.build(json)
    case .other(let name):
      throw HostFunctionError("notilua.copy: a \(String(decoding: name, as: UTF8.self)) cannot be copied")
    }
  }
}

extension HostCall {
  /// Makes a value of Lua's from JSON.
  fileprivate func build(_ json: UnsafeRawBufferPointer) throws(HostFunctionError) -> HostResult {
    do throws(JSONError) {
      try plugin.pointee.scratch.pointee.parse(json)
      return .scratch
    } catch {
      throw HostFunctionError("notilua.copy: \(error)")
    }
  }

  /// Makes a value of Lua's from a word of JSON.
  fileprivate func build(_ word: StaticString) throws(HostFunctionError) -> HostResult {
    try build(UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }
}
