import NotificationModel
import WorkerProtocol

extension HostFunction {
  static let base64Encode = HostFunction(
    "base64.encode",
    summary: "Writes bytes in base 64.",
    parameters: [.init("bytes", "string", "The bytes.")],
    returns: [.init("text", "string", "The text, padded (RFC 4648 §4).")],
    examples: [.init(#"notilua.base64.encode("fo")"#, #""Zm8=""#)]
  ) { call throws(HostFunctionError) in .bytes(Base64.encode(try call.array(0))) }

  static let base64Decode = HostFunction(
    "base64.decode",
    summary: "Reads bytes from base 64.",
    discussion:
      "Takes both alphabets of RFC 4648, with padding or without. Other text gives nil and the reason.",
    parameters: [.init("text", "string", "The text.")],
    returns: [
      .init("bytes", "string?", "The bytes, or nil."), .init("reason", "string?", "Why there are none."),
    ],
    examples: [
      .init(#"notilua.base64.decode("Zm9vYg==")"#, #""foob""#),
      .init(#"notilua.base64.decode("-_8")"#, #""\xfb\xff""#),
      .init(#"select(2, notilua.base64.decode("a b"))"#, #""not base 64""#),
    ]
  ) { call throws(HostFunctionError) in
    guard let bytes = Base64.decode(try call.array(0)) else { return .failure("not base 64") }
    return .bytes(bytes)
  }
}
