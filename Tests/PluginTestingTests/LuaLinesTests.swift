import PluginTesting
import Testing

/// Lines as Lua's lexer counts them (llex.c, inclinenumber).
struct LuaLinesTests {
  @Test(
    arguments: [
      ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("a\r\nb", ["a", "b"]),
      ("a\n\rb", ["a", "b"]), ("a\rb", ["a", "b"]),
      ("a\n\nb", ["a", "", "b"]), ("a\r\rb", ["a", "", "b"]), ("\r\n\r\n", ["", ""]), ("\n\r\n", ["", ""]),
      ("a\u{2028}b", ["a\u{2028}b"]),
    ] as [(String, [String])])
  func linesEndAsLuasDo(_ source: String, _ lines: [String]) {
    #expect(LuaLines.of(Array(source.utf8)) == lines)
  }
}
