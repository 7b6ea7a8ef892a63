import UnicodeForms
import WorkerProtocol

extension HostFunction {
  static let textUpper = HostFunction(
    "text.upper",
    summary: "Makes every letter of a text a capital, in any script.",
    parameters: [.init("text", "string", "The text.")],
    returns: [.init("text", "string", "The text in capitals.")],
    examples: [.init(#"notilua.text.upper("größe")"#, #""GRÖSSE""#)]
  ) { call throws(HostFunctionError) in .text(try call.text(0).uppercased()) }

  static let textLower = HostFunction(
    "text.lower",
    summary: "Makes every letter of a text small, in any script.",
    parameters: [.init("text", "string", "The text.")],
    returns: [.init("text", "string", "The text in small letters.")],
    examples: [.init(#"notilua.text.lower("ПРИВЕТ")"#, #""привет""#)]
  ) { call throws(HostFunctionError) in .text(UnicodeText.lowered(try call.text(0))) }
}
