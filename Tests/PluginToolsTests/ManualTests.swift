import Foundation
import PluginTools
import Testing

/// The manual page and the editor file in the repository are the ones that the source makes.
struct ManualTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func thePageIsTheOneThatTheSourceMakes() throws {
    let page = Self.root.appending(path: "Sources/Notilua/Notilua.docc/PluginManual.md")
    #expect(try String(contentsOf: page, encoding: .utf8) == Manual(try BuiltWorker.interface()).page)
  }

  @Test func theEditorFileIsTheOneThatTheSourceMakes() throws {
    let file = Self.root.appending(path: "plugins/.editor/notilua.lua")
    #expect(
      try String(contentsOf: file, encoding: .utf8) == Manual(try BuiltWorker.interface()).editorDefinitions)
  }
}
