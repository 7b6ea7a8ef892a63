import LosslessJSON
import Testing

/// Bytes that are appended, across every growth.
struct ByteBufferTests {
  private static func text(_ body: (inout ByteBuffer) -> Void) -> String {
    var buffer = ByteBuffer(capacity: 1)
    body(&buffer)
    return String(decoding: buffer.bytes, as: UTF8.self)
  }

  @Test func integersAreThoseOfTheStandardLibrary() {
    let powers = (0..<19).reduce(into: [Int64(1)]) { list, _ in
      list.append(list[list.count - 1].multipliedReportingOverflow(by: 10).partialValue)
    }
    let numbers = powers.flatMap { [$0, $0 - 1, -$0, 1 - $0] } + [.min, .max, 0]
    for number in numbers { #expect(Self.text { $0.append(decimal: number) } == "\(number)") }
    #expect(Self.text { $0.append(decimal: UInt64.max) } == "18446744073709551615")
    #expect(Self.text { $0.append(decimal: Int8.min) } == "-128")
    #expect(
      Self.text { $0.append(decimal: UInt128.max) } == "340282366920938463463374607431768211455")
  }

  @Test func nothingIsLostWhereItGrows() {
    var all = ""
    let text = Self.text { buffer in
      for count in 0..<300 {
        let piece = String(repeating: Character(UnicodeScalar(UInt8(0x61 + count % 26))), count: count)
        buffer.append(piece)
        buffer.append(0x2C)
        buffer.append("é")
        all += piece + ",é"
      }
    }
    #expect(text == all)
  }

  @Test func itIsEmptiedAndUsedAgain() {
    let text = Self.text {
      $0.append("abc" as String)
      $0.removeAll()
      $0.append(UnsafeRawBufferPointer(start: nil, count: 0))
      $0.append("x" as String)
    }
    #expect(text == "x")
  }
}
