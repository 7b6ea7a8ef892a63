import Foundation
import Testing

struct NewCommandTests {
  @Test(arguments: ["blank", "rewrite", "recall", "localize", "decrypt", "content"])
  func everyTemplatePassesAtOnce(_ template: String) throws {
    try Program.withFolder { folder in
      let made = try Program.run(["new", "my-plugin", "--template", template], in: folder)
      #expect(made.status == 0, "\(made.errors)")
      #expect(made.text.hasSuffix("next: notilua test plugins/my-plugin\n"))
      let tested = try Program.run(["test", "--threshold", "100", "--ci"], in: folder)
      #expect(tested.status == 0, "\(tested.text)\(tested.errors)")
      let checked = try Program.run(["check"], in: folder)
      #expect(checked.status == 0)
      #expect(checked.text.contains("1 plugin, 0 errors, "), "\(checked.text)")
      if template != "decrypt" { #expect(checked.text.contains(" 0 warnings")) }
      let readme = try String(
        contentsOf: folder.appending(path: "plugins/my-plugin/README.md"), encoding: .utf8)
      #expect(readme.hasPrefix("# my-plugin\n"))
      for line in made.text.split(separator: "\n") where line.hasPrefix("wrote ") {
        #expect(
          FileManager.default.fileExists(atPath: folder.appending(path: String(line.dropFirst(6))).path))
      }
    }
  }

  @Test func editorsFindTheDefinitions() throws {
    try Program.withFolder { folder in
      try "kept".write(to: folder.appending(path: ".luarc.json"), atomically: true, encoding: .utf8)
      let made = try Program.run(["new", "a", "--plugins", "set"], in: folder)
      #expect(made.status == 0)
      let definitions = try String(
        contentsOf: folder.appending(path: "set/.editor/notilua.lua"), encoding: .utf8)
      #expect(definitions == (try Program.run(["manual", "--editor"], in: folder)).text)
      // What is there is the author's.
      #expect(try String(contentsOf: folder.appending(path: ".luarc.json"), encoding: .utf8) == "kept")
      try FileManager.default.removeItem(at: folder.appending(path: ".luarc.json"))
      _ = try Program.run(["new", "b", "--plugins", "set"], in: folder)
      let settings = try JSONSerialization.jsonObject(
        with: Data(contentsOf: folder.appending(path: ".luarc.json")))
      #expect((settings as? [String: Any])?["workspace.library"] as? [String] == ["set/.editor"])
      let readme = try String(contentsOf: folder.appending(path: "set/b/README.md"), encoding: .utf8)
      #expect(readme.contains("notilua test set/b\n"))
    }
  }

  @Test(arguments: [
    (["Bad"], "'Bad' is no name for a plugin"), (["../x"], "is no name for a plugin"),
    (["lib"], "'lib' is no name for a plugin"),
    (["a", "--template", "x"], "--template is 'x'; use one of blank, rewrite"),
    (["there"], "'plugins/there' is there already"),
  ])
  func nothingIsWrittenOver(_ arguments: [String], _ message: String) throws {
    try Program.withFolder { folder in
      try FileManager.default.createDirectory(
        at: folder.appending(path: "plugins/there"), withIntermediateDirectories: true)
      let ended = try Program.run(["new"] + arguments, in: folder)
      #expect(ended.status == 64)
      #expect(ended.errors.contains(message), "\(ended.errors)")
    }
  }
}
