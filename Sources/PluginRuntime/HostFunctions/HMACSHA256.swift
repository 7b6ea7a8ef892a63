import Digests
import WorkerProtocol

extension HostFunction {
  static let hmacSHA256 = HostFunction(
    "hmac_sha256",
    summary: "Computes the HMAC of bytes with SHA-256.",
    parameters: [.init("key", "string", "The key."), .init("bytes", "string", "The bytes.")],
    returns: [.init("code", "string", "32 bytes (RFC 2104).")],
    examples: [
      .init(
        #"notilua.hex.encode(notilua.hmac_sha256("Jefe", "what do ya want for nothing?"))"#,
        #""5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843""#)
    ]
  ) { call throws(HostFunctionError) in
    .bytes(Digest.hmacSHA256(key: try call.array(0), try call.array(1)))
  }
}
