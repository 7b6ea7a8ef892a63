import Foundation
import NotificationModel
import Testing

/// Random UUIDs as text.
struct UUIDTextTests {
  @Test func versionAndVariantAreThoseOfRFC9562() throws {
    // RFC 9562 §5.4: version 4 in octet 6, variant 10 in octet 8.
    #expect(UUIDText.text(0, 0) == "00000000-0000-4000-8000-000000000000")
    #expect(UUIDText.text(.max, .max) == "ffffffff-ffff-4fff-bfff-ffffffffffff")
    #expect(
      UUIDText.text(0x0123_4567_89AB_CDEF, 0x0123_4567_89AB_CDEF) == "01234567-89ab-4def-8123-456789abcdef")
    for _ in 0..<1000 {
      let text = UUIDText.random()
      #expect(UUID(uuidString: text)?.uuidString.lowercased() == text && UUIDText.isCanonical(text))
    }
  }

  private static let id = "123e4567-e89b-12d3-a456-42665544000a"

  @Test func idsAreCanonicalAndTheirOwn() {
    let ids = (0..<1000).map { _ in UUIDText.random() }
    #expect(ids.allSatisfy { UUIDText.isCanonical($0) && $0.dropFirst(14).first == "4" })
    // RFC 9562 §4.1: the variant's bits are 10.
    #expect(ids.allSatisfy { "89ab".contains(Array($0)[19]) && UUID(uuidString: $0) != nil })
    #expect(ids.allSatisfy { $0 == $0.lowercased() })
    #expect(Set(ids.map(UUIDText.bits)).count == 1000)
    #expect(UUIDText.bits(Self.id) == UUIDText.bits(Self.id.uppercased()))
  }

  @Test func bitsAreThoseOfFoundation() throws {
    for _ in 0..<100 {
      let uuid = UUID()
      let bytes = withUnsafeBytes(of: uuid.uuid) { Array($0) }
      func half(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
      #expect(UUIDText.bits(uuid.uuidString) == SIMD2(half(bytes.prefix(8)), half(bytes.suffix(8))))
    }
  }

  @Test(arguments: [
    "", "123e4567e89b12d3a45642665544000a", "123e4567-e89b-12d3-a456-42665544000",
    "123e4567-e89b-12d3-a456-42665544000a0", "123e4567-e89b-12d3-a45-642665544000a",
    "123e4567-e89b-12d3-a456-42665544000g", "{123e4567-e89b-12d3-a456-4266554400}",
    "123e4567-e89b-12d3-a456-4266554400é", "123e4567_e89b_12d3_a456_42665544000a",
  ])
  func otherFormsAreNotCanonical(_ text: String) { #expect(!UUIDText.isCanonical(text)) }
}
