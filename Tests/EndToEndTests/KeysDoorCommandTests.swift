import CredentialSamples
import Foundation
import Testing

/// `notilua keys door`.
struct KeysDoorCommandTests {
  private static func run(_ samples: CredentialSamples, _ arguments: [String]) throws -> Program.Ended {
    try Program.run(["keys", "door"] + arguments, in: samples.folder)
  }

  private static func fails(
    _ samples: CredentialSamples, _ arguments: [String], _ text: String, status: Int32 = 65,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let ended = try run(samples, arguments)
    #expect(
      ended.status == status && ended.text == "", "\(arguments): \(ended.text)\(ended.errors)",
      sourceLocation: sourceLocation)
    #expect(
      ended.errors.contains(text) && ended.errors.hasPrefix("notilua: ")
        && ended.errors.split(separator: "\n").count == 1, "\(arguments): \(ended.errors)",
      sourceLocation: sourceLocation)
  }

  private static func mode(_ samples: CredentialSamples, _ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: samples.path(name))[.posixPermissions] as? Int
  }

  private static func text(_ samples: CredentialSamples, _ name: String) throws -> String {
    String(decoding: try samples.bytes(name), as: UTF8.self)
  }

  /// What OpenSSL makes of the .p8 is the public half in the file, and nothing of the private one is shown.
  @Test func aClientIsAddedListedAndRevoked() throws {
    let samples = try CredentialSamples()
    let added = try Self.run(
      samples,
      [
        "add", "--keys", "door-keys", "--topic", "com.example.app", "--topic", "com.example.chat",
        "--environment", "production", "--rate", "100", "--out", "client.p8",
      ])
    try #require(added.status == 0, "\(added.errors)")
    let keyID = String(added.text.prefix(10))
    #expect(
      added.text == """
        \(keyID): may push to com.example.app, com.example.chat in production, at most 100 a second and 100 at once; stored in door-keys
        Configure the client's provider library with
          signing key: client.p8, which belongs to the client alone: hand it over, and keep no copy
          key id \(keyID), team id DOORTEAM01
          server: an address of door.listen, in place of api.push.apple.com

        """)
    #expect(try Self.mode(samples, "client.p8") == 0o600 && Self.mode(samples, "door-keys") == 0o644)
    let text = try samples.openssl("pkey", "-in", "client.p8", "-noout", "-text")
    #expect(text.contains("prime256v1"))
    try samples.openssl("pkey", "-in", "client.p8", "-pubout", "-outform", "DER", "-out", "public.der")
    let publicKey = Data(try samples.bytes("public.der")).base64EncodedString()
    let line =
      #"{"key_id":"\#(keyID)","team_id":"DOORTEAM01","topics":["com.example.app","com.example.chat"],"environments":["production"],"rate":100,"burst":100,"public_key":"\#(publicKey)"}"#
      + "\n"
    #expect(try Self.text(samples, "door-keys") == line)
    #expect(try Self.run(samples, ["list", "--keys", "door-keys", "--json"]).text == line)
    let listed = try Self.run(samples, ["list", "--keys", "door-keys"]).text
    #expect(listed.contains(keyID) && listed.contains("com.example.app, com.example.chat"))
    let secret = try Self.text(samples, "client.p8").split(separator: "\n")[1]
    for shown in [added.text, added.errors, listed, line] { #expect(!shown.contains(secret)) }

    #expect(try Self.run(samples, ["remove", "--keys", "door-keys", keyID]).text == "\(keyID): removed\n")
    #expect(try Self.text(samples, "door-keys") == "")
    #expect(try Self.run(samples, ["list", "--keys", "door-keys"]).text.hasPrefix("no keys in door-keys; "))
    try Self.fails(samples, ["remove", "--keys", "door-keys", keyID], "has no key '\(keyID)'; ")
  }

  /// A client keeps the key that it has, with Apple's ids.
  @Test func aClientsOwnKeyIsAdded() throws {
    let samples = try CredentialSamples()
    try samples.openssl(
      "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "own.p8")
    try samples.openssl("pkey", "-in", "own.p8", "-pubout", "-out", "own.pem")
    try samples.write("notilua.yaml", "door: { keys: door-keys }\n")
    let own = ["--topic", "com.example.app", "--key-id", "ABC123DEFG", "--team-id", "DEF123GHIJ"]
    let added = try Self.run(samples, ["add", "--public", "own.pem"] + own)
    try #require(added.status == 0, "\(added.errors)")
    #expect(
      added.text.contains("ABC123DEFG: may push to com.example.app in production and sandbox, at any rate"))
    #expect(added.text.contains("signing key: the private half of own.pem, which the client has\n"))
    #expect(try Self.run(samples, ["list"]).text.contains("DEF123GHIJ"))
    try Self.fails(
      samples, ["add", "--public", "own.pem"] + own, "has the key 'ABC123DEFG' already; ")
    // A key file that is not used is not left behind.
    try Self.fails(samples, ["add", "--out", "new.p8"] + own, "has the key 'ABC123DEFG' already; ")
    #expect(!FileManager.default.fileExists(atPath: samples.path("new.p8")))
  }

  @Test func wrongUsageIsOneSentence() throws {
    let samples = try CredentialSamples()
    try samples.openssl(
      "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "own.p8")
    try samples.openssl(
      "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "other.p8")
    try samples.openssl("pkey", "-in", "other.p8", "-pubout", "-out", "other.pem")
    try samples.write("taken.p8", "mine")
    let add = ["add", "--keys", "k", "--topic", "com.example.app"]
    try Self.fails(samples, add + ["--out", "taken.p8"], "'taken.p8': File exists; name another file")
    #expect(try Self.text(samples, "taken.p8") == "mine")
    try Self.fails(samples, add + ["--public", "own.p8"], "'own.p8': there is no public key in it; ")
    try Self.fails(
      samples, add + ["--public", "other.pem"], "'other.pem': the public key is not of the curve P-256")
    try Self.fails(samples, add + ["--public", "gone.pem"], "No such file or directory")
    try Self.fails(samples, add + ["--out", "a.p8", "--key-id", "x"], "the key id is not 10 capital letters")
    try Self.fails(
      samples, add + ["--out", "a.p8", "--team-id", "x"], "the team id is not 10 capital letters")
    try Self.fails(samples, add + ["--out", "a.p8", "--topic", "*"], "there are no wildcards")
    try Self.fails(samples, add + ["--out", "a.p8", "--topic", "com.example.app"], "stands twice")
    try Self.fails(samples, add + ["--out", "missing/a.p8"], "'missing/a.p8': No such file or directory")
    try Self.fails(
      samples, ["add", "--keys", "gone/k", "--topic", "a", "--out", "a.p8"], "make the folder first")
    #expect(!FileManager.default.fileExists(atPath: samples.path("a.p8")))
    #expect(!FileManager.default.fileExists(atPath: samples.path("k")))
    try Self.fails(samples, ["list", "--keys", "k"], "'k': there is no such file; ")
    try Self.fails(samples, ["remove", "--keys", "k", "ABC123DEFG"], "'k': there is no such file; ")
    try samples.write("k", "{\n")
    try Self.fails(samples, add + ["--out", "a.p8"], "k:1: byte 2: ")
    for arguments in [["list"], ["remove", "A"], ["add", "--topic", "a", "--out", "a.p8"]] {
      try Self.fails(samples, arguments, "no file of keys is named; ", status: 64)
    }
    for (arguments, text) in [
      ([], "either --out"), (["--out", "a", "--public", "b"], "either --out"),
      (["--out", "a", "--environment", "x"], "use sandbox or production"),
      (["--out", "a", "--rate", "0"], "--rate is 0; "),
      (["--out", "a", "--burst", "5"], "--burst needs --rate"),
    ] as [([String], String)] {
      try Self.fails(samples, add + arguments, text, status: 64)
    }
    try Self.fails(samples, ["add", "--keys", "k", "--out", "a.p8"], "--topic", status: 64)
  }
}
