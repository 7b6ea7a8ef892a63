import CredentialSamples
import Foundation
import Testing

/// `notilua apns-simulator`: its files, and what it refuses.
struct SimulatorCommandTests {
  /// The algorithms of a file, as openssl names them.
  private static func algorithms(_ samples: CredentialSamples, _ name: String) throws -> String {
    try samples.openssl("pkcs12", "-in", name, "-passin", "pass:notilua", "-info", "-noout")
  }

  @Test func oldLibrariesReadTheFilesOnRequest() throws {
    let samples = try CredentialSamples()
    let run = { (options: [String]) in
      try Program.run(
        ["apns-simulator", "--write-credentials", "keys", "--seconds", "1"] + options, in: samples.folder)
    }
    #expect(try run([]).status == 0)
    #expect(try Self.algorithms(samples, "keys/universal.p12").contains("AES-256-CBC"))
    let pem = try samples.bytes("keys/universal.pem")
    let ended = try run([
      "--legacy", "--name", "api.push.apple.com", "--name", "192.0.2.1", "--name", "2001:db8::1",
    ])
    #expect(ended.status == 0, "\(ended.errors)")
    for name in ["sandbox", "production", "universal", "voip", "expired", "expires-soon"] {
      let said = try Self.algorithms(samples, "keys/\(name).p12")
      #expect(said.hasPrefix("MAC: sha1,"), "\(said)")
      #expect(
        said.split(separator: "\n").filter { $0.contains("pbeWithSHA1And3-KeyTripleDES-CBC") }.count == 2)
      #expect(!said.contains("AES"))
    }
    // A client that has the certificate goes on.
    #expect(try samples.bytes("keys/universal.pem") == pem)
    let added = try Program.run(
      ["credentials", "add", "a", "keys/universal.p12", "--passphrase-env", "PW", "--store", "store"],
      environment: ["PW": "notilua"], in: samples.folder)
    #expect(added.status == 0, "\(added.errors)")
  }

  @Test(arguments: ["two words", "a..b", "-a.example", "*", "f\u{FC}r.example", ":::", "a_b.example"])
  func namesAreLookedAt(_ name: String) throws {
    let ended = try Program.run(["apns-simulator", "--seconds", "1", "--name=\(name)"])
    #expect(ended.status == 64 && ended.errors.contains("give a DNS name"), "\(ended.errors)")
  }

  @Test func olderFilesNeedAFolder() throws {
    let ended = try Program.run(["apns-simulator", "--seconds", "1", "--legacy"])
    #expect(ended.status == 64 && ended.errors.contains("--write-credentials"), "\(ended.errors)")
  }
}
