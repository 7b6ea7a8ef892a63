import LosslessJSON
import NotificationModel
import WorkerProtocol

extension HostFunction {
  static let jsonDecode = HostFunction(
    "json.decode",
    summary: "Reads a JSON text as a value.",
    discussion: """
      Objects and arrays become new tables; null becomes `notilua.null`. Text that is not JSON gives nil and the \
      reason with its place. A text has 1 MiB at most.
      """,
    parameters: [.init("json", "string", "The text.")],
    returns: [
      .init("value", "any", "What it says, or nil."), .init("reason", "string?", "Why it says nothing."),
    ],
    examples: [
      .init(#"notilua.json.decode('{"n":[1,2.5,null]}').n[2]"#, "2.5"),
      .init(#"notilua.json.decode("[9007199254740993]")[1]"#, "9007199254740993"),
      .init(#"select(2, notilua.json.decode("[1,]"))"#, #""byte 3: expected a value""#),
    ]
  ) { call throws(HostFunctionError) in
    let text = try call.bytes(0)
    if text.count > 1 << 20 { return .failure("too long: \(text.count) bytes, and 1 MiB is the limit") }
    if text.isEmpty { return .failure("the text is empty") }
    do throws(JSONError) {
      try call.plugin.pointee.scratch.pointee.parse(text)
      return .scratch
    } catch {
      return .failure(error.description)
    }
  }
}
