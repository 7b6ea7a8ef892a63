import CredentialSamples
import Foundation
import Testing

/// `notilua check` compares the applications of a configuration with the credentials of its store.
struct ApplicationsCheckTests {
  /// The findings on applications with four credentials: a key, and certificates for the sandbox, for production and for both.
  private static func check(_ applications: String) throws -> (status: Int32, lines: [String]) {
    let samples = try CredentialSamples()
    let store = "store"
    try samples.signingKey("AuthKey_ABC123DEFG")
    try samples.certificate("dev", extensions: [CredentialSamples.sandbox])
    try samples.certificate("old", extensions: [CredentialSamples.production])
    try samples.certificate("uni", extensions: [CredentialSamples.sandbox, CredentialSamples.production])
    for name in ["dev", "old", "uni"] { try samples.p12(name, of: name, passphrase: "") }
    for arguments in [
      ["key", "AuthKey_ABC123DEFG.p8", "--team-id", "DEF123GHIJ"],
      ["dev", "dev.p12", "--application", "development"], ["old", "old.p12"], ["uni", "uni.p12"],
      ["uni-dev", "uni.p12", "--application", "development", "--environment", "sandbox"],
    ] {
      let added = try Program.run(
        ["credentials", "add"] + arguments + ["--store", store], in: samples.folder)
      try #require(added.status == 0, "\(added.errors)")
    }
    try Data(
      "return { description = 'd', did_receive = function() end, time_will_expire = function() end }".utf8
    )
    .write(to: samples.folder.appending(path: "p.lua"))
    let yaml = "plugins: [p.lua]\napns: { credentials: store }\napplications:\n\(applications)"
    try Data(yaml.utf8).write(to: samples.folder.appending(path: "notilua.yaml"))
    let ended = try Program.run(["check"], in: samples.folder)
    #expect(ended.errors == "")
    return (ended.status, ended.text.split(separator: "\n").map(String.init))
  }

  private static let good = "1 plugin, 0 errors, 0 warnings"

  @Test func findsNothingWhereTheRulesHold() throws {
    let applications = """
      - { key: a, bundle_id: com.example.chat, credential: uni }
      - { key: b, bundle_id: com.example.chat, kind: development, environment: sandbox, credential: uni-dev }
      - { key: c, bundle_id: com.example.other, credential: key }
      - { key: d, bundle_id: com.example.other, kind: development, credential: key }
      - { key: e, bundle_id: com.example.third }
      """
    #expect(try Self.check(applications) == (0, [Self.good]))
    #expect(
      try Self.check("- { key: a, bundle_id: com.example.chat, kind: development, credential: dev }\n")
        == (0, [Self.good]))
    #expect(
      try Self.check("- { key: a, bundle_id: com.example.chat, credential: old }\n") == (0, [Self.good]))
  }

  @Test func saysTheRuleThatIsBroken() throws {
    let applications = """
      - { key: a, bundle_id: com.example.chat, credential: dev }
      - { key: b, bundle_id: com.example.chat, kind: development, credential: uni-dev }
      - { key: c, bundle_id: com.example.other, kind: development, environment: production, credential: key }
      - { key: d, bundle_id: com.example.third, credential: gone }
      - { key: e, bundle_id: com.example.fourth, credential: uni }
      """
    let (status, lines) = try Self.check(applications)
    #expect(status == 65)
    #expect(
      lines == [
        "notilua.yaml:4:3: error: application 'a': credential 'dev': a sandbox certificate does not serve an application in production; use a universal one (Sandbox & Production), or 'kind: development'",
        "notilua.yaml:5:3: error: application 'b': credential 'uni-dev': a universal certificate serves an application in development in one environment; say which with 'environment: sandbox' or 'environment: production'",
        "notilua.yaml:6:3: error: application 'c': credential 'key': an application in development pushes to the sandbox with a signing key; leave environment out, or use 'kind: production'",
        "notilua.yaml:7:3: error: application 'd': there is no credential 'gone' in 'store'; 'notilua credentials list' shows what there is",
        "notilua.yaml:8:3: error: application 'e': credential 'uni' is for com.example.chat in production, and not for com.example.fourth in production; name another, or add it anew with 'notilua credentials add'",
        "1 plugin, 5 errors, 0 warnings",
      ])
    #expect(
      try Self.check("- { key: a, bundle_id: com.example.chat, kind: development, credential: old }\n").lines
        .first
        == "notilua.yaml:4:3: error: application 'a': credential 'old': the certificate is for production only; write 'environment: production', or use a universal certificate"
    )
  }

  /// A service that cannot push for an application does not start.
  @Test func aServiceDoesNotStart() throws {
    let samples = try CredentialSamples()
    try samples.certificate("dev", extensions: [CredentialSamples.sandbox])
    try samples.p12("dev", of: "dev", passphrase: "")
    let added = try Program.run(
      ["credentials", "add", "dev", "dev.p12", "--application", "development", "--store", "store"],
      in: samples.folder)
    try #require(added.status == 0, "\(added.errors)")
    try samples.write("p.lua", "return { did_receive = function() end }")
    let yaml = """
      plugins: [p.lua]
      apns: { credentials: store }
      outbox: { path: outbox }
      api: { socket: api.sock, keys: keys }
      applications: [{ key: a, bundle_id: com.example.chat, credential: dev }]
      """
    try Data(yaml.utf8).write(to: samples.folder.appending(path: "notilua.yaml"))
    let ended = try Program.run(["serve"], in: samples.folder)
    #expect(ended.status == 64)
    #expect(
      ended.errors
        == "notilua: notilua.yaml:5:16: application 'a': credential 'dev': a sandbox certificate does not serve an application in production; use a universal one (Sandbox & Production), or 'kind: development'\n"
    )
  }
}
