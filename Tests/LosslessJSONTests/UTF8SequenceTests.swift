import LosslessJSON
import Testing

/// Sequences of UTF-8, beside the standard library's reader.
struct UTF8SequenceTests {
  private static func length(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      bytes.baseAddress.map { UTF8Sequence.length($0, available: bytes.count) } ?? 0
    }
  }

  /// The length of the scalar that the standard library reads first; 0 where it reads none.
  private static func expected(_ bytes: [UInt8]) -> Int {
    for count in 1...min(4, bytes.count) {
      if let text = String(validating: bytes.prefix(count), as: UTF8.self), text.unicodeScalars.count == 1 {
        return count
      }
    }
    return 0
  }

  @Test func everyPairOfBytesIsReadAsTheStandardLibraryDoes() {
    for first in UInt8.min...UInt8.max {
      #expect(Self.length([first]) == Self.expected([first]))
      for second in UInt8.min...UInt8.max {
        let bytes = [first, second]
        if Self.length(bytes) != Self.expected(bytes) { Issue.record("\(bytes)") }
      }
    }
  }

  @Test func everyLongerSequenceOfEdgesIsReadAsTheStandardLibraryDoes() {
    let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
    for first in UInt8(0xC0)...0xFF {
      for second in edges {
        for third in edges {
          for fourth in edges {
            for bytes in [[first, second, third], [first, second, third, fourth]] {
              if Self.length(bytes) != Self.expected(bytes) { Issue.record("\(bytes)") }
            }
          }
        }
      }
    }
  }
}
