import Foundation
import Testing

/// What holds keys and queues runs no Lua, and what runs Lua holds neither.
struct LinkedLibrariesTests {
  private static func libraries(_ program: String) throws -> [String] {
    try ELFFile(Program.folder.appending(path: program)).neededLibraries
  }

  @Test(arguments: ["notilua", "notilua-thumbnailer", "SwiftProgram"])
  func onlyTheWorkerLinksLua(_ program: String) throws {
    let libraries = try Self.libraries(program)
    #expect(libraries.contains("libc.so.6"))
    #expect(libraries.filter { $0.contains("lua") } == [])
  }

  @Test func theWorkerLinksLuaAndNothingOfANetwork() throws {
    let libraries = try Self.libraries("notilua-worker")
    #expect(libraries.contains { $0.hasPrefix("liblua5.4") })
    for heavy in ["Foundation", "dispatch", "nghttp2", "sqlite", "systemd", "ssl.so"] {
      #expect(!libraries.contains { $0.contains(heavy) }, "the worker links \(heavy)")
    }
  }
}
