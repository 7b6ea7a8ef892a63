import ConfigurationFiles
import Foundation
import Notilua
import PluginTools
import Testing

/// New plugins: their files, and names that are none.
struct PluginTemplateTests {
  @Test(arguments: PluginTemplate.allCases)
  func everyTemplateHasAPluginAReadmeAndCases(_ template: PluginTemplate) throws {
    let files = Dictionary(uniqueKeysWithValues: template.files(name: "mine").map { ($0.path, $0.text) })
    for path in ["init.lua", "README.md", "payload.json", "tests/cases.yaml"] {
      #expect(files[path]?.hasSuffix("\n") ?? false, "\(path)")
    }
    #expect(files["README.md"]?.hasPrefix("# mine\n") ?? false)
    #expect((try? JSONSerialization.jsonObject(with: Data((files["payload.json"] ?? "").utf8))) != nil)
  }

  private func folder() throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test(arguments: [
    "", "Mine", "a b", "../x", "a/b", "-x", ".x", "a.lua", "lib", "é", String(repeating: "a", count: 61),
  ])
  func otherNamesAreRefused(_ name: String) throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let error = try #require(throws: HostError.self) {
      _ = try PluginTemplate.blank.write(name: name, in: folder, editorDefinitions: "")
    }
    #expect(error.message.contains("is no name for a plugin"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }

  @Test func anExistingPluginIsNotWrittenOver() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try "return {}".write(toFile: folder + "/mine.lua", atomically: true, encoding: .utf8)
    let error = try #require(throws: HostError.self) {
      _ = try PluginTemplate.blank.write(name: "mine", in: folder, editorDefinitions: "")
    }
    #expect(error.message.contains("is there already"))
  }
}
