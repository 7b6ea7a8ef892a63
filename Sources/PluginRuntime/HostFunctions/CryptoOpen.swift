import WorkerProtocol

extension HostFunction {
  static let cryptoOpen = HostFunction(
    "crypto.open",
    summary: "Opens a text that was sealed with AES-256-GCM.",
    discussion: """
      `sealed` is a nonce of 12 bytes, the ciphertext and a tag of 16 bytes, as CryptoKit's \
      `AES.GCM.SealedBox.combined` has it. The key stays in the host: `key` is its name in the configuration. \
      What was sealed with another key or changed on the way gives nil and the reason. The notification waits \
      meanwhile, and others go on.
      """,
    parameters: [
      .init("key", "string", "The key's name in the configuration."),
      .init("sealed", "string", "Nonce, ciphertext and tag."),
      .init("additional_data", "string?", "What was authenticated beside the text."),
    ],
    returns: [
      .init("text", "string?", "The text, or nil."), .init("reason", "string?", "Why there is none."),
    ],
    capability: "crypto",
    examples: [
      .init(
        #"select(2, notilua.crypto.open("none", "x"))"#,
        #""the configuration has no key 'none'; add it under 'keys:'""#)
    ]
  ) { call throws(HostFunctionError) in
    try call.ask { call throws(HostFunctionError) in
      let request = CapabilityRequest.cryptoOpen(
        key: try call.text(0), sealed: try call.array(1), additionalData: call.has(2) ? try call.array(2) : []
      )
      guard request.isWithinLimits else {
        throw HostFunctionError(
          "notilua.crypto.open takes a key's name of 100 bytes and 64 KiB of sealed text at most")
      }
      return request
    }
  }
}
