import LuaSandbox
import PluginRuntime
import Testing
import WorkerProtocol

/// Compiled chunks as `string.dump` writes them, whole and damaged.
struct CompiledFunctionTests {
  private static func compiled(_ source: String) throws -> CompiledFunction {
    let interpreter = try LuaInterpreter(
      limits: LuaLimits(), model: PayloadModel.boundary(), names: PayloadModel.names, plugin: nil)
    return try interpreter.compiled(chunkName: "p.lua", source: Array(source.utf8))
  }

  @Test func namesLinesAndConstantsAreThere() throws {
    let chunk = try Self.compiled(
      """
      local text = "hi"
      local function add(a, b, ...)
        local sum = a + b
        return sum, text, 7.5
      end
      return add
      """)
    #expect((chunk.firstLine, chunk.parameterCount, chunk.isVariadic) == (0, 0, true))
    #expect(chunk.locals.map(\.name) == ["text", "add"])
    #expect(chunk.locals.map(\.register) == [0, 1])
    #expect(chunk.constants == [.text("hi")])
    #expect(chunk.lines.count == chunk.instructions.count)
    let add = try #require(chunk.functions.first)
    #expect((add.firstLine, add.lastLine, add.parameterCount, add.isVariadic) == (2, 5, 2, true))
    #expect(add.locals.map(\.name) == ["a", "b", "sum"])
    #expect(add.upvalues.map(\.isLocal) == [true])
    #expect(add.upvalues.map(\.index) == [0])
    #expect(add.constants.contains(.number(7.5)))
    #expect(Set(add.lines).isSubset(of: 2...5))
  }

  @Test func constantsKeepTheirTypes() throws {
    let chunk = try Self.compiled(
      "return { [true] = nil, a = 9007199254740993, b = 1e300, c = '\\0x', d = ('é'):rep(100) }")
    #expect(chunk.constants.contains(.integer(9_007_199_254_740_993)))
    #expect(chunk.constants.contains(.number(1e300)))
    #expect(chunk.constants.contains(.text("\0x")))
  }

  @Test(arguments: [[], [0x1B], Array("\u{1B}Lua".utf8), Array(repeating: 0xFF, count: 200)] as [[UInt8]])
  func otherBytesAreRefused(_ bytes: [UInt8]) {
    #expect(throws: CompiledFunction.Unreadable.self) { _ = try CompiledFunction(code: bytes) }
  }
}
