import Foundation
import Testing

struct NewCommandTests {
  @Test(arguments: ["blank", "rewrite", "recall", "localize", "decrypt", "content"])
  func everyTemplatePassesAtOnce(_ template: String) throws {
    try Program.withFolder { folder in
      let made = try Program.run(["new", "my-plugin", "--template", template], in: folder)
      #expect(made.status == 0, "\(made.errors)")
      let next =
        template == "content"
        ? "notilua preview --plugin plugins/my-plugin plugins/my-plugin/payload.json"
        : "notilua test plugins/my-plugin"
      #expect(made.text.hasSuffix("next: \(next)\n"))
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

  /// A reader who follows the page of a new plugin word by word gets no error.
  @Test(arguments: ["blank", "rewrite", "recall", "localize", "decrypt", "content"], ["plugins", "set"])
  func everyCommandOfATemplatesPageRuns(_ template: String, _ plugins: String) throws {
    try Program.withFolder { folder in
      let options = ["new", "my-plugin", "--template", template, "--plugins", plugins]
      #expect(try Program.run(options, in: folder).status == 0)
      let page = try String(
        contentsOf: folder.appending(path: "\(plugins)/my-plugin/README.md"), encoding: .utf8)
      for block in page.matches(of: /```\w+ (\S+)\n((?:.|\n)*?)```/) {
        try String(block.2).write(
          to: folder.appending(path: String(block.1)), atomically: true, encoding: .utf8)
      }
      let commands = page.replacing(/```(?:.|\n)*?```/, with: "").split(separator: "\n").filter {
        $0.hasPrefix("    ")
      }.map { $0.dropFirst(4) }
      #expect(commands.count { $0.contains("payload.json") } == 1)
      for command in commands {
        let ended = try GuidePage.run(String(command), in: folder)
        #expect(ended.status == 0, "\(command): \(ended.text)\(ended.errors)")
        // What the template is for is seen to happen.
        let seen = [
          "blank": "my-plugin  no change", "recall": "recalls message 5FSClm2g", "content": "Order  7",
        ]
        if command.contains("payload.json") {
          #expect(ended.text.contains(seen[template] ?? "delivered, changed"), "\(command): \(ended.text)")
          if template == "content" { #expect(ended.text.contains("[ Confirm ] [ ! Cancel the order ]")) }
        }
      }
    }
  }

  @Test func aConfigurationIsTheOperators() throws {
    try Program.withFolder { folder in
      let file = folder.appending(path: "notilua.yaml")
      try "presentation: { app: { name: Mine } }\n".write(to: file, atomically: true, encoding: .utf8)
      let made = try Program.run(["new", "my-plugin", "--template", "content"], in: folder)
      #expect(made.status == 0 && !made.text.contains("wrote notilua.yaml"))
      #expect(try String(contentsOf: file, encoding: .utf8) == "presentation: { app: { name: Mine } }\n")
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
      // The module that comes with the program is the one that editors see, here and in the repository.
      let module = try String(
        contentsOf: folder.appending(path: "set/.editor/settings.lua"), encoding: .utf8)
      let shipped = Program.root.appending(path: "plugins/.editor/settings.lua")
      #expect(module == (try String(contentsOf: shipped, encoding: .utf8)))
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
