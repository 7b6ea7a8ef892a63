import APNsCredentials
import Applications
import CredentialSamples
import Foundation
import NotificationModel
import Testing

/// The folder of credentials.
struct CredentialStoreTests {
  private static let now = Int64(Date().timeIntervalSince1970)
  private static let sealing = SealingKey([UInt8](repeating: 9, count: 32))

  private static func samples() throws -> CredentialSamples {
    let samples = try CredentialSamples()
    try samples.signingKey("AuthKey_ABC123DEFG")
    try samples.certificate("push", extensions: [CredentialSamples.sandbox, CredentialSamples.production])
    try samples.p12("push", of: "push")
    try samples.write("pass", "secret\n")
    return samples
  }

  private static func key(_ samples: CredentialSamples, _ name: String = "a") -> CredentialStore.Addition {
    var addition = CredentialStore.Addition(
      name: name, file: samples.path("AuthKey_ABC123DEFG.p8"), application: .production)
    addition.teamID = "DEF123GHIJ"
    return addition
  }

  private static func certificate(_ samples: CredentialSamples) -> CredentialStore.Addition {
    var addition = CredentialStore.Addition(
      name: "c", file: samples.path("push.p12"), application: .production)
    addition.passphrase = .file(samples.path("pass"))
    return addition
  }

  private static func mode(_ path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  private static func sentence(_ body: () throws -> some Any) -> String {
    do {
      _ = try body()
      return "done"
    } catch {
      #expect(error is CredentialError && !"\(error)".contains("\n") && "\(error)".contains("; "), "\(error)")
      return "\(error)"
    }
  }

  @Test func whatIsAddedLoads() throws {
    let samples = try Self.samples()
    let store = CredentialStore(folder: samples.path("deep/store"), sealingKey: nil)
    #expect(try store.load().isEmpty)
    try store.add(Self.key(samples), now: Self.now)
    try store.add(Self.certificate(samples), now: Self.now)
    #expect(try Self.mode(store.folder) == 0o700)
    #expect(try Self.mode(store.folder + "/a.json") == 0o600)
    let loaded = try store.load()
    #expect(loaded.map(\.name) == ["a", "c"])
    guard case .key(_, "ABC123DEFG", "DEF123GHIJ") = loaded[0].secret else {
      Issue.record("no key")
      return
    }
    #expect(loaded[1].topics == ["com.example.chat"])
    #expect(try store.records().map(\.kind) == [.p8, .p12])
    let text = String(decoding: try samples.bytes("deep/store/c.json"), as: UTF8.self)
    #expect(!text.contains("secret"))
    #expect(text.contains(samples.path("push.p12")))
    try store.remove("a")
    #expect(try store.names() == ["c"])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: store.folder).sorted() == [".lock", "c.json"])
  }

  @Test func aNameIsTakenOnceUnlessItIsReplaced() throws {
    let samples = try Self.samples()
    let store = CredentialStore(folder: samples.path("store"), sealingKey: nil)
    try store.add(Self.key(samples), now: Self.now)
    #expect(Self.sentence { try store.add(Self.key(samples), now: Self.now) }.contains("--replace"))
    var other = Self.key(samples)
    (other.application, other.environment) = (nil, .sandbox)
    try store.add(other, replace: true, now: Self.now)
    #expect(try store.load("a").environments == [.sandbox])
    for name in ["", ".", "../x", "a/b", "-x", "a b", String(repeating: "a", count: 65), "ä"] {
      #expect(Self.sentence { try store.add(Self.key(samples, name), now: Self.now) }.contains("cannot name"))
      #expect(Self.sentence { try store.load(name) }.contains("cannot name"))
      #expect(Self.sentence { try store.remove(name) }.contains("cannot name"))
    }
    #expect(Self.sentence { try store.load("b") }.contains("did you mean 'a'?"))
  }

  @Test func whatIsSealedNeedsNoFile() throws {
    let samples = try Self.samples()
    let store = CredentialStore(folder: samples.path("store"), sealingKey: Self.sealing)
    for var addition in [Self.key(samples), Self.certificate(samples)] {
      addition.seals = true
      try store.add(addition, now: Self.now)
    }
    for name in ["AuthKey_ABC123DEFG.p8", "push.p12", "pass"] {
      try FileManager.default.removeItem(atPath: samples.path(name))
    }
    #expect(try store.load().map(\.name) == ["a", "c"])
    #expect(
      Self.sentence { try CredentialStore(folder: store.folder, sealingKey: nil).load("a") }
        .contains("there is no sealing key"))
    let other = SealingKey([UInt8](repeating: 8, count: 32))
    #expect(
      Self.sentence { try CredentialStore(folder: store.folder, sealingKey: other).load("a") }
        .contains("the sealing key does not open it"))
    // The name is part of what is sealed: a record does not work under another one.
    try samples.write("store/b.json", try samples.bytes("store/a.json"))
    #expect(Self.sentence { try store.load("b") }.contains("the sealing key does not open it"))
  }

  @Test func aTypedPassphraseIsKeptSealedOrNotAtAll() throws {
    let samples = try Self.samples()
    var addition = Self.certificate(samples)
    addition.passphrase = nil
    addition.typedPassphrase = Array("secret".utf8)
    let bare = CredentialStore(folder: samples.path("bare"), sealingKey: nil)
    #expect(Self.sentence { try bare.add(addition, now: Self.now) }.contains("is kept sealed only"))
    let store = CredentialStore(folder: samples.path("store"), sealingKey: Self.sealing)
    try store.add(addition, now: Self.now)
    #expect(try store.load("c").topics == ["com.example.chat"])
    #expect(Self.sentence { try CredentialStore(folder: store.folder, sealingKey: nil).load("c") } != "done")
    #expect(!String(decoding: try samples.bytes("store/c.json"), as: UTF8.self).contains("secret"))
  }

  @Test func othersMustNotRead() throws {
    let samples = try Self.samples()
    let store = CredentialStore(folder: samples.path("store"), sealingKey: nil)
    try store.add(Self.key(samples), now: Self.now)
    try store.add(Self.certificate(samples), now: Self.now)
    for name in ["AuthKey_ABC123DEFG.p8", "store/a.json"] {
      try samples.mode(0o644, name)
      #expect(
        Self.sentence { try store.load("a") }.contains(
          "'\(samples.path(name))' may be read by others; run 'chmod 600' on it"))
      try samples.mode(0o600, name)
    }
    try samples.mode(0o640, "pass")
    #expect(Self.sentence { try store.load("c") }.contains("may be read by others"))
    try samples.mode(0o755, "store")
    #expect(Self.sentence { try store.load("a") }.contains("run 'chmod 700' on it"))
    #expect(Self.sentence { try store.names() }.contains("run 'chmod 700' on it"))
    // Nor is a record put where none would be read.
    #expect(
      Self.sentence { try store.add(Self.key(samples), replace: true, now: Self.now) }.contains(
        "run 'chmod 700' on it"))
  }

  @Test func filesThatAreNoneHaveTheirSentence() throws {
    let samples = try Self.samples()
    let store = CredentialStore(folder: samples.path("store"), sealingKey: nil)
    try samples.write("empty", "")
    try samples.write("noise", [UInt8](repeating: 0x41, count: 10 << 20))
    try samples.write("text", "hello")
    try FileManager.default.createDirectory(
      atPath: samples.path("folder"), withIntermediateDirectories: false)
    #expect(mkfifo(samples.path("pipe"), 0o600) == 0)
    for (file, cause) in [
      ("empty", "the file is empty"), ("noise", "has more than 1 MiB"), ("text", "neither a .p8 nor"),
      ("folder", "is a folder"), ("pipe", "is a pipe, not a regular file"), ("gone", "No such file"),
      ("push.crt", "others"),
      ("push.key", "RSA key"),
    ] {
      var addition = Self.key(samples)
      addition.file = samples.path(file)
      addition.keyID = "ABC123DEFG"
      let sentence = Self.sentence { try store.add(addition, now: Self.now) }
      #expect(sentence.contains(cause) && sentence.contains(samples.path(file)), "\(sentence)")
    }
    try samples.mode(0o600, "push.crt")
    for file in ["push.crt", "push.cer"] {
      try samples.mode(0o600, file)
      var addition = Self.certificate(samples)
      addition.file = samples.path(file)
      #expect(
        Self.sentence { try store.add(addition, now: Self.now) }.contains("a certificate without its key"))
    }
  }

  @Test func wrongCombinationsHaveTheirSentence() throws {
    let samples = try Self.samples()
    let store = CredentialStore(folder: samples.path("store"), sealingKey: nil)
    var addition = Self.key(samples)
    addition.teamID = nil
    #expect(Self.sentence { try store.add(addition, now: Self.now) }.contains("--team-id"))
    addition = Self.key(samples)
    addition.passphrase = .file(samples.path("pass"))
    #expect(Self.sentence { try store.add(addition, now: Self.now) }.contains("has no passphrase"))
    addition = Self.key(samples)
    try samples.write("k.p8", try samples.bytes("AuthKey_ABC123DEFG.p8"))
    addition.file = samples.path("k.p8")
    #expect(Self.sentence { try store.add(addition, now: Self.now) }.contains("--key-id"))
    addition = Self.certificate(samples)
    addition.keyID = "ABC123DEFG"
    #expect(Self.sentence { try store.add(addition, now: Self.now) }.contains("leave --key-id"))
    addition = Self.certificate(samples)
    addition.seals = true
    #expect(Self.sentence { try store.add(addition, now: Self.now) }.contains("openssl rand -hex 32"))
    addition = Self.certificate(samples)
    addition.passphrase = .variable("NOTILUA_NO_SUCH_VARIABLE")
    #expect(Self.sentence { try store.add(addition, now: Self.now) }.contains("no variable"))
    #expect(
      Self.sentence { try store.add(Self.certificate(samples), now: Self.now + 400 * 86_400) }.contains(
        "expired on"))
    #expect(
      Self.sentence { try store.add(Self.certificate(samples), now: Self.now - 400 * 86_400) }
        .contains("is not valid before"))
  }

  @Test(arguments: [
    "", "[]", "{", #"{"version":2}"#, #"{"version":1,"kind":"x"}"#, #"{"version":1,"kind":"p8"}"#,
    #"{"version":1,"kind":"p8","application":"production"}"#,
    #"{"version":1,"kind":"p8","application":"production","file":"relative"}"#,
    #"{"version":1,"kind":"p8","application":"production","sealed":"!"}"#,
    #"{"version":1,"kind":"p8","application":"production","sealed":"AAAA"}"#,
    #"{"version":1,"kind":"p8","application":"production","file":"/nowhere","environment":"moon"}"#,
    #"{"version":1,"kind":"p8","application":"production","file":"/nowhere","bundle_ids":[1]}"#,
    #"{"version":1,"kind":"p8","application":"production","file":"/nowhere"}"#,
  ])
  func aDamagedRecordHasItsSentence(_ text: String) throws {
    let samples = try CredentialSamples()
    try FileManager.default.createDirectory(
      atPath: samples.path("store"), withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700])
    try samples.write("store/a.json", text)
    let store = CredentialStore(folder: samples.path("store"), sealingKey: Self.sealing)
    #expect(Self.sentence { try store.load("a") } != "done")
    _ = store.stamp()
    try store.remove("a")
    #expect(try store.names().isEmpty)
  }

  @Test func theStampChangesWithEveryFile() throws {
    let samples = try Self.samples()
    let store = CredentialStore(folder: samples.path("store"), sealingKey: nil)
    var stamp = store.stamp()
    #expect(store.stamp() == stamp)
    let changes: [(String, () throws -> Void)] = [
      ("key added", { try store.add(Self.key(samples), now: Self.now) }),
      ("certificate added", { try store.add(Self.certificate(samples), now: Self.now) }),
      ("replaced", { try store.add(Self.key(samples), replace: true, now: Self.now) }),
      ("file written", { try samples.signingKey("AuthKey_ABC123DEFG") }),
      ("passphrase written", { try samples.write("pass", "secret\n") }),
      ("file gone", { try FileManager.default.removeItem(atPath: samples.path("push.p12")) }),
      ("removed", { try store.remove("a") }),
    ]
    for (name, change) in changes {
      try change()
      #expect(store.stamp() != stamp, "\(name)")
      stamp = store.stamp()
      #expect(store.stamp() == stamp, "\(name)")
    }
  }

  /// Many at once: each name is taken by one, and nobody reads half a record.
  @Test func addsConcurrently() async throws {
    let samples = try Self.samples()
    let store = CredentialStore(folder: samples.path("store"), sealingKey: nil)
    let addition = Self.key(samples)
    let count = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<16 {
        group.addTask {
          _ = try? store.load()
          return (try? store.add(addition, now: Self.now)) == nil ? 0 : 1
        }
      }
      return await group.reduce(0, +)
    }
    #expect(count == 1)
    #expect(try store.load().count == 1)
  }
}
