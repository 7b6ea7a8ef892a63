import Digests
import WorkerProtocol

extension HostFunction {
  static let sha256 = HostFunction(
    "sha256",
    summary: "Computes the SHA-256 digest of bytes.",
    discussion: "The digest is 32 bytes; `notilua.hex.encode` shows them.",
    parameters: [.init("bytes", "string", "The bytes.")],
    returns: [.init("digest", "string", "32 bytes (FIPS 180-4).")],
    examples: [
      .init(
        #"notilua.hex.encode(notilua.sha256("abc"))"#,
        #""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#)
    ]
  ) { call throws(HostFunctionError) in .bytes(Digest.sha256(try call.array(0))) }
}
