import APNsCredentials
import ClientKeys
import Foundation
import NotificationModel
import Testing

/// The file of door keys as it is edited, replaced and broken.
struct KeyWatchTests {
  static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "door-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private static func key(_ keyID: String) throws -> DoorKey {
    let der = try #require(Base64.decode(Array(KeyFileTests.publicKey.utf8)))
    return try DoorKey(
      keyID: keyID, teamID: "DEF123GHIJ", publicKey: try VerificationKey(der: der),
      grant: KeyGrant(topics: .apps(["com.example.app"]), rate: KeyRate(perSecond: 3, burst: 4)))
  }

  private static func write(_ text: String, _ path: URL) throws { try Data(text.utf8).write(to: path) }

  @Test func changesAreSeenHoweverTheyAreMade() throws {
    try Self.withFolder { folder in
      let path = folder.appending(path: "door-keys")
      let file = DoorKeyFile(path.path)
      #expect(throws: CredentialError.self) { try DoorKeys(path.path) }
      try file.add(try Self.key("ABC123DEFG"))
      let keys = try DoorKeys(path.path)
      #expect(keys.current == [try Self.key("ABC123DEFG")] && keys.change() == nil)
      try file.add(try Self.key("ABC123DEFH"))
      #expect(keys.change() == .replaced(2) && keys.change() == nil)
      try file.remove("ABC123DEFG")
      #expect(keys.change() == .replaced(1) && keys.current.map(\.keyID) == ["ABC123DEFH"])
      // In place, with the same size and the same times: what "sed -i" and "touch -r" can do.
      let text = try String(contentsOf: path, encoding: .utf8)
      let handle = try FileHandle(forUpdating: path)
      try handle.write(contentsOf: Data(text.replacing("ABC123DEFH", with: "ABC123DEFK").utf8))
      try handle.close()
      #expect(keys.change() == .replaced(1) && keys.current.map(\.keyID) == ["ABC123DEFK"])
      // Emptied: everything is revoked.
      try Self.write("", path)
      #expect(keys.change() == .replaced(0) && keys.current.isEmpty)
    }
  }

  @Test func aFileThatIsGoneRevokesEverything() throws {
    try Self.withFolder { folder in
      let path = folder.appending(path: "door-keys")
      let file = DoorKeyFile(path.path)
      try file.add(try Self.key("ABC123DEFG"))
      let keys = try DoorKeys(path.path)
      try FileManager.default.removeItem(at: path)
      #expect(keys.change() == .removed && keys.current.isEmpty && keys.change() == nil)
      try file.add(try Self.key("ABC123DEFG"))
      #expect(keys.change() == .replaced(1))
    }
  }

  @Test func aBrokenFileLeavesTheKeysInForce() throws {
    try Self.withFolder { folder in
      let path = folder.appending(path: "door-keys")
      let file = DoorKeyFile(path.path)
      try file.add(try Self.key("ABC123DEFG"))
      let good = try String(contentsOf: path, encoding: .utf8)
      let keys = try DoorKeys(path.path)
      try Self.write(good + "{\n", path)
      guard case .refused(let error) = keys.change() else {
        Issue.record("it was read")
        return
      }
      #expect(error.message.hasPrefix("\(path.path):2: ") && keys.current.count == 1)
      // Once, and again where there is another fault.
      #expect(keys.change() == nil)
      try Self.write(good + "[]\n", path)
      guard case .refused = keys.change() else {
        Issue.record("it was read")
        return
      }
      try Self.write(good, path)
      #expect(keys.change() == .replaced(1) && keys.change() == nil)
      // A folder in its place, and a file that is too large.
      try FileManager.default.removeItem(at: path)
      try FileManager.default.createDirectory(at: path, withIntermediateDirectories: false)
      guard case .refused = keys.change() else {
        Issue.record("it was read")
        return
      }
      try FileManager.default.removeItem(at: path)
      try Self.write(String(repeating: "#\n", count: 1 << 20), path)
      guard case .refused = keys.change() else {
        Issue.record("it was read")
        return
      }
      #expect(keys.current.count == 1)
    }
  }

  /// Kubernetes switches the link `..data` of a mounted folder.
  @Test func aLinkThatIsSwitchedIsSeen() throws {
    try Self.withFolder { folder in
      let files = FileManager.default
      for (name, keyID) in [("one", "ABC123DEFG"), ("two", "ABC123DEFH")] {
        try files.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: false)
        try DoorKeyFile(folder.appending(path: "\(name)/door-keys").path).add(try Self.key(keyID))
      }
      let link = folder.appending(path: "data").path
      try files.createSymbolicLink(atPath: link, withDestinationPath: "one")
      let keys = try DoorKeys("\(link)/door-keys")
      #expect(keys.current.map(\.keyID) == ["ABC123DEFG"])
      try files.createSymbolicLink(atPath: link + ".new", withDestinationPath: "two")
      #expect(rename(link + ".new", link) == 0)
      #expect(keys.change() == .replaced(1) && keys.current.map(\.keyID) == ["ABC123DEFH"])
    }
  }

  @Test func editingKeepsWhatPeopleWrote() throws {
    try Self.withFolder { folder in
      let path = folder.appending(path: "door-keys")
      let line = try Self.key("ABC123DEFG").line
      try Self.write("# The backend.\r\n\(line)\r\n\n  # No end of line behind this", path)
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path.path)
      let file = DoorKeyFile(path.path)
      try file.add(try Self.key("ABC123DEFH"))
      #expect(throws: CredentialError.self) { try file.add(try Self.key("ABC123DEFH")) }
      try file.remove("ABC123DEFG")
      let other = try Self.key("ABC123DEFH").line
      #expect(
        try String(contentsOf: path, encoding: .utf8)
          == "# The backend.\r\n\n  # No end of line behind this\n\(other)\n")
      let mode = try FileManager.default.attributesOfItem(atPath: path.path)[.posixPermissions] as? Int
      #expect(mode == 0o640)
      #expect(throws: CredentialError.self) { try file.remove("ABC123DEFG") }
      // What is broken is not edited.
      try Self.write("{\n", path)
      #expect(throws: CredentialError.self) { try file.add(try Self.key("ABC123DEFK")) }
      #expect(throws: CredentialError.self) { try file.remove("ABC123DEFK") }
      #expect(try String(contentsOf: path, encoding: .utf8) == "{\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["door-keys"])
    }
  }

  @Test func aNewFileIsForEverybodyToRead() throws {
    try Self.withFolder { folder in
      let path = folder.appending(path: "door-keys").path
      try DoorKeyFile(path).add(try Self.key("ABC123DEFG"))
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o644)
      // Through a link, which stays one.
      let link = folder.appending(path: "link").path
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "door-keys")
      try DoorKeyFile(link).add(try Self.key("ABC123DEFH"))
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "door-keys")
      #expect(try DoorKeyFile(path).keys()?.count == 2)
      #expect(throws: CredentialError.self) {
        try DoorKeyFile(folder.appending(path: "gone/door-keys").path).add(try Self.key("ABC123DEFG"))
      }
    }
  }

  /// Two commands at once: neither takes the other's key away.
  @Test func manyMayEditAtOnce() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "door-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "door-keys").path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask { try DoorKeyFile(path).add(try Self.key("ABC123DE\(10 + index)")) }
      }
      try await group.waitForAll()
    }
    #expect(try DoorKeyFile(path).keys()?.count == 20)
  }
}
