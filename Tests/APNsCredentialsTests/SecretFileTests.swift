import APNsCredentials
import Foundation
import Testing

/// Files that only their owner may read.
final class SecretFileTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  @Test func whatIsCreatedIsReadAndNotWrittenOver() throws {
    try SecretFile.create(path("a"), [1, 2, 3])
    let attributes = try FileManager.default.attributesOfItem(atPath: path("a"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try SecretFile.read(path("a")) == [1, 2, 3])
    #expect(throws: CredentialError.self) { try SecretFile.create(self.path("a"), [4]) }
    #expect(try SecretFile.read(path("a")) == [1, 2, 3])
    // A link leads to what somebody else has chosen.
    try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: path("b"))
    #expect(throws: CredentialError.self) { try SecretFile.create(self.path("link"), [4]) }
    #expect(!FileManager.default.fileExists(atPath: path("b")))
  }

  @Test(arguments: [0o640, 0o604, 0o660, 0o601, 0o620]) func othersMayNotReadIt(_ mode: Int) throws {
    try SecretFile.create(path("a"), [1])
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path("a"))
    let error = #expect(throws: CredentialError.self) { try SecretFile.read(self.path("a")) }
    #expect(error?.message.contains("chmod 600") == true)
    #expect(try SecretFile.read(path("a"), isPublic: true) == [1])
  }

  @Test func whatIsNoFileHasItsPathInTheError() {
    for name in ["none", "."] {
      let error = #expect(throws: CredentialError.self) { try SecretFile.read(self.path(name)) }
      #expect(error?.message.contains("secret-") == true)
    }
  }
}
