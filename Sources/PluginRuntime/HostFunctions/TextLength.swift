import WorkerProtocol

extension HostFunction {
  static let textLength = HostFunction(
    "text.length",
    summary: "Counts the characters of a text as a person does.",
    discussion: "A character is Unicode's extended grapheme cluster; `#text` counts bytes.",
    parameters: [.init("text", "string", "The text.")],
    returns: [.init("count", "integer", "The number of characters.")],
    examples: [
      .init(#"notilua.text.length("👍🏽 ok")"#, "4"),
      .init(#"notilua.text.length("")"#, "0"),
    ]
  ) { call throws(HostFunctionError) in .integer(Int64(try call.text(0).count)) }
}
