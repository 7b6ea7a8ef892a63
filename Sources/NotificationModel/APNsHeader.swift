/// The values that APNs accepts in the path and the headers of a request.
///
/// Source: Apple, "Sending notification requests to APNs".
package enum APNsHeader {
  /// The most bytes of `apns-collapse-id`.
  package static let collapseIDLimit = 64

  /// The most bytes of `apns-topic`.
  package static let topicLimit = 255

  /// The most digits of a device token that is pushed to: no token of Apple's comes near, and a path has to stay short.
  package static let deviceTokenLimit = 512

  /// Returns whether a text is a device token: pairs of hexadecimal digits.
  ///
  /// "Don't assume that device tokens have a particular size."
  package static func isDeviceToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count.isMultiple(of: 2) && text.utf8.allSatisfy(isHexadecimal)
  }

  /// Returns whether a text is an `apns-priority`: 10, 5 or 1.
  package static func isPriority(_ text: String) -> Bool { ["10", "5", "1"].contains(text) }

  /// Returns whether a text is an `apns-collapse-id` that is short enough.
  package static func isCollapseID(_ text: String) -> Bool { text.utf8.count <= collapseIDLimit }

  /// Returns whether a text is an `apns-topic`: letters, digits, '.', '-' and '_', as in bundle ids.
  package static func isTopic(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= topicLimit
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2E || $0 == 0x2D
          || $0 == 0x5F
      }
  }

  /// Returns whether a text is an `apns-expiration`: digits, in seconds since 1970.
  package static func isExpiration(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } && Int64(text) != nil
  }

  /// Returns whether a text has a place in a header: no control characters, and no space at an end (RFC 9113 §8.2.1).
  package static func isFieldValue(_ text: String) -> Bool {
    !text.utf8.contains { $0 < 0x20 || $0 == 0x7F } && text.utf8.first != 0x20 && text.utf8.last != 0x20
  }

  /// Returns whether a byte is a hexadecimal digit, small or capital.
  static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
  }
}
