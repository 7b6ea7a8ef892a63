import CredentialSamples
import Foundation
import Testing

/// `notilua credentials`.
struct CredentialsCommandTests {
  private static let marker = "pass-phrase-Q7xZ"

  private static func run(
    _ samples: CredentialSamples, _ arguments: [String], _ environment: [String: String] = [:]
  ) throws -> Program.Ended {
    let clean = [
      "NOTILUA_CREDENTIALS": samples.path("store"), "NOTILUA_SEALING_KEY": "", "CREDENTIALS_DIRECTORY": "",
    ]
    return try Program.run(
      ["credentials"] + arguments, environment: clean.merging(environment) { $1 }, in: samples.folder)
  }

  private static func fails(
    _ samples: CredentialSamples, _ arguments: [String], _ text: String, status: Int32 = 65
  ) throws {
    let ended = try run(samples, arguments)
    #expect(ended.status == status, "\(arguments): \(ended.text)\(ended.errors)")
    #expect(ended.errors.contains(text), "\(arguments): \(ended.errors)")
    #expect(
      ended.errors.split(separator: "\n").count == 1 && ended.errors.hasPrefix("notilua: "), "\(ended.errors)"
    )
    #expect(ended.text == "")
  }

  @Test func everySubcommandHasAnExample() throws {
    for name in ["add", "list", "check", "remove", "request", "convert"] {
      let help = try Program.run(["credentials", name, "--help"], input: "")
      #expect(help.status == 0 && help.text.contains("Example"), "\(name)")
    }
  }

  /// The way of the guide: no Mac is in it.
  @Test func fromTheRequestToAListedCertificate() throws {
    let samples = try CredentialSamples()
    let request = try Self.run(
      samples, ["request", "--out", "chat", "--common-name", "Chat", "--email", "ops@example.com"])
    #expect(request.status == 0, "\(request.errors)")
    #expect(
      request.text.contains("chat.key: the private key") && request.text.contains("chat.csr: the request"))
    #expect(try samples.openssl("req", "-in", "chat.csr", "-verify", "-noout").contains("OK"))
    try Self.fails(
      samples, ["request", "--out", "chat", "--common-name", "Chat"], "'chat.csr' is there already")
    // What the developer account does.
    try samples.certificate("signer", extensions: [], subject: "/CN=Signer")
    try samples.certificate(
      "aps", extensions: [CredentialSamples.sandbox, CredentialSamples.production, CredentialSamples.topics],
      signer: "signer", request: "chat.csr")
    try samples.write("pass", "\(Self.marker)\n")
    for options in [[], ["--legacy"]] {
      let name = "chat\(options.count).p12"
      let converted = try Self.run(
        samples, ["convert", "aps.cer", "chat.key", "--out", name, "--passphrase-file", "pass"] + options)
      #expect(converted.status == 0, "\(converted.errors)")
      #expect(converted.text == "\(name): Apple Push Services: com.example.chat, with its private key\n")
      let info = try samples.openssl(
        "pkcs12", "-in", name, "-passin", "pass:\(Self.marker)", "-nodes", "-info")
      #expect(info.contains(options.isEmpty ? "AES-256-CBC" : "3-KeyTripleDES"))
    }
    let added = try Self.run(samples, ["add", "chat", "chat0.p12", "--passphrase-file", "pass"])
    #expect(added.status == 0, "\(added.errors)")
    #expect(
      added.text.hasPrefix(
        "chat: universal certificate Apple Push Services: com.example.chat, for com.example.chat, pushes to production, expires in 365 days; stored in "
      ), "\(added.text)")
    let checked = try Self.run(samples, ["check"])
    #expect(checked.status == 0)
    #expect(checked.text.hasPrefix("chat: ok: universal certificate"))
    #expect(checked.text.hasSuffix("1 credential, 0 errors, 0 warnings\n"))
    let listed = try Self.run(samples, ["list"])
    #expect(listed.text.split(separator: "\n").count == 2)
    #expect(listed.text.contains("in 365 days"))
    #expect(try Self.run(samples, ["remove", "chat"]).text == "chat: removed\n")
    #expect(try Self.run(samples, ["list"]).text.hasPrefix("no credentials in "))
  }

  @Test func aKeyIsAddedByItsName() throws {
    let samples = try CredentialSamples()
    try samples.signingKey("AuthKey_ABC123DEFG")
    let added = try Self.run(
      samples,
      ["add", "prod", "AuthKey_ABC123DEFG.p8", "--team-id", "DEF123GHIJ", "--bundle-id", "com.example.chat"])
    #expect(added.status == 0, "\(added.errors)")
    #expect(
      added.text.hasPrefix(
        "prod: key ABC123DEFG, for com.example.chat, pushes to production and sandbox, does not expire; "))
    let json = try Self.run(samples, ["list", "--json"])
    #expect(
      json.text
        == #"{"name":"prod","kind":"key","application":"production","environments":["production","sandbox"],"topics":["com.example.chat"],"key_id":"ABC123DEFG","team_id":"DEF123GHIJ"}"#
        + "\n")
    try samples.mode(0o644, "AuthKey_ABC123DEFG.p8")
    let checked = try Self.run(samples, ["check", "prod"])
    #expect(checked.status == 1)
    #expect(checked.text.contains("prod: error: credential 'prod': '") == false)
    #expect(checked.text.contains("may be read by others; run 'chmod 600' on it"))
    #expect(checked.text.hasSuffix("1 credential, 1 error, 0 warnings\n"))
    #expect(try Self.run(samples, ["list"]).text.contains("unusable: "))
  }

  @Test func theTimeThatIsLeftIsWarnedAbout() throws {
    let samples = try CredentialSamples()
    for days in [400, 29, 6, 0] {
      try samples.certificate("c\(days)", extensions: [CredentialSamples.production], days: -1...days)
      try samples.p12("c\(days)", of: "c\(days)", passphrase: "")
      #expect(try Self.run(samples, ["add", "c\(days)", "c\(days).p12"]).status == 0)
    }
    let checked = try Self.run(samples, ["check"])
    #expect(checked.status == 0, "\(checked.text)")
    let lines = checked.text.split(separator: "\n")
    #expect(
      lines[0].contains("c0: warning: the certificate expires on") && lines[0].contains("in less than a day"))
    #expect(lines[1].contains("c29: warning: ") && lines[1].contains("in 29 days"))
    #expect(lines[2].hasPrefix("c400: ok: "))
    #expect(lines[3].contains("c6: warning: ") && lines[3].contains("in 6 days"))
    #expect(lines[4] == "4 credentials, 0 errors, 3 warnings")
    try samples.certificate("old", extensions: [CredentialSamples.production], days: -30 ... -2)
    try samples.p12("old", of: "old", passphrase: "")
    try Self.fails(samples, ["add", "old", "old.p12"], "the certificate expired on")
    try samples.certificate("new", extensions: [CredentialSamples.production], days: 5...30)
    try samples.p12("new", of: "new", passphrase: "")
    try Self.fails(samples, ["add", "new", "new.p12"], "the certificate is not valid before")
    // One that has expired since it was added.
    try samples.write("c400.p12", try samples.bytes("old.p12"))
    let expired = try Self.run(samples, ["check", "c400"])
    #expect(expired.status == 1)
    #expect(expired.text.hasPrefix("c400: error: the certificate expired on "))
    #expect(
      try Self.run(samples, ["list", "--json"]).text.contains(#""error":"the certificate expired on "#))
  }

  @Test func wrongUsageIsOneSentence() throws {
    let samples = try CredentialSamples()
    try samples.signingKey("AuthKey_ABC123DEFG")
    try samples.certificate("dev", extensions: [CredentialSamples.sandbox])
    try samples.certificate("uni", extensions: [CredentialSamples.sandbox, CredentialSamples.production])
    try samples.certificate("none", extensions: [])
    for name in ["dev", "uni", "none"] { try samples.p12(name, of: name, passphrase: "") }
    try samples.p12("locked", of: "uni")
    let p8 = "AuthKey_ABC123DEFG.p8"
    try Self.fails(samples, ["add", "a", p8], "give the one of 'Membership details' with --team-id")
    try Self.fails(samples, ["add", "a", p8, "--team-id", "short"], "the team id is not 10")
    try Self.fails(
      samples, ["add", "a", p8, "--team-id", "DEF123GHIJ", "--key-id", "x"], "the key id is not 10")
    try Self.fails(samples, ["add", "a", "gone.p8"], "No such file or directory")
    try Self.fails(
      samples, ["add", "a", "dev.p12"], "a sandbox certificate does not serve an application in production")
    try Self.fails(
      samples, ["add", "a", "uni.p12", "--application", "development"], "say which with --environment")
    try Self.fails(samples, ["add", "a", "uni.p12", "--environment", "sandbox"], "pushes to production only")
    let key = ["add", "a", p8, "--team-id", "DEF123GHIJ"]
    try Self.fails(
      samples, key + ["--application", "production", "--environment", "sandbox"],
      "pushes to production only; leave --environment out, or use --application development")
    try Self.fails(
      samples, key + ["--application", "development", "--environment", "production"],
      "pushes to the sandbox with a signing key; leave --environment out, or use --application production")
    try Self.fails(samples, ["add", "a", "none.p12"], "the certificate is none for pushes")
    try Self.fails(samples, ["add", "a", "uni.p12", "--bundle-id", "b"], "is not for the bundle id 'b'")
    try Self.fails(samples, ["add", "a", "uni.p12", "--seal"], "sealing needs a key")
    try Self.fails(samples, ["add", "a", "uni.p12", "--passphrase-env", "GONE"], "no variable 'GONE'")
    try Self.fails(samples, ["remove", "a"], "there is no credential 'a'")
    try Self.fails(
      samples, ["convert", "uni.cer", "dev.key", "--out", "x.p12", "--passphrase-env", "HOME"],
      "does not match")
    try Self.fails(
      samples, ["add", "a", p8, "--application", "x"], "use development or production", status: 64)
    try Self.fails(samples, ["add", "a", p8, "--environment", "x"], "use sandbox or production", status: 64)
    try Self.fails(
      samples, ["add", "a", p8, "--passphrase-env", "A", "--passphrase-file", "b"], "choose one", status: 64)
    try Self.fails(samples, ["request", "--out", "x/", "--common-name", "a"], "give a name", status: 64)
    #expect(try Self.run(samples, ["check", "gone"]).status == 1)
    let sealing = try Self.run(samples, ["list"], ["NOTILUA_SEALING_KEY": "short"])
    #expect(sealing.status == 65 && sealing.errors.contains("is no key of 32 bytes"))
  }

  /// On a terminal the passphrase is asked for, and does not show.
  @Test func thePassphraseIsAskedFor() throws {
    let samples = try CredentialSamples()
    try samples.certificate("a", extensions: [CredentialSamples.production])
    try samples.p12("a", of: "a", passphrase: Self.marker)
    let program = Program.folder.appending(path: "notilua").path
    let script = """
      import os, pty, sys, time
      child, terminal = pty.fork()
      if child == 0: os.execv(sys.argv[1], sys.argv[1:])
      text = b""
      asked = 0
      while True:
        try: read = os.read(terminal, 4096)
        except OSError: break
        if not read: break
        text += read
        if text.count(b"assphrase of") + text.count(b"same again") > asked:
          asked += 1
          os.write(terminal, b"\(Self.marker)x\\x7f\\n")
      sys.stdout.buffer.write(text)
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
      """
    let environment = [
      "NOTILUA_CREDENTIALS": samples.path("store"), "NOTILUA_SEALING_KEY": String(repeating: "0f", count: 32),
    ]
    for arguments in [["add", "a", "a.p12"], ["convert", "a.cer", "a.key", "--out", "b.p12"]] {
      let ended = try Program.run(
        ["-c", script, program, "credentials"] + arguments, program: "/usr/bin/python3",
        environment: environment,
        in: samples.folder)
      #expect(ended.status == 0, "\(ended.text)\(ended.errors)")
      #expect(ended.text.contains("assphrase of") && !ended.text.contains(Self.marker), "\(ended.text)")
    }
    #expect(
      try samples.openssl("pkcs12", "-in", "b.p12", "-passin", "pass:\(Self.marker)", "-nodes").contains(
        "BEGIN"))
    #expect(try Self.run(samples, ["check"], environment).status == 0)
  }

  /// Its passphrase is there at each load.
  @Test func anEncryptedKeyIsAddedWithItsPassphrase() throws {
    let samples = try CredentialSamples()
    try samples.signingKey("a")
    try samples.certificate("c", extensions: [CredentialSamples.production])
    try samples.write("pass", Self.marker)
    try samples.openssl(
      "pkcs8", "-topk8", "-in", "a.p8", "-out", "AuthKey_ABC123DEFG.p8", "-passout", "file:pass")
    try samples.openssl(
      "rsa", "-in", "c.key", "-aes256", "-traditional", "-out", "old.key", "-passout", "file:pass")
    try samples.write("c.pem", try samples.bytes("old.key") + samples.bytes("c.crt"))
    for name in ["AuthKey_ABC123DEFG.p8", "old.key"] { try samples.mode(0o600, name) }
    let p8 = ["AuthKey_ABC123DEFG.p8", "--team-id", "DEF123GHIJ"]
    try Self.fails(samples, ["add", "k"] + p8, "give its passphrase with --passphrase-file")
    try Self.fails(samples, ["add", "c", "c.pem"], "give its passphrase with --passphrase-file")
    let options = ["--passphrase-file", "pass"]
    for arguments in [["add", "k"] + p8, ["add", "c", "c.pem"]] {
      let added = try Self.run(samples, arguments + options)
      #expect(added.status == 0, "\(added.errors)")
    }
    let sealed = try Self.run(
      samples, ["add", "s", "c.pem", "--seal"] + options,
      ["NOTILUA_SEALING_KEY": String(repeating: "0f", count: 32)])
    #expect(sealed.status == 0, "\(sealed.errors)")
    #expect(
      try Self.run(samples, ["check", "k", "c"]).text.hasSuffix("2 credentials, 0 errors, 0 warnings\n"))
    try samples.write("p8", try samples.bytes("a.p8"))
    try Self.fails(
      samples, ["add", "n", "p8", "--key-id", "ABC123DEFG", "--team-id", "DEF123GHIJ"] + options,
      "has no passphrase")
    let convert = ["convert", "c.cer", "old.key", "--out", "n.p12"] + options
    try Self.fails(samples, convert, "give its passphrase with --key-passphrase-file")
    let converted = try Self.run(samples, convert + ["--key-passphrase-file", "pass"])
    #expect(converted.status == 0, "\(converted.errors)")
    #expect(
      try samples.openssl("pkcs12", "-in", "n.p12", "-passin", "file:pass", "-nodes").contains("BEGIN"))
  }

  /// The causes of files that are no .p8 stand before what a .p8 needs besides.
  @Test func theKindOfAFileIsToldFirst() throws {
    let samples = try CredentialSamples()
    try samples.signingKey("a")
    try samples.certificate("c", extensions: [CredentialSamples.production])
    try samples.openssl("pkey", "-in", "a.p8", "-pubout", "-out", "public.p8")
    try samples.mode(0o600, "public.p8")
    try Self.fails(samples, ["add", "a", "c.key"], "this is an RSA key without its certificate; ")
    try Self.fails(samples, ["add", "a", "public.p8"], "this is a public key")
    try samples.openssl("pkcs8", "-topk8", "-nocrypt", "-in", "a.p8", "-outform", "DER", "-out", "der.p8")
    try samples.mode(0o600, "der.p8")
    let ids = ["--key-id", "ABC123DEFG", "--team-id", "DEF123GHIJ"]
    #expect(try Self.run(samples, ["add", "a", "der.p8"] + ids).status == 0)
    try samples.write("cut.p8", Array(try samples.bytes("der.p8").dropLast(3)))
    try Self.fails(samples, ["add", "b", "cut.p8"] + ids, "or it is damaged; export it anew")
  }

  /// Neither a passphrase nor a private key nor the sealing key is in what the commands write.
  @Test func noSecretShows() throws {
    let samples = try CredentialSamples()
    let sealing = String(repeating: "c0ffee42", count: 8)
    try samples.signingKey("AuthKey_ABC123DEFG")
    try samples.certificate("a", extensions: [CredentialSamples.sandbox, CredentialSamples.production])
    try samples.certificate("b", extensions: [])
    try samples.p12("a", of: "a", passphrase: Self.marker)
    try samples.write("pass", Self.marker)
    try samples.write("wrong", "x" + Self.marker)
    let environment = [
      "NOTILUA_SEALING_KEY": sealing, "PHRASE": Self.marker, "NOTILUA_CREDENTIALS": samples.path("store"),
    ]
    let p8 = ["AuthKey_ABC123DEFG.p8", "--team-id", "DEF123GHIJ"]
    var written = ""
    for arguments in [
      ["add", "k"] + p8, ["add", "k"] + p8, ["add", "ks", "--seal"] + p8,
      ["add", "f", "a.p12", "--passphrase-file", "pass"],
      ["add", "e", "a.p12", "--passphrase-env", "PHRASE"],
      ["add", "s", "a.p12", "--passphrase-env", "PHRASE", "--seal"],
      ["add", "w", "a.p12", "--passphrase-file", "wrong"], ["add", "w", "pass"], ["add", "w", "a.key"],
      ["convert", "a.cer", "a.key", "--out", "n.p12", "--passphrase-file", "pass"],
      ["convert", "b.cer", "a.key", "--out", "m.p12", "--passphrase-file", "pass"],
      ["request", "--out", "r", "--common-name", "r"], ["list"], ["list", "--json"], ["check"],
      ["remove", "e"],
    ] {
      let ended = try Self.run(samples, arguments, environment)
      written += ended.text + ended.errors
    }
    let store = try FileManager.default.contentsOfDirectory(atPath: samples.path("store"))
    #expect(store.filter { $0.hasSuffix(".json") }.sorted() == ["f.json", "k.json", "ks.json", "s.json"])
    for name in store { written += String(decoding: try samples.bytes("store/\(name)"), as: UTF8.self) }
    var secrets = [Self.marker, sealing, String(sealing.prefix(16))]
    for name in ["AuthKey_ABC123DEFG.p8", "a.key", "r.key"] {
      let lines = String(decoding: try samples.bytes(name), as: UTF8.self).split(separator: "\n")
      secrets += lines.filter { $0.count >= 24 && !$0.hasPrefix("-") }.map(String.init)
      let der = try #require(Data(base64Encoded: lines.filter { !$0.hasPrefix("-") }.joined()))
      secrets.append(der.map { String(format: "%02x", $0) }.joined())
    }
    for secret in secrets { #expect(!written.contains(secret)) }
    for secret in secrets.map({ Data($0.utf8).base64EncodedString().prefix(20) }) {
      #expect(!written.contains(secret))
    }
  }
}
