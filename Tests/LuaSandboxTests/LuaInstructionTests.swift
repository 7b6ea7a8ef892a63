import LuaSandbox
import Testing

/// Instructions by `lopcodes.h` of Lua 5.4: op 7 bits, A 8, k 1, B 8, C 8; Bx 17; sBx less 65535; sJ 25 less 16777215.
struct LuaInstructionTests {
  private func packed(_ operation: UInt32, a: UInt32 = 0, k: UInt32 = 0, b: UInt32 = 0, c: UInt32 = 0)
    -> LuaInstruction
  {
    LuaInstruction(bits: operation | a << 7 | k << 15 | b << 16 | c << 24)
  }

  @Test func operandsHaveTheirBits() {
    let found = packed(1, a: 255, k: 0, b: 1, c: 254)
    #expect((found.a, found.b, found.c, found.k) == (255, 1, 254, false))
    #expect(packed(1, k: 1).k)
    #expect(LuaInstruction(bits: .max).bx == 131_071)
    #expect(LuaInstruction(bits: 0).signedBx == -65_535)
    #expect(LuaInstruction(bits: .max).signedBx == 65_536)
    #expect(LuaInstruction(bits: 0).jump == -16_777_215)
    #expect(LuaInstruction(bits: .max).jump == 16_777_216)
  }

  /// OP_MOVE is 0, OP_JMP 56, OP_CALL 68, OP_RETURN 70, OP_CLOSURE 79 and OP_EXTRAARG 82, the last.
  @Test func operationsHaveTheirNumbers() {
    #expect(packed(68).operation == .call)
    #expect(packed(70).operation == .return)
    #expect(packed(79).operation == .closure)
    #expect(packed(82).operation == .extraArgument)
    #expect(packed(83).operation == nil)
    #expect(packed(127).operation == nil)
  }
}
