import NotificationModel
import WorkerProtocol

extension HostFunction {
  static let hexEncode = HostFunction(
    "hex.encode",
    summary: "Writes bytes as hexadecimal digits.",
    parameters: [.init("bytes", "string", "The bytes.")],
    returns: [.init("text", "string", "Two small digits a byte.")],
    examples: [.init(#"notilua.hex.encode("\1\255")"#, #""01ff""#)]
  ) { call throws(HostFunctionError) in .text(Hex.encode(try call.bytes(0))) }

  static let hexDecode = HostFunction(
    "hex.decode",
    summary: "Reads bytes from hexadecimal digits.",
    discussion: "Text that is not pairs of digits gives nil and the reason.",
    parameters: [.init("text", "string", "The digits.")],
    returns: [
      .init("bytes", "string?", "The bytes, or nil."), .init("reason", "string?", "Why there are none."),
    ],
    examples: [
      .init(#"notilua.hex.decode("4A4b")"#, #""JK""#),
      .init(#"select(2, notilua.hex.decode("abc"))"#, #""not pairs of hexadecimal digits""#),
    ]
  ) { call throws(HostFunctionError) in
    guard let bytes = Hex.decode(try call.array(0)) else {
      return .failure("not pairs of hexadecimal digits")
    }
    return .bytes(bytes)
  }
}
