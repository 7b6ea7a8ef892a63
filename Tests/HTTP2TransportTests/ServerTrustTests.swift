import Foundation
import HTTP2Transport
import Testing

/// Certificates that `openssl` makes are accepted and refused as `openssl verify` does, which RFC 9525 rules.
struct ServerTrustTests {
  private static let folder = FileManager.default.temporaryDirectory.appending(
    path: "notilua-trust-\(UUID().uuidString)")

  @discardableResult private static func openssl(_ words: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + words
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  private static let authorities = Result {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["ca", "other"] {
      let words =
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout \(name).key -out \(name).pem"
      try #require(
        try openssl(words.split(separator: " ").map(String.init) + ["-subj", "/CN=Authority \(name)"]) == 0)
    }
  }

  /// Makes a certificate; tells its file.
  private static func make(
    _ alternatives: String?, purpose: String = "serverAuth", issuer: String = "ca", subject: String = "server"
  ) throws -> String {
    try authorities.get()
    let name = UUID().uuidString
    let extensions = (alternatives.map { "subjectAltName=\($0)\n" } ?? "") + "extendedKeyUsage=\(purpose)\n"
    try extensions.write(to: folder.appending(path: "\(name).ext"), atomically: true, encoding: .utf8)
    try #require(
      try openssl([
        "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "\(name).key",
        "-out", "\(name).csr", "-subj",
        "/CN=\(subject)",
      ]) == 0)
    try #require(
      try openssl([
        "x509", "-req", "-in", "\(name).csr", "-CA", "\(issuer).pem", "-CAkey", "\(issuer).key", "-days", "1",
        "-extfile", "\(name).ext", "-set_serial",
        "\(Int.random(in: 1...1 << 40))", "-out", "\(name).pem",
      ]) == 0)
    try #require(try openssl(["x509", "-in", "\(name).pem", "-outform", "DER", "-out", "\(name).der"]) == 0)
    return name
  }

  private static func failure(of name: String, host: String, roots: String = "ca.pem") throws
    -> ConnectionFailure?
  {
    let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
    let trust = try ServerTrust(host: host, isAddress: isAddress, roots: folder.appending(path: roots).path)
    return trust.failure(of: [Array(try Data(contentsOf: folder.appending(path: "\(name).der")))])
  }

  @Test(arguments: [
    ("DNS:api.test", ["api.test", "API.test", "b.api.test", "test", "192.0.2.1"]),
    ("IP:192.0.2.1", ["192.0.2.1", "api.test"]),
    ("IP:2001:db8::1", ["2001:db8::1", "2001:db8:0::1", "api.test"]),
    ("DNS:*.api.test", ["a.api.test", "a.b.api.test", "api.test"]),
    ("DNS:192.0.2.1", ["192.0.2.1"]),
    ("DNS:other.test,IP:192.0.2.1", ["api.test", "other.test", "192.0.2.1", "192.0.2.2"]),
    ("email:a@api.test", ["api.test"]), ("URI:https://api.test/", ["api.test"]),
    ("DNS:*.*.test", ["a.b.test"]), ("DNS:*", ["localhost"]),
  ]) func namesAsOpenSSLHasThem(_ alternatives: String, _ hosts: [String]) throws {
    let name = try Self.make(alternatives)
    for host in hosts {
      let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
      let status = try Self.openssl([
        "verify", "-CAfile", "ca.pem", "-purpose", "sslserver", isAddress ? "-verify_ip" : "-verify_hostname",
        host, "\(name).pem",
      ])
      let failure = try Self.failure(of: name, host: host)
      #expect((failure == nil) == (status == 0), "\(alternatives) for \(host)")
      if let failure {
        #expect(failure.kind == .identity && failure.cause.contains("not for \(host)"), "\(failure)")
      }
    }
  }

  @Test func theCommonNameDoesNotCount() throws {
    // RFC 9525 §2: "MUST NOT use" it; OpenSSL still does where nothing else is there.
    #expect(
      try Self.failure(of: try Self.make(nil, subject: "api.test"), host: "api.test")?.kind == .identity)
  }

  @Test func partOfALabelIsNoWildcard() throws {
    // RFC 9525 §6.3: the wildcard is the whole of the left-most label.
    #expect(try Self.failure(of: try Self.make("DNS:a*.api.test"), host: "ab.api.test")?.kind == .identity)
  }

  @Test func othersCauses() throws {
    let foreign = try Self.failure(of: try Self.make("DNS:api.test", issuer: "other"), host: "api.test")
    #expect(foreign?.kind == .authority && foreign?.cause.contains("'Authority other'") == true)
    let client = try Self.failure(of: try Self.make("DNS:api.test", purpose: "clientAuth"), host: "api.test")
    #expect(client == ConnectionFailure(.certificate, "its certificate is not for servers"))
    let trust = try ServerTrust(
      host: "api.test", isAddress: false, roots: Self.folder.appending(path: "ca.pem").path)
    for chain in [[], [[]], [[0x30]], [Array(repeating: 0xFF, count: 100)]] as [[[UInt8]]] {
      #expect(trust.failure(of: chain)?.kind == .certificate)
    }
    #expect(throws: ConnectionFailure.self) {
      try ServerTrust(host: "api.test", isAddress: false, roots: Self.folder.appending(path: "none").path)
    }
  }

  @Test func aFileThatHasTheCertificateItselfIsEnough() throws {
    let name = try Self.make("DNS:api.test")
    #expect(try Self.failure(of: name, host: "api.test", roots: "\(name).pem") == nil)
  }

  @Test func whatSomebodyElseWroteIsFitForATerminal() throws {
    let failure = try Self.failure(
      of: try Self.make("DNS:api.test", issuer: "other", subject: "x"), host: "b\u{1B}.test")
    #expect(failure != nil)
    let names = try Self.failure(of: try Self.make("DNS:a\u{1B}[2Jb.test"), host: "api.test")
    #expect(names?.cause.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F } == true)
  }
}
