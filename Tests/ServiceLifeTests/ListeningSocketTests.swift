import Foundation
import ServiceLife
import Testing

/// A socket is there for its user alone, and takes nobody else's place.
struct ListeningSocketTests {
  private static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "n-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private static func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  /// In a process of its own: the mask of this one is that of every test's files.
  @Test func aPathIsItsUsersAlone() async {
    await #expect(processExitsWith: .success) {
      umask(0)
      try Self.withFolder { folder in
        let socket = try ListeningSocket(path: folder + "/s")
        #expect(try Self.mode(folder + "/s") == 0o600)
        #expect(socket.isLocal && socket.port == nil)
        socket.removeFile()
        #expect(!FileManager.default.fileExists(atPath: folder + "/s"))
        close(socket.descriptor)
      }
    }
  }

  @Test func aSocketThatNobodyServesIsReplacedAndOneThatIsServedIsNot() throws {
    try Self.withFolder { folder in
      let first = try ListeningSocket(path: folder + "/s")
      let error = #expect(throws: ListeningSocket.Failure.self) { try ListeningSocket(path: folder + "/s") }
      #expect(error?.message.contains("already") ?? false)
      close(first.descriptor)
      let second = try ListeningSocket(path: folder + "/s")
      // The file is another's now.
      first.removeFile()
      #expect(FileManager.default.fileExists(atPath: folder + "/s"))
      close(second.descriptor)
    }
  }

  /// RFC 6890: 127.0.0.0/8 and ::1 are loopback; RFC 4291 §2.5.5.2 writes the former into addresses of IPv6 as well.
  @Test(arguments: [
    ("127.0.0.1", false), ("127.9.8.7", false), ("::1", false), ("::ffff:127.0.0.1", false),
    ("0.0.0.0", true),
    ("::", true), ("::ffff:0.0.0.0", true),
  ])
  func anAddressIsOpenToOthersOrNot(_ host: String, _ isOpen: Bool) throws {
    // A machine without IPv6 has nothing to judge.
    guard let socket = try? ListeningSocket(host: host, port: 0) else {
      #expect(host.contains(":"))
      return
    }
    #expect(socket.isOpenToOthers == isOpen)
    close(socket.descriptor)
  }

  @Test func aFileInItsPlaceStays() throws {
    try Self.withFolder { folder in
      try Data("kept".utf8).write(to: URL(fileURLWithPath: folder + "/s"))
      try FileManager.default.createSymbolicLink(atPath: folder + "/l", withDestinationPath: folder + "/s")
      for name in ["/s", "/l"] {
        let error = #expect(throws: ListeningSocket.Failure.self) { try ListeningSocket(path: folder + name) }
        #expect(error?.message.contains("is no socket") ?? false)
      }
      #expect(try String(contentsOfFile: folder + "/s", encoding: .utf8) == "kept")
    }
  }

  /// `sun_path` has 108 bytes, and one of them ends it: unix(7).
  @Test func aPathFitsOrIsRefused() throws {
    try Self.withFolder { folder in
      let fits = folder + "/" + String(repeating: "x", count: 107 - folder.utf8.count - 1)
      close(try ListeningSocket(path: fits).descriptor)
      for path in [fits + "x", "", "a\0b"] {
        let error = #expect(throws: ListeningSocket.Failure.self) { try ListeningSocket(path: path) }
        #expect(error?.message.contains("107") ?? false)
      }
      #expect(throws: ListeningSocket.Failure.self) { try ListeningSocket(path: folder + "/none/s") }
    }
  }

  @Test(arguments: ["127.0.0.1", "localhost"])
  func anAddressListens(_ host: String) throws {
    let socket = try ListeningSocket(host: host, port: 0)
    let port = try #require(socket.port)
    #expect(port > 0 && !socket.isLocal)
    let error = #expect(throws: ListeningSocket.Failure.self) { try ListeningSocket(host: host, port: port) }
    #expect(error?.message.contains("\(host):\(port)") ?? false)
    close(socket.descriptor)
  }

  @Test(arguments: ["192.0.2.1", "a b", "host.invalid"])
  func anAddressThatIsNotOursIsRefused(_ host: String) {
    #expect(throws: ListeningSocket.Failure.self) { try ListeningSocket(host: host, port: 0) }
  }

  @Test func noSocketIsPassedToTests() throws {
    #expect(try PassedSockets(known: ["front"]).isEmpty)
    #expect(try PassedSockets(known: [])["front"] == [])
  }
}
