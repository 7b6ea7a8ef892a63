import APNsCredentials
import CredentialSamples
import Testing

/// Values in DER, as `openssl` reads them.
struct DERWriterTests {
  /// X.690 §8.1.3: lengths of one byte up to 127, and as few bytes as do above.
  @Test(
    arguments: [
      (0, [0x00]), (1, [0x01]), (127, [0x7F]), (128, [0x81, 0x80]), (255, [0x81, 0xFF]),
      (256, [0x82, 0x01, 0x00]), (65535, [0x82, 0xFF, 0xFF]), (65536, [0x83, 0x01, 0x00, 0x00]),
    ] as [(Int, [UInt8])])
  func aLengthHasTheFewestBytes(_ count: Int, _ length: [UInt8]) {
    let content = [UInt8](repeating: 0x61, count: count)
    #expect(DERWriter.value(0x04, content) == [0x04] + length + content)
  }

  @Test func openSSLReadsWhatIsWritten() throws {
    let samples = try CredentialSamples()
    let long = DERWriter.text(String(repeating: "ü", count: 100))
    try samples.write(
      "a.der",
      DERWriter.sequence(DERWriter.text("Chät") + DERWriter.boolean(true) + DERWriter.null + long))
    let text = try samples.openssl("asn1parse", "-inform", "DER", "-in", "a.der")
    for part in ["SEQUENCE", "UTF8STRING        :Chät", "BOOLEAN           :255", "NULL", "l= 200"] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
  }

  /// X.690 §11.1: "all eight bits shall be set to one" for true.
  @Test func aBooleanHasOneForm() {
    #expect(DERWriter.boolean(true) == [1, 1, 0xFF] && DERWriter.boolean(false) == [1, 1, 0])
  }
}
