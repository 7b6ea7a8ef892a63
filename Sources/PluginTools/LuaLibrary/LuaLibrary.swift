/// The part of Lua's own library that the sandbox has, for editors: their own definitions are of a whole Lua.
enum LuaLibrary {
  /// Definitions in the notation of LuaCATS; a test compares their names with what plugins find.
  static let editorDefinitions = [globals, string, table, math, utf8, os].joined(separator: "\n")
}
