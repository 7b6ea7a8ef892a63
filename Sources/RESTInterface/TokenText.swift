import HTTPTypes
import NotificationModel
import Operations

/// A device token as clients write it.
package enum TokenText {
  /// The most bytes of a token.
  static let limit = APNsHeader.deviceTokenLimit / 2

  /// Reads a token: an even number of hexadecimal digits, else base64 in either alphabet.
  ///
  /// - Throws: 422, without a word of the token.
  package static func read(_ text: String) throws(Problem) -> [UInt8] {
    let digits = Array(text.utf8)
    guard let token = Hex.decode(digits) ?? Base64.decode(digits), (1...limit).contains(token.count) else {
      throw Problem(
        .unprocessableContent,
        "'token' is neither an even number of hexadecimal digits nor base64, of 1 to \(limit) bytes; send the bytes of"
          + " the token that the app was given, and not their description", pointer: "/token")
    }
    return token
  }
}
