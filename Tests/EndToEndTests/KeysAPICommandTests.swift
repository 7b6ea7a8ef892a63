import CredentialSamples
import Foundation
import Testing

/// `notilua keys api`.
struct KeysAPICommandTests {
  private static func run(_ samples: CredentialSamples, _ arguments: [String]) throws -> Program.Ended {
    try Program.run(["keys", "api"] + arguments, in: samples.folder)
  }

  private static func text(_ samples: CredentialSamples, _ name: String) throws -> String {
    String(decoding: try samples.bytes(name), as: UTF8.self)
  }

  /// What `sha256sum` makes of the secret is in the file, and the secret itself nowhere but in the client's file.
  @Test func aClientIsAddedListedRotatedAndRevoked() throws {
    let samples = try CredentialSamples()
    let added = try Self.run(
      samples,
      [
        "add", "--keys", "api-keys", "--scope", "send", "--scope", "read:text", "--topic", "com.example.app",
        "--rate", "100", "--label", "the shop", "--out", "app.key",
      ])
    try #require(added.status == 0, "\(added.errors)")
    let key = try Self.text(samples, "app.key").trimmingCharacters(in: .newlines)
    let parts = key.split(separator: "_").map(String.init)
    try #require(parts.count == 3 && parts[0] == "nk" && parts[1].count == 10 && parts[2].count == 64)
    #expect(
      added.text == """
        \(parts[1]): send, read:text for com.example.app; stored in api-keys
        the key is in app.key; hand it to its client, and keep no copy

        """)
    let mode = try FileManager.default.attributesOfItem(atPath: samples.path("app.key"))[.posixPermissions]
    #expect(mode as? Int == 0o600)
    try samples.write("secret", parts[2])
    let digest = try samples.openssl("dgst", "-sha256", "-r", "secret").prefix(64)
    let line =
      #"{"key_id":"\#(parts[1])","label":"the shop","scopes":["send","read:text"],"topics":["com.example.app"],"environments":["production","sandbox"],"rate":100,"burst":100,"secret_sha256":"\#(digest)"}"#
      + "\n"
    #expect(try Self.text(samples, "api-keys") == line)
    let listed = try Self.run(samples, ["list", "--keys", "api-keys"]).text
    #expect(listed.contains(parts[1]) && listed.contains("the shop") && listed.contains("send, read:text"))
    #expect(try Self.run(samples, ["list", "--keys", "api-keys", "--json"]).text == line)

    // To the output, where no file is named: the key alone.
    let rotated = try Self.run(samples, ["rotate", "--keys", "api-keys", "--overlap", "1h", parts[1]])
    #expect(rotated.status == 0 && rotated.text.hasPrefix("nk_\(parts[1])_") && rotated.text.count == 79)
    #expect(rotated.errors.contains("the key before is accepted until 20"), "\(rotated.errors)")
    #expect(try Self.text(samples, "api-keys").contains(#""former_sha256":"\#(digest)""#))
    for shown in [added.text, added.errors, listed, rotated.errors, try Self.text(samples, "api-keys")] {
      #expect(!shown.contains(parts[2]) && !shown.contains(rotated.text.dropFirst(14).prefix(64)))
    }
    #expect(
      try Self.run(samples, ["revoke", "--keys", "api-keys", parts[1]]).text == "\(parts[1]): revoked\n")
    #expect(try Self.run(samples, ["list", "--keys", "api-keys"]).text.hasPrefix("no keys in api-keys; "))
  }

  @Test(arguments: [
    (
      ["add", "--keys", "k", "--scope", "write", "--topic", "a.b"], "--scope is 'write'; use send, recall", 64
    ),
    (["add", "--keys", "k", "--topic", "a.b"], "Missing expected argument '--scope", 64),
    (["add", "--keys", "k", "--scope", "send"], "there is no topic; ", 65),
    (["add", "--keys", "k", "--scope", "send", "--topic", "*"], "there are no wildcards", 65),
    (
      ["add", "--keys", "k", "--scope", "send", "--topic", "a.b", "--burst", "1"], "--burst needs --rate", 64
    ),
    (["add", "--keys", "none/k", "--scope", "admin"], "make the folder first", 65),
    (["add", "--scope", "admin"], "add --keys FILE, or api.keys to the configuration", 64),
    (["rotate", "--keys", "k", "--overlap", "soon", "ABC123DEFG"], "--overlap is 'soon'; give a time", 64),
    (["rotate", "--keys", "k", "ABC123DEFG"], "make it with 'notilua keys api add'", 65),
    (["revoke", "--keys", "empty", "ABC123DEFG"], "'notilua keys api list' shows what it has", 65),
    (["list", "--keys", "broken"], "broken:1: ", 65),
  ])
  func aMistakeIsNamed(_ arguments: [String], _ said: String, _ status: Int32) throws {
    let samples = try CredentialSamples()
    try samples.write("empty", "")
    try samples.write("broken", "x\n")
    let ended = try Self.run(samples, arguments + (arguments[0] == "rotate" ? ["--out", "out.key"] : []))
    #expect(ended.status == status && ended.text == "", "\(ended.errors)")
    #expect(ended.errors.contains(said), "\(ended.errors)")
    // No key is left that nothing accepts.
    #expect(!FileManager.default.fileExists(atPath: samples.path("out.key")))
  }
}
