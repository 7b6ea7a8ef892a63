import APNsCredentials
import Testing

/// The kind of a file is told by its content.
struct CredentialKindTests {
  private static func sentence(_ content: [UInt8]) -> String {
    do {
      return "\(try CredentialKind(of: content))"
    } catch {
      return error.message
    }
  }

  @Test func aKeyInPEMIsAP8() throws {
    let key = try CertificateAuthority.makeP8()
    #expect(try CredentialKind(of: key) == .p8)
    #expect(!CredentialKind.needsPassphrase(key))
  }

  @Test(arguments: [
    ("", "the file is empty"), ("{\\rtf1\\ansi", "formatting (RTF)"), ("%PDF-1.7", "a PDF"),
    ("PK\u{3}\u{4}", "a ZIP file"), ("<!DOCTYPE html>", "a web page"), ("hello", "neither a .p8 nor a .p12"),
  ])
  func anotherFileIsNamed(_ text: String, _ words: String) {
    #expect(Self.sentence(Array(text.utf8)).contains(words))
    #expect(!CredentialKind.needsPassphrase(Array(text.utf8)))
  }

  /// A damaged P12 is refused with a cause, and nothing is read behind its end.
  @Test func everyShortSequenceIsRefused() {
    for length in 0...255 as ClosedRange<UInt8> {
      for content in [[0x30, length], [0x30, length, 0x02], [0x30, 0x82, length, 0xFF]] as [[UInt8]] {
        #expect(Self.sentence(content).contains(";"))
      }
    }
  }
}
