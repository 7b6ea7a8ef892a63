// Gives the readers of credentials what nobody meant to write: P12, P8, PEM and DER, tokens, records, sealed bytes, the
// keys of the front door.
//
// usage: CredentialFuzzer SECONDS [SEED]
//
// A crash ends the process, and so does an input that takes more than ten seconds; the input is in the file that was
// printed at the start. Nothing is left there when all is well.

import APNsCredentials
import Applications
import CCrypto
import ClientKeys
import CredentialSamples
import Foundation
import NotificationModel

enum Format: String, CaseIterable {
  case p12, p8, pem, certificate, publicKey, token, record, sealed, sealingKey, doorKeys
}

func mutated(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
  let tokens = [
    "-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----\n", "-----BEGIN CERTIFICATE-----\n",
    "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", "DEK-Info: DES-EDE3-CBC,", "-----", "BEGIN",
    "END",
    "\\n", "\\u000a", "&#10;", "&amp;", "%0A", "<br>", "\u{2014}", "\u{A0}", "\u{FEFF}", "=", "\u{0}", "\n",
    ".", "\"", "{", "[", "1e999", "-1",
    "null",
    "0\u{80}", "\u{4}\u{7F}", String(repeating: "0\u{7F}", count: 40), String(repeating: "[", count: 80),
  ]
  var bytes = bytes
  // Half of them keep their length, so that what stands inside of other lengths is reached.
  if Bool.random(using: &random), !bytes.isEmpty {
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let at = Int.random(in: 0..<bytes.count, using: &random)
      bytes[at] =
        Bool.random(using: &random)
        ? UInt8.random(in: 0...255, using: &random) : bytes[at] ^ 1 << UInt8.random(in: 0...7, using: &random)
    }
    return bytes
  }
  for _ in 0..<Int.random(in: 1...6, using: &random) {
    let at = Int.random(in: 0...bytes.count, using: &random)
    switch Int.random(in: 0...7, using: &random) {
    case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
    case 1 where at < bytes.count: bytes[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
    case 2: bytes.insert(contentsOf: (tokens.randomElement(using: &random) ?? "").utf8, at: at)
    case 3: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...40, using: &random)))
    case 4: bytes = Array(bytes[..<at])
    case 5 where at < bytes.count:
      let end = min(bytes.count, at + Int.random(in: 1...200, using: &random))
      bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
    case 6 where at < bytes.count:
      // Lengths and tags of DER.
      bytes[at] =
        [0x00, 0x02, 0x04, 0x05, 0x30, 0x31, 0x7F, 0x80, 0x81, 0x84, 0xA0, 0xFF].randomElement(using: &random)
        ?? 0
    default: if at < bytes.count { bytes[at] = bytes[at] &+ 1 }
    }
  }
  return bytes
}

/// The same P12 with the MAC of an empty passphrase, so that what stands behind the MAC is reached; nil where it is none.
func sealedAgain(_ bytes: [UInt8]) -> [UInt8]? {
  bytes.withUnsafeBufferPointer { buffer in
    var at = buffer.baseAddress
    var out: UnsafeMutablePointer<UInt8>?
    defer { ERR_clear_error() }
    guard let file = d2i_PKCS12(nil, &at, buffer.count) else { return nil }
    defer { PKCS12_free(file) }
    guard PKCS12_set_mac(file, "", 0, nil, 0, 1, EVP_sha256()) == 1 else { return nil }
    let count = i2d_PKCS12(file, &out)
    guard count > 0, let out else { return nil }
    defer { notilua_free(out) }
    return Array(UnsafeBufferPointer(start: out, count: Int(count)))
  }
}

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 10
let seed = CommandLine.arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? UInt64(getpid())
var random = RandomSource(seed: seed)
let input = FileManager.default.temporaryDirectory.appending(path: "credential-fuzzer-\(getpid())").path
// Where it is a file, standard output is written when the process ends well.
FileHandle.standardError.write(Data("the input is in \(input), the seed is \(seed)\n".utf8))

guard let sealingKey = SealingKey([UInt8](repeating: 7, count: 32)) else { fatalError("no sealing key") }

/// What mutations begin with, made by openssl and by the writers.
func seeds() throws -> [(format: Format, bytes: [UInt8])] {
  let samples = try CredentialSamples()
  let extensions = [CredentialSamples.sandbox, CredentialSamples.production, CredentialSamples.topics]
  try samples.certificate("signer", extensions: [], subject: "/CN=Signer")
  try samples.certificate("push", extensions: extensions, signer: "signer")
  let p12s = [
    ["-legacy"], ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "SHA1"],
    ["-keypbe", "AES-256-CBC"],
    ["-nomac"], ["-keypbe", "NONE", "-certpbe", "NONE"], ["-certfile", "signer.crt"], ["-nokeys"],
  ]
  var seeds: [(Format, [UInt8])] = []
  for (index, options) in p12s.enumerated() {
    // An empty passphrase keeps the inside within the reach of mutations, where there is no MAC.
    try samples.p12("a\(index)", of: "push", passphrase: "", options + ["-iter", "2", "-maciter"])
    seeds.append((.p12, try samples.bytes("a\(index).p12")))
  }
  for (name, curve) in [("a", "P-256"), ("b", "P-384")] {
    try samples.signingKey(name, curve: curve)
    seeds.append((.p8, try samples.bytes("\(name).p8")))
  }
  try samples.openssl("pkcs8", "-topk8", "-in", "a.p8", "-out", "e.p8", "-passout", "pass:x")
  seeds.append((.p8, try samples.bytes("e.p8")))
  seeds.append((.p8, try samples.bytes("push.key")))
  // As copying leaves them.
  let p8 = try samples.bytes("a.p8")
  let text = String(decoding: p8, as: UTF8.self)
  seeds.append((.p8, Array(Data(p8).base64EncodedString().utf8)))
  seeds.append((.p8, Array(text.replacing("\n", with: "\\n").replacing("-", with: "&#45;").utf8)))
  seeds.append((.p8, Array(text.data(using: .utf16) ?? Data())))
  try samples.openssl("ec", "-in", "a.p8", "-aes128", "-out", "old.key", "-passout", "pass:x")
  try samples.openssl(
    "rsa", "-in", "push.key", "-des3", "-traditional", "-out", "push-old.key", "-passout", "pass:x")
  seeds.append((.pem, try samples.bytes("old.key") + samples.bytes("push.crt")))
  seeds.append((.pem, try samples.bytes("push-old.key") + samples.bytes("push.crt")))
  seeds.append(
    (.pem, try samples.bytes("push.key") + samples.bytes("push.crt") + samples.bytes("signer.crt")))
  seeds.append((.certificate, try samples.bytes("push.cer")))
  seeds.append((.certificate, try samples.bytes("signer.cer")))
  let key = try SigningKey(p8: try samples.bytes("a.p8"))
  seeds.append((.publicKey, key.publicKey.der))
  if let token = ProviderToken(
    signedBy: key, keyID: "ABC123DEFG", teamID: "DEF123GHIJ", issuedAt: 1_700_000_000)
  {
    seeds.append((.token, Array(token.text.utf8)))
  }
  let doorKey = try DoorKey(
    keyID: "ABC123DEFG", teamID: "DEF123GHIJ", publicKey: key.publicKey,
    grant: KeyGrant(
      topics: .apps(["a.b", "com.example.app"]), environments: [.sandbox],
      rate: KeyRate(perSecond: 9, burst: 10)))
  seeds.append((.doorKeys, Array("# keys\r\n\n\(doorKey.line)\n".utf8)))
  let store = CredentialStore(folder: samples.path("store"), sealingKey: sealingKey)
  for seals in [false, true] {
    var addition = CredentialStore.Addition(name: "a", file: samples.path("a.p8"), application: .production)
    (addition.keyID, addition.teamID, addition.bundleIDs, addition.seals) = (
      "ABC123DEFG", "DEF123GHIJ", ["a.b"], seals
    )
    try store.add(addition, replace: true, now: 0)
    seeds.append((.record, try samples.bytes("store/a.json")))
  }
  seeds.append((.sealed, sealingKey.sealed([0, 1, 65, 66], name: "a") ?? []))
  seeds.append((.sealingKey, Array(String(repeating: "0f", count: 32).utf8)))
  return seeds
}

/// Reads an input and uses what comes of it; tells whether it was taken.
func taken(_ format: Format, _ bytes: [UInt8], by verifier: VerificationKey) -> Bool {
  switch format {
  case .p12:
    _ = CredentialKind.needsPassphrase(bytes)
    let read = try? PushCertificate(p12: bytes, passphrase: nil)
    return use(read)
  case .pem:
    _ = CredentialKind.needsPassphrase(bytes)
    return use(try? PushCertificate(pem: bytes, passphrase: [0x78]))
  case .certificate:
    _ = try? CredentialKind(of: bytes)
    return (try? CertificateFacts(der: bytes)) != nil
  case .p8:
    _ = try? CredentialKind(of: bytes)
    guard let key = try? SigningKey(p8: bytes, passphrase: [0x78]) else { return false }
    guard let signature = key.signature(of: bytes), key.publicKey.isSignature(signature, of: bytes) else {
      fatalError("a key was taken that does not sign")
    }
    return true
  case .publicKey: return (try? VerificationKey(der: bytes)) != nil
  case .token:
    guard let token = try? ProviderToken(reading: String(decoding: bytes, as: UTF8.self)) else {
      return false
    }
    _ = token.isSigned(by: verifier)
    return true
  case .record:
    guard let record = try? CredentialStore.Record(name: "a", json: bytes) else { return false }
    guard (try? CredentialStore.Record(name: "a", json: Array(record.json.utf8))) == record else {
      fatalError("a record does not read as it was written")
    }
    return true
  case .sealed: return sealingKey.opened(bytes, name: "a") != nil
  case .sealingKey: return SealingKey(bytes) != nil
  case .doorKeys:
    guard let keys = try? DoorKeyFile("keys").keys(in: bytes) else { return false }
    let text = keys.map { $0.line + "\n" }.joined()
    guard (try? DoorKeyFile("keys").keys(in: Array(text.utf8))) == keys else {
      fatalError("keys do not read as they were written")
    }
    return !keys.isEmpty
  }
}

func use(_ certificate: PushCertificate?) -> Bool {
  guard let certificate else { return false }
  for environment in [nil] + PushEnvironment.allCases.map(Optional.some) {
    for application in ApplicationKind.allCases {
      _ = try? Credential(
        name: "a", secret: .certificate(certificate), application: application, environment: environment
      ).serves(topic: "com.example.chat.voip", environment: .production)
    }
  }
  _ = certificate.facts.expiryWarning(now: 1_700_000_000)
  return true
}

let samples = try seeds()
let keys = try CredentialSamples()
try keys.signingKey("v")
let verifier = try VerificationKey(p8: try keys.bytes("v.p8"))
// What was taken is mutated further.
var pool = samples
var counts: [Format: (inputs: Int, taken: Int)] = [:]
let end = Date().addingTimeInterval(seconds)
while Date() < end {
  guard let format = Format.allCases.randomElement(using: &random),
    let sample = pool.filter({ $0.format == format }).randomElement(using: &random)
  else { continue }
  var bytes = mutated(sample.bytes, &random)
  if format == .p12, Bool.random(using: &random) { bytes = sealedAgain(bytes) ?? bytes }
  guard FileManager.default.createFile(atPath: input, contents: Data(bytes)) else { break }
  // SIGALRM ends the process where one input takes too long.
  alarm(10)
  let isTaken = taken(format, bytes, by: verifier)
  if isTaken, bytes.count < 16384 {
    if pool.count < 500 {
      pool.append((format, bytes))
    } else {
      pool[Int.random(in: samples.count..<pool.count, using: &random)] = (format, bytes)
    }
  }
  let (inputs, taken) = counts[format] ?? (0, 0)
  counts[format] = (inputs + 1, taken + (isTaken ? 1 : 0))
}
alarm(0)
try FileManager.default.removeItem(atPath: input)
for format in Format.allCases {
  let (inputs, taken) = counts[format] ?? (0, 0)
  print("\(format.rawValue): \(inputs) inputs, \(taken) of them taken")
}
print("\(counts.values.reduce(0) { $0 + $1.inputs }) inputs in all")
