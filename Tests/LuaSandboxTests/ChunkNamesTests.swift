import CLuaBoundary
import LuaSandbox
import PluginRuntime
import Testing
import WorkerProtocol

/// Lua shows the last 56 bytes of a name that is too long for it; people and editors need the path.
struct ChunkNamesTests {
  private static func message(path: String, module: String = "m.lua", _ source: String) throws -> String {
    let interpreter = try LuaInterpreter(
      limits: LuaLimits(), model: PayloadModel.boundary(), names: PayloadModel.names, plugin: nil)
    interpreter.addModule(name: "m", chunkName: module, source: Array("x = = 1".utf8))
    do throws(LuaFault) {
      try interpreter.load(chunkName: path, source: Array(source.utf8))
      return "it was loaded"
    } catch {
      return error.message
    }
  }

  @Test(arguments: [1, 50, 54, 55, 56, 57, 100, 800]) func aPathIsWholeInAMessage(_ count: Int) throws {
    let path = String(repeating: "é/", count: count) + "p.lua"
    #expect(try Self.message(path: path, "x = = 1") == "\(path):1: unexpected symbol near '='")
    #expect(try Self.message(path: path, "\nerror('no')") == "\(path):2: no")
    let inModule = try Self.message(path: "p.lua", module: path, "return require 'm'")
    #expect(inModule.contains("\(path):1: unexpected symbol near '='"), "\(inModule)")
  }

  /// A text of the plugin's own that looks like names does not grow without bound.
  @Test func aTextOfNamesStaysShort() throws {
    let path = String(repeating: "a", count: 4000) + ".lua"
    let shown = "..." + path.suffix(56)
    let message = try Self.message(path: path, "error(('\(shown) '):rep(100), 0)")
    #expect(message.utf8.count < 6000)
  }
}
