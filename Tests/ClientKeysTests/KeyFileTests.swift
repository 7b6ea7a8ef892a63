import APNsCredentials
import ClientKeys
import NotificationModel
import Testing

/// The file of door keys, right and wrong.
struct KeyFileTests {
  /// The public key of RFC 6979 appendix A.2.5 as SubjectPublicKeyInfo.
  static let publicKey =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ=="
  private static let file = DoorKeyFile("door.keys")

  static func line(_ change: [String: String?] = [:]) -> String {
    var members: [String: String?] = [
      "key_id": #""ABC123DEFG""#, "team_id": #""DEF123GHIJ""#, "topics": #"["com.example.app"]"#,
      "public_key": "\"\(publicKey)\"",
    ]
    for (name, value) in change { members[name] = .some(value) }
    let parts = members.sorted { $0.key < $1.key }.compactMap { name, value in
      value.map { "\"\(name)\":\($0)" }
    }
    return "{\(parts.joined(separator: ","))}"
  }

  @Test func readsAKeyALine() throws {
    let text = """
      # The chat backend, until March.
      \(Self.line(["environments": #"["sandbox"]"#, "rate": "100"]))\r

        # \(Self.line(["key_id": #""REVOKED001""#]))
      \(Self.line(["key_id": #""ABC123DEFH""#, "rate": "5", "burst": "7", "topics": #"["a.b","c.d"]"#]))
      """
    let keys = try Self.file.keys(in: Array(text.utf8))
    #expect(keys.map(\.keyID) == ["ABC123DEFG", "ABC123DEFH"])
    #expect(keys[0].teamID == "DEF123GHIJ" && keys[0].grant.environments == [.sandbox])
    #expect(keys[0].grant.rate == KeyRate(perSecond: 100, burst: 100))
    #expect(
      keys[1].grant == KeyGrant(topics: .apps(["a.b", "c.d"]), rate: KeyRate(perSecond: 5, burst: 7)))
    #expect(try Self.file.keys(in: []).isEmpty)
  }

  @Test(
    arguments: [
      (line(["key_id": "1"]), "'key_id' is no text; write it in double quotes"),
      (line(["key_id": #""abc123defg""#]), "the key id is not 10 capital letters and digits; "),
      (line(["team_id": nil]), "'team_id' is missing; "),
      (line(["team_id": #""""#]), "the team id is not 10 "),
      (line(["topics": nil]), "there is no topic; "),
      (line(["topics": "[]"]), "there is no topic; "),
      (line(["topics": #""com.example.app""#]), "'topics' is no list; "),
      (line(["topics": "[1]"]), "'topics' has an element that is no text; "),
      (line(["topics": #"["*"]"#]), "'*' is no topic: there are no wildcards; "),
      (line(["topics": #"["com.example.*"]"#]), "'com.example.*' is no topic: there are no wildcards; "),
      (line(["topics": #"["a b"]"#]), "'a b' is no topic; "),
      (line(["topics": #"["a","a"]"#]), "the topic 'a' stands twice; "),
      (line(["environments": "[]"]), "there is no environment; "),
      (line(["environments": #"["prod"]"#]), "'prod' is no environment; write sandbox or production"),
      (line(["rate": "0"]), "'rate' is no whole number of 1 to 1000000"),
      (line(["rate": "1.5"]), "'rate' is no whole number of 1 to 1000000"),
      (line(["rate": #""5""#]), "'rate' is no whole number of 1 to 1000000"),
      (line(["burst": "5"]), "'burst' stands without 'rate'; "),
      (line(["public_key": #""?""#]), "'public_key' is not base 64; "),
      (line(["public_key": #""AAAA""#]), "'public_key': this is no public key; "),
      (line(["topic": "[]"]), "there is no member 'topic'; did you mean 'topics'?"),
      ("{", "byte 2: the text ends in the middle of a value; "),
      ("[]", "this is no JSON object; "),
      (line().dropLast() + #","rate":1,"rate":2}"#, ": a key stands twice in one object; "),
      (line() + "\n" + line(), "the key 'ABC123DEFG' stands in line 2, too; "),
    ] as [(String, String)])
  func namesTheLineAndTheFault(_ line: String, _ message: String) {
    let at = line.utf8.contains(0x0A) ? 3 : 2
    do {
      _ = try Self.file.keys(in: Array("# keys\n\(line)".utf8))
      Issue.record("it was read: \(line)")
    } catch {
      #expect(error.message.hasPrefix("door.keys:\(at): ") && error.message.contains(message), "\(error)")
    }
  }

  @Test func keysOfOtherKindsAreRefused() throws {
    // Of 'openssl genpkey -algorithm ED25519 | openssl pkey -pubout'.
    let ed25519 = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
    #expect(throws: CredentialError.self) {
      try Self.file.keys(in: Array(Self.line(["public_key": "\"\(ed25519)\""]).utf8))
    }
    #expect(throws: CredentialError.self) { try Self.file.keys(in: [0xFF, 0xFE]) }
  }

  @Test func anAppsTopicsHaveItsSuffixes() {
    // Suffixes: Apple, "Sending notification requests to APNs".
    let topics = PushTopics.apps(["com.example.app", "com.example.only.voip"])
    for topic in [
      "com.example.app", "com.example.app.voip", "com.example.app.complication",
      "com.example.app.push-type.liveactivity", "com.example.app.pushkit.fileprovider",
      "com.example.only.voip",
    ] {
      #expect(topics.cover(topic), "\(topic)")
    }
    for topic in [
      "com.example", "com.example.app.other", "com.example.app2", "COM.EXAMPLE.APP", "com.example.only", "",
      "com.example.app.voip.voip", ".voip",
    ] {
      #expect(!topics.cover(topic), "\(topic)")
    }
    #expect(!PushTopics.listed(["com.example.app"]).cover("com.example.app.voip"))
  }
}
