import LuaSandbox
import PluginRuntime
import Testing
import WorkerProtocol

struct ChunkLinesTests {
  private static func lines(_ source: String) throws -> ChunkLines {
    let interpreter = try LuaInterpreter(
      limits: LuaLimits(), model: PayloadModel.boundary(), names: PayloadModel.names,
      plugin: nil)
    return ChunkLines(try interpreter.compiled(chunkName: "p.lua", source: Array(source.utf8)))
  }

  @Test func linesOfFunctionsThatNobodyMadeAreThere() throws {
    let found = try Self.lines(
      """
      -- A comment.
      local function outer(a)
        local function inner()
          return a
        end
        return inner
      end

      return {
        1,
        outer,
        function() return
          2 end,
      }
      """)
    #expect(found.functions == [2...7, 3...5, 12...13])
    #expect(found.lines.contains(4))
    #expect(found.lines.filter { [1, 8].contains($0) } == [])
    #expect(Set([10, 11, 13]).isSubset(of: found.lines))
  }

  /// Where lines are far apart, Lua writes them as numbers.
  @Test func farLinesAreRight() throws {
    let gap = String(repeating: "\n", count: 300)
    let found = try Self.lines("local a = 1\(gap)a = a + 1\(gap)return a")
    #expect(found.lines == [1, 301, 601])
    let long = (1...500).map { "x\($0) = \($0)" }.joined(separator: "\n")
    #expect(try Self.lines(long).lines == Array(1...500))
  }

  @Test func everyKindOfConstantIsPassedOver() throws {
    let found = try Self.lines(
      "local a <const>, f = 1.5, ...\nf(nil, true, false, 7, 1e300, 'short', ('x'), \"\(String(repeating: "long", count: 50))\")\nreturn f"
    )
    #expect(found.lines == [1, 2, 3])
  }

  @Test func bytesThatAreNoCodeAreRefused() {
    for bytes: [UInt8] in [
      [], [0x1B], Array("\u{1B}Lua".utf8),
      [0x1B, 0x4C, 0x75, 0x61, 0x54, 0x00] + Array(repeating: 0xFF, count: 100),
    ] {
      #expect(throws: CompiledFunction.Unreadable.self) { try CompiledFunction(code: bytes) }
    }
  }
}
