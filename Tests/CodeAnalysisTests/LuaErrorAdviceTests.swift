import CodeAnalysis
import PluginRuntime
import Testing

/// What to do about errors in Lua's own words; `Tests/EndToEndTests/Beginners` has what people see.
struct LuaErrorAdviceTests {
  private static func advice(_ message: String, _ source: String? = nil, modules: [String] = []) -> String? {
    LuaErrorAdvice(message, modules: modules) { path in
      path == "p.lua" ? source.map { Array($0.utf8) } : nil
    }?.text
  }

  @Test(arguments: [
    ("p.lua:1: syntax error near 'name'", "let name = a.name", "write 'local name = value'"),
    // The word may stand on the line before, and the token on the line more than once.
    (
      "p.lua:2: syntax error near 'a'", "try\n  a.b = a",
      "write 'local isGood, problem = pcall(function() … end)'"
    ),
    ("p.lua:1: 'then' expected near '!'", "if a != b then end", "write '~='"),
    ("p.lua:1: unexpected symbol near '!'", "if !a then end", "write 'not'"),
    ("p.lua:1: syntax error near '+'", "a.b += 1", "write 'name = name + value'"),
    ("p.lua:1: syntax error near '+'", "a++", "write 'name = name + 1'"),
    ("p.lua:1: unexpected symbol near '//'", "// words", "a comment begins with '--'"),
    ("p.lua:1: unexpected symbol near '<\\226>'", "x = “d”", "“ is a typographic quote; write \" or '"),
    (
      "p.lua:3: 'end' expected (to close 'if' at line 1) near <eof>", "if a then\nelse if b then\nend",
      "line 2 has 'else if', which needs an 'end' of its own; write 'elseif'"
    ),
    ("p.lua:2: <eof> expected near 'end'", "x = 1\nend", "there is an 'end' too many"),
    ("p.lua:1: attempt to add a 'string' with a 'string'", "x = a + b", "texts are joined with '..'"),
    ("p.lua:1: attempt to add a 'number' with a 'string'", "x = 1 + b", "write 'tonumber(text)'"),
    ("p.lua:1: attempt to add a 'string' with a 'number'", "x = b + 1", "write 'tonumber(text)'"),
    (
      "p.lua:1: attempt to add a 'string' with a 'nil'", "x = b + c",
      "it is not there; test it first, with 'if … then'"
    ),
    (
      "p.lua:1: attempt to perform arithmetic on a null value (field 'n')", "x = (a.n or 1) + 1",
      "JSON's null counts as true; test it first, with 'if value ~= notilua.null then … end'"
    ),
    (
      "p.lua:1: attempt to compare number with null", "x = 1 < a.n",
      "JSON's null counts as true; test it first, with 'if value ~= notilua.null then … end'"
    ),
    ("p.lua:1: attempt to get length of a content value (local 'content')", nil, "the text is content.body"),
    (
      #"p.lua:1: <name> expected near '"d"'"#, #"x = { y = a:b(), description: "d" }"#,
      #"write 'description = "d"' in a table"#
    ),
    (#"p.lua:2: <name> expected near '"d"'"#, "x = {\n  a: \"d\",", #"write 'a = "d"' in a table"#),
    ("p.lua:1: function arguments expected near '}'", "x = { a: b }", "write 'a = b' in a table"),
    ("p.lua:1: '}' expected near ':'", #"x = { "a": 1 }"#, "write 'name = value' in a table"),
    (#"p.lua:1: invalid escape sequence near '"\('"#, #"x = "\(name)""#, "join texts with '..'"),
    ("p.lua:1: '}' expected near '<\\195>'", "x = { Jürgen = true }", "write '[\"Jürgen\"] = …'"),
    ("p.lua:1: unexpected symbol near '<\\195>'", "x = { Ämter = true }", "write '[\"Ämter\"] = …'"),
    (
      "p.lua:1: unexpected symbol near '<\\195>'", "Ämter = 1",
      "Ä (U+00C4) stands outside of a text; names have letters of ASCII, digits and _"
    ),
    ("p.lua:1: invalid use of '%' in replacement string", nil, "write '%%' for the sign"),
    (
      "p.lua:1: attempt to index a null value (field 'user')", nil,
      "JSON's null counts as true; test it first, with 'if value ~= notilua.null then … end'"
    ),
    ("p.lua:1: module 'word' is neither", nil, "did you mean 'words'?"),
    (
      "p.lua:1: bad argument #1 to 'upper' (string expected, got no value)", "x = a.upper()",
      "write 'text:upper(…)', with a colon"
    ),
  ])
  func saysWhatToWrite(_ message: String, _ source: String?, _ wanted: String) {
    #expect(Self.advice(message, source, modules: ["words", "other"]) == wanted)
  }

  @Test(arguments: [
    "", ":", "p.lua", "p.lua:1", "p.lua:0: syntax error near 'x'",
    "no place at all: attempt to index a nil value",
    "p.lua:1: a text of the plugin's own", "p.lua:99999999999999999999: syntax error near 'x'",
    "p.lua:1: bad argument #1 to 'upper' (string expected, got no value)",
    "p.lua:1: syntax error near ''", "p.lua:1: unexpected symbol near '<\\'",
    "p.lua:1: unexpected symbol near '<\\999>'",
    "p.lua:7: '}' expected (to close '{' at line 99999999999999999999) near 'x", "p.lua:3: syntax error near",
    "p.lua:1: '}' expected (to close '{' at line 0) near 'x'",
    "p.lua:1: '}' expected (to close '{' at line 2) near 'x'",
    "p.lua:1: '}' expected (to close '{' at line 9223372036854775807) near 'x'",
  ])
  func hasNothingToSayOrAtLeastDoesNotTrap(_ message: String) {
    for source in [nil, "", "\n\n\n", "x", "\u{0}\u{FFFD}'"] {
      let advice = Self.advice(message, source)
      if !message.contains(" near ") { #expect(advice == nil, "\(message)") }
    }
  }

  @Test func aLongLineIsNoBurden() {
    let line = String(repeating: "x ", count: 100_000)
    #expect(Self.advice("p.lua:1: syntax error near 'x'", line) == nil)
  }
}
