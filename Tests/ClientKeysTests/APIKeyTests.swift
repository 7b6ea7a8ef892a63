import APNsCredentials
import ClientKeys
import Digests
import Foundation
import NotificationModel
import Testing

/// Keys of the HTTP API: their lines, right and wrong, and the secrets that they accept.
struct APIKeyTests {
  private static let file = APIKeyFile("api-keys")
  /// SHA-256 of nothing: FIPS 180-4, as `sha256sum /dev/null` has it.
  private static let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  private static func line(_ change: [String: String?] = [:]) -> String {
    var members: [String: String?] = [
      "key_id": #""ABC123DEFG""#, "scopes": #"["send","read"]"#, "topics": #"["com.example.app"]"#,
      "secret_sha256": "\"\(digest)\"",
    ]
    for (name, value) in change { members[name] = .some(value) }
    let parts = members.sorted { $0.key < $1.key }.compactMap { name, value in
      value.map { "\"\(name)\":\($0)" }
    }
    return "{\(parts.joined(separator: ","))}"
  }

  private static func key(_ secret: APISecret) throws -> APIKey {
    try APIKey(
      keyID: secret.keyID, scopes: [.send], grant: KeyGrant(topics: .apps(["com.example.app"])),
      digest: secret.digest)
  }

  @Test func aLineIsReadAndWritten() throws {
    let key = try #require(try Self.file.keys(in: Array(Self.line(["label": #""the shop""#]).utf8)).first)
    #expect(key.scopes == [.send, .read] && key.label == "the shop" && key.former == nil)
    #expect(key.grant == KeyGrant(topics: .apps(["com.example.app"])))
    #expect(try Self.file.keys(in: Array(key.line.utf8)) == [key])
    var rotated = key
    rotated.rotate(to: APISecret(keyID: key.keyID), keepingFormerUntil: 1_767_225_600_000)
    #expect(rotated.line.contains(#""former_until":"2026-01-01T00:00:00.000Z""#))
    #expect(try Self.file.keys(in: Array(rotated.line.utf8)) == [rotated])
  }

  @Test(
    arguments: [
      (line(["scopes": nil]), "there is no scope; "),
      (line(["scopes": "[]"]), "there is no scope; "),
      (
        line(["scopes": #"["write"]"#]),
        "'write' is no scope; write send, recall, read, read:text, devices, presence, admin"
      ),
      (line(["topics": nil]), "there is no topic; "),
      (line(["topics": #"["*"]"#]), "'*' is no topic: there are no wildcards; "),
      (line(["key_id": #""x""#]), "the key id is not 10 capital letters and digits; "),
      (line(["secret_sha256": nil]), "'secret_sha256' is missing; "),
      (line(["secret_sha256": #""e3b0""#]), "'secret_sha256' is not 64 hexadecimal digits; "),
      (line(["former_sha256": "\"\(digest)\""]), "'former_until' is missing; "),
      (line(["former_until": #""soon""#]), "'former_until' is no time "),
      (line(["scope": #"["send"]"#]), "there is no member 'scope'; did you mean 'scopes'?"),
      (line(["label": #""a\nb""#]), "the label has more than 100 bytes, or several lines; "),
      (line() + "\n" + line(), "the key 'ABC123DEFG' stands in line 1, too; "),
    ])
  func aWrongLineIsNamed(_ text: String, _ said: String) {
    let error = #expect(throws: CredentialError.self) { try Self.file.keys(in: Array(text.utf8)) }
    #expect(error?.message.contains(said) == true, "\(error?.message ?? "")")
  }

  /// An administrator's key reaches no notification, and needs no app.
  @Test func anAdministratorNeedsNoApp() throws {
    let key = try Self.file.keys(in: Array(Self.line(["scopes": #"["admin"]"#, "topics": nil]).utf8))
    #expect(key.first?.grant.topics.names == [])
  }

  @Test func aSecretHasTheFormOfAKey() throws {
    let secret = APISecret(keyID: "ABC123DEFG")
    #expect(secret.text.hasPrefix("nk_ABC123DEFG_") && secret.text.utf8.count == 14 + 64)
    #expect(APISecret(keyID: "ABC123DEFG").text != secret.text)
    let read = try #require(APISecret(secret.text))
    #expect(read.keyID == "ABC123DEFG" && read.digest == secret.digest)
    // The digest of the secret part, as `printf %s SECRET | sha256sum` has it.
    let digits = Array(secret.text.dropFirst(14).utf8)
    #expect(read.digest == Digest.sha256(digits))
    for text in [
      "", "nk_", "nk__", "nk_ABC123DEFG", "nk_ABC123DEFG_", "xx" + secret.text.dropFirst(2),
      secret.text + "0",
    ] {
      #expect(APISecret(text) == nil, "\(text)")
    }
  }

  @Test func theSecretBeforeIsAcceptedForItsTime() throws {
    let (first, second) = (APISecret(keyID: "ABC123DEFG"), APISecret(keyID: "ABC123DEFG"))
    var key = try Self.key(first)
    #expect(key.accepts(first.digest, at: 0) && !key.accepts(second.digest, at: 0) && !key.accepts([], at: 0))
    key.rotate(to: second, keepingFormerUntil: 100)
    #expect(key.accepts(second.digest, at: 1000))
    #expect(key.accepts(first.digest, at: 99) && !key.accepts(first.digest, at: 100))
    key.rotate(to: APISecret(keyID: "ABC123DEFG"), keepingFormerUntil: nil)
    #expect(!key.accepts(first.digest, at: 0) && !key.accepts(second.digest, at: 0))
  }

  /// Neither what differs in one bit, wherever it is, nor what another key would be.
  @Test func noOtherSecretIsAccepted() throws {
    let secret = APISecret(keyID: "ABC123DEFG")
    let key = try Self.key(secret)
    for bit in 0..<256 {
      var digest = secret.digest
      digest[bit / 8] ^= 1 << (bit % 8)
      #expect(!key.accepts(digest, at: 0), "bit \(bit)")
    }
    #expect((0..<20_000).allSatisfy { _ in !key.accepts(APISecret(keyID: "ABC123DEFG").digest, at: 0) })
  }

  /// The line of a key changes in its place, and nothing else.
  @Test func aRotationKeepsWhatPeopleWrote() throws {
    try KeyWatchTests.withFolder { folder in
      let path = folder.appending(path: "api-keys").path
      let text = "# The shop.\n\(Self.line())\n\n# The end.\n"
      try text.write(toFile: path, atomically: false, encoding: .utf8)
      let file = APIKeyFile(path)
      let secret = APISecret(keyID: "ABC123DEFG")
      try file.replace("ABC123DEFG") { key in
        var key = key
        key.rotate(to: secret, keepingFormerUntil: nil)
        return key
      }
      let key = try #require(try file.keys()?.first)
      #expect(key.accepts(secret.digest, at: 0))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "# The shop.\n\(key.line)\n\n# The end.\n")
      #expect(throws: CredentialError.self) { try file.replace("ABC123DEFH") { $0 } }
      try file.remove("ABC123DEFG")
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "# The shop.\n\n# The end.\n")
    }
  }
}
