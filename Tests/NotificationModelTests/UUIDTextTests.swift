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
      #expect(UUID(uuidString: text)?.uuidString.lowercased() == text && APNsRules.isUUID(text))
    }
  }
}
