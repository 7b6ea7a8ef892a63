import Foundation
import Testing

/// The definitions for editors have what plugins find, and nothing more.
struct EditorDefinitionsTests {
  /// A plugin that tells a quarter of the names in its environment, as an error, which has a limit.
  private static let teller = """
    local names = {}
    local function tell(table_of, prefix)
      for name, value in pairs(table_of) do
        names[#names + 1] = prefix .. name
        if type(value) == "table" and value ~= _G then tell(value, prefix .. name .. ".") end
      end
    end
    tell(_G, "")
    table.sort(names)
    local part = {}
    for index = QUARTER, #names, 4 do part[#part + 1] = names[index] end
    error("names: " .. table.concat(part, " "), 0)
    """

  @Test func definesTheWholeEnvironment() throws {
    let definitions = try Program.run(["manual", "--editor"]).text
    let defined = definitions.matches(of: /\n(?:function )?([A-Za-z_][\w.]*)(?:\(| = )/).map { String($0.1) }
      .filter { !$0.hasPrefix("view.") && $0 != "test" }
    let told = try Program.withFolder { folder in
      for quarter in 1...4 {
        let source = Self.teller.replacing("QUARTER", with: "\(quarter)")
        try source.write(to: folder.appending(path: "p\(quarter).lua"), atomically: true, encoding: .utf8)
      }
      return try Program.run(["check", "--plugins", folder.path]).text
    }
    let found = told.components(separatedBy: "names: ").dropFirst()
      .flatMap { $0.prefix { $0 != "\n" }.split(separator: " ").map(String.init) }
    #expect(found.count > 90)
    #expect(defined.sorted() == found.sorted())
  }

  @Test func settingsOfTheServerTurnItsOwnLibraryOff() throws {
    try Program.withFolder { folder in
      let ended = try Program.run(["new", "x"], in: folder)
      #expect(ended.status == 0)
      let data = try Data(contentsOf: folder.appending(path: ".luarc.json"))
      let settings = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      let libraries = try #require(settings["runtime.builtin"] as? [String: String])
      // Those of Lua 5.4 that the Lua language server has; "builtin" has its types.
      #expect(
        Set(libraries.keys) == [
          "basic", "coroutine", "debug", "io", "math", "os", "package", "string", "table", "utf8",
        ])
      #expect(libraries.values.allSatisfy { $0 == "disable" })
    }
  }
}
