/// One instruction of Lua 5.4's virtual machine, as `lopcodes.h` lays it out.
package struct LuaInstruction: Sendable, Equatable {
  /// The operations, in the order of their numbers.
  package enum Operation: UInt8, Sendable {
    case move, loadInteger, loadFloat, loadConstant, loadConstantExtra, loadFalse, loadFalseSkip, loadTrue,
      loadNil
    case getUpvalue, setUpvalue, getUpvalueField, getTable, getIndex, getField
    case setUpvalueField, setTable, setIndex, setField, newTable, method
    case addInteger, addConstant, subtractConstant, multiplyConstant, moduloConstant, powerConstant
    case divideConstant, floorDivideConstant, andConstant, orConstant, xorConstant, shiftRightInteger
    case shiftLeftInteger
    case add, subtract, multiply, modulo, power, divide, floorDivide, and, or, xor, shiftLeft, shiftRight
    case metamethod, metamethodInteger, metamethodConstant
    case negate, complement, not, length, concatenate, close, toBeClosed, jump
    case equal, less, lessOrEqual, equalConstant, equalInteger, lessInteger, lessOrEqualInteger
    case greaterInteger, greaterOrEqualInteger, test, testSet
    case call, tailCall, `return`, returnNothing, returnOne
    case forLoop, forPrepare, genericForPrepare, genericForCall, genericForLoop
    case setList, closure, variadic, variadicPrepare, extraArgument
  }

  /// The instruction as `lopcodes.h` lays it out: 7 bits for the operation, the operands above.
  package let bits: UInt32

  /// Creates an instruction of its 32 bits.
  package init(bits: UInt32) { self.bits = bits }

  /// The operation; nil where the number is that of none.
  package var operation: Operation? { Operation(rawValue: UInt8(bits & 0x7F)) }
  /// The operand A, of 8 bits: mostly the register that is written.
  package var a: Int { Int(bits >> 7 & 0xFF) }
  /// The operand B, of 8 bits.
  package var b: Int { Int(bits >> 16 & 0xFF) }
  /// The operand C, of 8 bits.
  package var c: Int { Int(bits >> 24) }
  /// The flag k: mostly, that C is a constant.
  package var k: Bool { bits >> 15 & 1 == 1 }
  /// The operand Bx, of 17 bits: mostly the number of a constant or a function.
  package var bx: Int { Int(bits >> 15) }
  /// The operand sBx: Bx less 65535.
  package var signedBx: Int { bx - 65535 }
  /// By how many instructions a jump goes on, behind the next one.
  package var jump: Int { Int(bits >> 7) - 16_777_215 }

  /// The registers that it writes; those of a call with an open number of results go on to the end.
  package var written: Range<Int> {
    switch operation {
    case .move, .loadInteger, .loadFloat, .loadConstant, .loadConstantExtra, .loadFalse, .loadFalseSkip,
      .loadTrue,
      .getUpvalue, .getUpvalueField, .getTable, .getIndex, .getField, .newTable, .addInteger, .addConstant,
      .subtractConstant, .multiplyConstant, .moduloConstant, .powerConstant, .divideConstant,
      .floorDivideConstant,
      .andConstant, .orConstant, .xorConstant, .shiftRightInteger, .shiftLeftInteger, .add, .subtract,
      .multiply,
      .modulo, .power, .divide, .floorDivide, .and, .or, .xor, .shiftLeft, .shiftRight, .negate, .complement,
      .not,
      .length, .concatenate, .testSet, .closure:
      return a..<a + 1
    case .metamethod, .metamethodInteger, .metamethodConstant:
      // The result goes where the instruction before would have put it.
      return 0..<0
    case .loadNil: return a..<a + b + 1
    case .method: return a..<a + 2
    case .call: return a..<(c == 0 ? Self.registerLimit : a + c - 1)
    case .variadic: return a..<(c == 0 ? Self.registerLimit : a + c - 1)
    case .forLoop, .forPrepare: return a..<a + 4
    case .genericForPrepare: return a + 3..<a + 4
    case .genericForCall: return a + 4..<a + 4 + c
    case .genericForLoop: return a + 2..<a + 3
    default: return 0..<0
    }
  }

  /// One more than the highest register: `MAXREGS`.
  package static let registerLimit = 256
}
