import LosslessJSON
import NotificationModel
import WorkerProtocol

extension HostFunction {
  static let jsonEncode = HostFunction(
    "json.encode",
    summary: "Writes a value as JSON.",
    discussion: """
      Keys of tables made in Lua are sorted; tables of the payload keep their bytes. `notilua.null` is null, and \
      `notilua.array{}` an empty array. A table with holes, mixed keys or itself inside is an error.
      """,
    parameters: [.init("value", "any", "What to write.")],
    returns: [.init("json", "string", "The text.")],
    examples: [
      .init(#"notilua.json.encode({ b = 1, a = { 1, 2.5, "x" } })"#, #"'{"a":[1,2.5,"x"],"b":1}'"#),
      .init("notilua.json.encode(notilua.array{})", #""[]""#),
      .init("notilua.json.encode({ none = notilua.null })", #"'{"none":null}'"#),
    ]
  ) { call throws(HostFunctionError) in
    var buffer = ByteBuffer(capacity: 64)
    switch try call.value(0) {
    case .json(let json): return .bytes(Array(json))
    case .string(let text):
      if let offset = JSONString.append(text, to: &buffer) {
        throw HostFunctionError("notilua.json.encode: not valid UTF-8 at byte \(offset)")
      }
      return .bytes(Array(buffer.bytes))
    case .double(let number) where !number.isFinite:
      throw HostFunctionError("notilua.json.encode: JSON has no number for infinity or NaN")
    case .nil: throw HostFunctionError("notilua.json.encode: nil has no place in JSON; use notilua.null")
    case .boolean(let flag): return .text(flag ? "true" : "false")
    case .integer(let number): return .text(String(number))
    case .double(let number): return .text(number.description)
    case .null: return .text("null")
    case .other(let name):
      throw HostFunctionError(
        "notilua.json.encode: a \(String(decoding: name, as: UTF8.self)) has no place in JSON")
    }
  }
}
