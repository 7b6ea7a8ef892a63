import CredentialSamples
import Foundation
import Testing

/// Which proxy is used, and that its password stays where it is; Tests/Network has the proxies themselves.
struct ProxyFlagTests {
  /// Runs 'notilua send' with a configuration; nothing listens at the ports.
  private static func send(
    _ words: [String], configuration: String = "{}", environment: [String: String] = [:]
  ) throws -> Program.Ended {
    let samples = try CredentialSamples()
    try samples.signingKey("AuthKey_KEYID00001")
    let added = try Program.run([
      "credentials", "add", "key", samples.path("AuthKey_KEYID00001.p8"), "--team-id", "TEAMID0001",
      "--store",
      samples.path("store"),
    ])
    try #require(added.status == 0, "\(added.errors)")
    try samples.write("notilua.yaml", configuration + "\n")
    try samples.write("password", "s3cret\n")
    let unset = ["https_proxy": "", "HTTPS_PROXY": "", "no_proxy": "", "NO_PROXY": ""]
    // It removes its folder with itself.
    defer { withExtendedLifetime(samples) {} }
    return try Program.run(
      [
        "send", "--device-token", "ab01", "--topic", "com.example.app", "--alert", "x", "--credentials",
        samples.path("store"),
      ] + words, environment: unset.merging(environment) { $1 }, in: URL(fileURLWithPath: samples.path("")))
  }

  @Test(
    arguments: [
      (["--proxy", "http://ann:s3cret@127.0.0.1:1"], "{}", [:], "--proxy has a password in it"),
      (
        [], "apns: { proxy: 'http://ann:s3cret@127.0.0.1:1' }", [:],
        "notilua.yaml:1:16: apns.proxy has a password in it"
      ),
      (
        [], "apns: { proxy: 'http://127.0.0.1:1', proxy_password_file: password }", [:],
        "notilua.yaml:1:16: apns.proxy names no user"
      ),
      (
        [], "apns: { proxy: 'http://a@127.0.0.1:1', proxy_password_file: none }", [:],
        "apns.proxy_password_file: "
      ),
      (["--proxy", "socks5://127.0.0.1:1"], "{}", [:], "--proxy names a proxy of the kind 'socks5'"),
      ([], "{}", ["HTTPS_PROXY": "http://u:s3cret#@127.0.0.1:1"], "HTTPS_PROXY is no URL of a proxy"),
      (
        [], "apns: { server: 'https://a.test' }", [:],
        "notilua.yaml:1:17: apns.server is 'https://a.test'; write it as HOST"
      ),
      ([], "apns: { server: 'a.test:1', port: 2 }", [:], "apns.server has a port, and there is apns.port"),
      ([], "apns: { port: 0 }", [:], "apns.port is not a whole number of 1 to 65535"),
    ] as [([String], String, [String: String], String)])
  func isRefused(
    _ words: [String], _ configuration: String, _ environment: [String: String], _ message: String
  ) throws {
    let ended = try Self.send(words, configuration: configuration, environment: environment)
    #expect(ended.status == 64 && ended.errors.contains(message), "\(ended.errors)")
    #expect(!(ended.text + ended.errors).contains("s3cret"))
  }

  @Test(
    arguments: [
      (
        ["--proxy", "http://127.0.0.1:1"], "apns: { proxy: 'http://127.0.0.1:2' }",
        ["HTTPS_PROXY": "http://127.0.0.1:3"], "127.0.0.1:1"
      ),
      (
        [], "apns: { proxy: 'http://127.0.0.1:2' }", ["HTTPS_PROXY": "http://127.0.0.1:3", "NO_PROXY": "*"],
        "127.0.0.1:2"
      ),
      ([], "{}", ["HTTPS_PROXY": "http://127.0.0.1:3"], "127.0.0.1:3"),
      (
        [], "{}", ["HTTPS_PROXY": "http://127.0.0.1:3", "https_proxy": "http://ann:s3cret@127.0.0.1:4"],
        "127.0.0.1:4"
      ),
    ] as [([String], String, [String: String], String)])
  func theNearestIsUsed(
    _ words: [String], _ configuration: String, _ environment: [String: String], _ proxy: String
  ) throws {
    let ended = try Self.send(
      words + ["--server", "127.0.0.1:9"], configuration: configuration, environment: environment)
    #expect(
      ended.text.contains("no connection to the proxy \(proxy): 127.0.0.1: Connection refused"),
      "\(ended.text)")
    #expect(
      ended.text.contains("proxy             \(proxy)") && !ended.text.contains("s3cret"), "\(ended.text)")
  }

  @Test(
    arguments: [
      (["--proxy", ""], "apns: { proxy: 'http://127.0.0.1:2' }", ["HTTPS_PROXY": "http://127.0.0.1:3"]),
      ([], "apns: { proxy: '' }", ["HTTPS_PROXY": "http://127.0.0.1:3"]),
      ([], "{}", ["HTTPS_PROXY": "http://127.0.0.1:3", "NO_PROXY": "127.0.0.0/8"]),
      ([], "{}", ["http_proxy": "http://127.0.0.1:3"]),
    ] as [([String], String, [String: String])])
  func noneIsUsed(_ words: [String], _ configuration: String, _ environment: [String: String]) throws {
    let ended = try Self.send(
      words + ["--server", "127.0.0.1:9"], configuration: configuration, environment: environment)
    #expect(
      ended.text.contains(": 127.0.0.1: Connection refused") && !ended.text.contains("proxy  "),
      "\(ended.text)")
  }
}
