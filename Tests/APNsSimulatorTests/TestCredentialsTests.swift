import APNsCredentials
import APNsProtocol
import APNsSimulator
import Foundation
import Testing

/// Keys and certificates of the simulator's folder.
final class TestCredentialsTests {
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "simulator-\(UUID().uuidString)")
  private static let now = Int64(Date().timeIntervalSince1970)

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func prepare() throws -> TestCredentials {
    try TestCredentials(folder: folder.path, hosts: ["localhost"], at: Self.now)
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: name)))
  }

  @Test func aSecondStartKeepsWhatTheFirstMade() throws {
    let first = try prepare()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let contents = try names.map(bytes)
    let second = try prepare()
    #expect(second.authority == first.authority)
    #expect(second.keys.map(\.key) == first.keys.map(\.key))
    #expect(try names.map(bytes) == contents)
    for name in names where name != "ca.pem" {
      let mode = try FileManager.default.attributesOfItem(
        atPath: folder.appending(path: name).path)[.posixPermissions]
      #expect(mode as? Int == 0o600, "\(name)")
    }
  }

  @Test func everyCertificateOpensAndIsForItsEnvironments() throws {
    _ = try prepare()
    let password = Array(TestCredentials.password.utf8)
    for kind in TestCredentials.Kind.allCases {
      let certificate = try PushCertificate(p12: try bytes("\(kind.rawValue).p12"), passphrase: password)
      #expect(certificate.facts.bundleID == "com.example.app")
      #expect(
        (certificate.facts.expiryWarning(now: Self.now) != nil) == (kind == .expired || kind == .nextMonth))
    }
  }

  /// A key that cannot be read may be in use: it is not replaced by a new one.
  @Test(arguments: ["ca.pem", "ca-key.pem", "AuthKey_KEYID00001.p8", "sandbox.pem"])
  func aFileThatCannotBeReadIsNotWrittenOver(_ name: String) throws {
    _ = try prepare()
    let large = [UInt8](repeating: 0x61, count: 4 << 20)
    try Data(large).write(to: folder.appending(path: name))
    let error = #expect(throws: CredentialError.self) { try self.prepare() }
    #expect(error?.message.contains(name) == true)
    #expect(try bytes(name) == large)
  }

  @Test func oneFileOfAPairIsNotEnough() throws {
    let first = try prepare()
    try FileManager.default.removeItem(at: folder.appending(path: "ca-key.pem"))
    #expect(try prepare().authority != first.authority)
  }
}
