import APNsCredentials
import CredentialSamples
import Foundation
import Testing

/// P8 files and the signatures of their keys.
struct SigningKeyTests {
  private static func sentence(_ p8: [UInt8]) -> String {
    do throws(CredentialError) {
      _ = try SigningKey(p8: p8)
      return "taken"
    } catch {
      #expect(!error.message.contains("\n") && error.message.contains("; "), "\(error)")
      return error.message
    }
  }

  @Test func signsWhatOpenSSLVerifies() throws {
    let samples = try CredentialSamples()
    try samples.signingKey("a")
    try samples.openssl("pkey", "-in", "a.p8", "-pubout", "-out", "a.pub")
    let key = try SigningKey(p8: try samples.bytes("a.p8"))
    // r and s lose their leading zeros in DER: among so many signatures some have one.
    for number in 0..<300 {
      let message = Array("message \(number)".utf8)
      let raw = try #require(key.signature(of: message))
      #expect(raw.count == 64)
      #expect(key.publicKey.isSignature(raw, of: message))
      guard number < 5 || raw[0] == 0 || raw[32] == 0 else { continue }
      try samples.write("m", message)
      try samples.write("s", Self.der(raw))
      #expect(
        try samples.openssl("dgst", "-sha256", "-verify", "a.pub", "-signature", "s", "m") == "Verified OK\n")
    }
  }

  /// `SEQUENCE { INTEGER r, INTEGER s }`.
  private static func der(_ raw: [UInt8]) -> [UInt8] {
    let integer = { (bytes: ArraySlice<UInt8>) -> [UInt8] in
      var digits = Array(bytes.drop { $0 == 0 })
      if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
      return [0x02, UInt8(digits.count)] + digits
    }
    let content = integer(raw[..<32]) + integer(raw[32...])
    return [0x30, UInt8(content.count)] + content
  }

  @Test func aSignatureIsOfOneMessageAndOneKey() throws {
    let samples = try CredentialSamples()
    for name in ["a", "b"] { try samples.signingKey(name) }
    let key = try SigningKey(p8: try samples.bytes("a.p8"))
    let other = try VerificationKey(p8: try samples.bytes("b.p8"))
    var raw = try #require(key.signature(of: [1]))
    #expect(!key.publicKey.isSignature(raw, of: [2]))
    #expect(!other.isSignature(raw, of: [1]))
    #expect(!key.publicKey.isSignature(raw + [0], of: [1]))
    #expect(!key.publicKey.isSignature([], of: [1]))
    #expect(!key.publicKey.isSignature([UInt8](repeating: 0, count: 64), of: [1]))
    #expect(!key.publicKey.isSignature([UInt8](repeating: 0xFF, count: 64), of: [1]))
    raw[63] ^= 1
    #expect(!key.publicKey.isSignature(raw, of: [1]))
    try samples.openssl("pkey", "-in", "a.p8", "-pubout", "-out", "a.pub")
    #expect(try VerificationKey(pem: try samples.bytes("a.pub")) == key.publicKey)
    #expect(try VerificationKey(der: key.publicKey.der) == key.publicKey)
  }

  @Test func everyOtherFileHasItsSentence() throws {
    let samples = try CredentialSamples()
    try samples.signingKey("a")
    try samples.signingKey("b", curve: "P-384")
    try samples.signingKey("c", curve: "secp256k1")
    try samples.openssl("genpkey", "-algorithm", "RSA", "-out", "rsa.p8")
    try samples.openssl("genpkey", "-algorithm", "ED25519", "-out", "ed.p8")
    try samples.openssl("pkcs8", "-topk8", "-in", "a.p8", "-out", "encrypted.p8", "-passout", "pass:x")
    try samples.openssl("pkey", "-in", "a.p8", "-pubout", "-out", "public.p8")
    try samples.openssl("ec", "-in", "a.p8", "-out", "sec1.p8")
    try samples.certificate("push", extensions: [])
    try samples.p12("push", of: "push")
    try samples.write(
      "openssh.p8",
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n")
    let good = try samples.bytes("a.p8")
    for (name, text) in [
      ("b.p8", "of another curve"), ("c.p8", "of another curve"), ("rsa.p8", "this is an RSA key"),
      ("ed.p8", "a key of another kind"), ("encrypted.p8", "is encrypted"), ("public.p8", "a public key"),
      ("openssh.p8", "a key of OpenSSH"), ("push.p12", "this is a .p12"),
      ("sec1.p8", "SEC 1"), ("push.crt", "a certificate"), ("push.csr", "a certificate request"),
      ("push.cer", "a certificate"),
    ] {
      let sentence = Self.sentence(try samples.bytes(name))
      #expect(sentence.contains(text), "\(name): \(sentence)")
    }
    #expect(Self.sentence([]).hasPrefix("the file is empty; "))
    // Without the last dashes it is the same key, and without more than those it is none.
    let marker = good.count - 5
    for end in 0..<marker { #expect(Self.sentence(Array(good[..<end])) != "taken", "\(end)") }
    for end in marker...good.count {
      #expect(try SigningKey(p8: Array(good[..<end])).publicKey == SigningKey(p8: good).publicKey)
    }
    var source = SystemRandomNumberGenerator()
    var noise = [UInt8](repeating: 0, count: 10 << 20)
    for index in noise.indices { noise[index] = UInt8(truncatingIfNeeded: source.next()) }
    #expect(Self.sentence(noise).hasPrefix("the file has 10485760 bytes"))
    #expect(Self.sentence(Array(noise[..<60_000])).contains("no private key in it"))
    #expect("\(try SigningKey(p8: good))" == "SigningKey(P-256)")
  }

  @Test func anEncryptedKeyOpensWithItsPassphrase() throws {
    let samples = try CredentialSamples()
    try samples.signingKey("a")
    try samples.openssl("pkcs8", "-topk8", "-in", "a.p8", "-out", "e.p8", "-passout", "pass:secret")
    try samples.openssl(
      "pkcs8", "-topk8", "-in", "a.p8", "-out", "s.p8", "-passout", "pass:secret", "-scrypt")
    try samples.openssl(
      "pkcs8", "-topk8", "-in", "a.p8", "-outform", "DER", "-out", "d.p8", "-passout", "pass:secret", "-v2",
      "des3")
    let key = try SigningKey(p8: try samples.bytes("a.p8")).publicKey
    for name in ["e.p8", "s.p8", "d.p8"] {
      let bytes = try samples.bytes(name)
      #expect(CredentialKind.needsPassphrase(bytes))
      #expect(try CredentialKind(of: bytes) == .p8)
      #expect(try SigningKey(p8: bytes, passphrase: Array("secret".utf8)).publicKey == key)
      #expect(Self.sentence(bytes).hasPrefix("the private key is encrypted; "))
      for wrong in ["", "Secret"] {
        #expect(throws: CredentialError.self) { try SigningKey(p8: bytes, passphrase: Array(wrong.utf8)) }
      }
    }
    #expect(!CredentialKind.needsPassphrase(try samples.bytes("a.p8")))
  }

  @Test func aKeyWhoseHalvesDifferIsRefused() throws {
    let samples = try CredentialSamples()
    for name in ["a", "b"] {
      try samples.signingKey(name)
      try samples.openssl(
        "pkcs8", "-topk8", "-nocrypt", "-in", "\(name).p8", "-outform", "DER", "-out", "\(name).der")
    }
    // The public half is the last 65 bytes.
    let mixed = try samples.bytes("a.der").dropLast(65) + samples.bytes("b.der").suffix(65)
    try samples.write(
      "m.p8",
      "-----BEGIN PRIVATE KEY-----\n\(Data(mixed).base64EncodedString(options: .lineLength64Characters))\n-----END PRIVATE KEY-----\n"
    )
    #expect(Self.sentence(try samples.bytes("m.p8")).contains("halves do not belong together"))
  }

  /// A key signs on as many threads as there are.
  @Test func signsConcurrently() async throws {
    let samples = try CredentialSamples()
    try samples.signingKey("a")
    let key = try SigningKey(p8: try samples.bytes("a.p8"))
    await withTaskGroup(of: Bool.self) { group in
      for number in UInt8(0)..<64 {
        group.addTask {
          (0..<20).allSatisfy { _ in
            key.signature(of: [number]).map { key.publicKey.isSignature($0, of: [number]) } ?? false
          }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
