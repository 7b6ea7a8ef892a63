import HTTP2Transport
import Testing

/// Codes have the names of RFC 9113 §7.
struct HTTP2ErrorCodeTests {
  @Test(
    arguments: [
      (0x00, "NO_ERROR"), (0x01, "PROTOCOL_ERROR"), (0x02, "INTERNAL_ERROR"), (0x03, "FLOW_CONTROL_ERROR"),
      (0x04, "SETTINGS_TIMEOUT"), (0x05, "STREAM_CLOSED"), (0x06, "FRAME_SIZE_ERROR"),
      (0x07, "REFUSED_STREAM"), (0x08, "CANCEL"), (0x09, "COMPRESSION_ERROR"), (0x0A, "CONNECT_ERROR"),
      (0x0B, "ENHANCE_YOUR_CALM"), (0x0C, "INADEQUATE_SECURITY"), (0x0D, "HTTP_1_1_REQUIRED"),
      (0x0E, "error 14"), (UInt32.max, "error 4294967295"),
    ] as [(UInt32, String)])
  func aCodeHasItsName(_ code: UInt32, _ name: String) {
    #expect(HTTP2ErrorCode(rawValue: code).description == name)
  }

  @Test func theNamedCodesAreThoseOfTheTable() {
    #expect([HTTP2ErrorCode.noError, .refusedStream, .cancel].map(\.rawValue) == [0, 7, 8])
  }
}
