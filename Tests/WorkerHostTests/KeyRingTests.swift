import ConfigurationFiles
import Foundation
import Notilua
import Testing
import WorkerHost
import WorkerProtocol

/// Keys stay in the host, and no text shows one.
struct KeyRingTests {
  private static func withFile<Result>(_ bytes: Data, mode: mode_t = 0o600, _ body: (String) throws -> Result)
    throws
    -> Result
  {
    let path = FileManager.default.temporaryDirectory.appending(path: "key-\(UUID().uuidString)").path
    try bytes.write(to: URL(fileURLWithPath: path))
    defer { unlink(path) }
    chmod(path, mode)
    return try body(path)
  }

  private static let raw = Data((0..<32).map { UInt8($0) })

  @Test(arguments: [
    raw, Data(raw.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined().utf8),
    Data((raw.base64EncodedString() + "\n").utf8),
  ])
  func readsAKeyAsPeopleKeepIt(_ bytes: Data) throws {
    try Self.withFile(bytes) { path in
      var ring = KeyRing()
      try ring.add("inbox", file: path)
      // From `AES.GCM.seal`: nonce, ciphertext, tag.
      let sealed = try #require(
        Data(base64Encoded: "AAECAwQFBgcICQoLCmezb+WIpzvsNbfl3oYWHzVJpMiaVBI9KdFnnL2JVg=="))
      let answer = ring.answer(.cryptoOpen(key: "inbox", sealed: Array(sealed), additionalData: []))
      #expect(answer == .bytes(Array("Meet me at noon".utf8)))
      var changed = Array(sealed)
      changed[20] ^= 1
      #expect(
        ring.answer(.cryptoOpen(key: "inbox", sealed: changed, additionalData: []))
          == .failure("not authentic: another key, or changed on the way"))
      #expect("\(ring)" == "KeyRing(1 keys)")
    }
  }

  @Test func refusesAFileThatOthersMayRead() throws {
    try Self.withFile(Self.raw, mode: 0o640) { path in
      var ring = KeyRing()
      #expect(throws: HostError(.usage, "keys.k: \(path) may be read by others; run 'chmod 600' on it")) {
        try ring.add("k", file: path)
      }
    }
  }

  @Test(arguments: [Data(), Data("short".utf8), Data(repeating: 0x41, count: 33)])
  func refusesWhatIsNoKeyAndShowsNothingOfIt(_ bytes: Data) throws {
    try Self.withFile(bytes) { path in
      var ring = KeyRing()
      #expect(
        throws: HostError(
          .usage, "keys.k: \(path) has no key of 32 bytes; write one with 'openssl rand -hex 32'")
      ) { try ring.add("k", file: path) }
    }
  }

  @Test func refusesAFolder() {
    var ring = KeyRing()
    #expect(throws: HostError.self) { try ring.add("k", file: "/tmp") }
    #expect(
      ring.answer(.cryptoOpen(key: "k", sealed: [], additionalData: []))
        == .failure("the configuration has no key 'k'; add it under 'keys:'"))
  }
}
