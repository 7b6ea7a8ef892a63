/// The envelope of a push that came as a request of its own and not as a line: typed fields beside the payload.
///
/// A reference, since a line's view of it is copied many times.
package final class PushEnvelope: Sendable, Equatable {
  /// The name that stands for the device token, which is a secret.
  package let deviceName: String?
  package let environment: PushEnvironment?
  /// The delivery headers that the sender gave, by ``NotificationLine/Header``.
  private let headers: [String?]

  /// Makes an envelope.
  ///
  /// - Parameters:
  ///   - deviceName: the name that plugins see in place of the device token.
  ///   - headers: the values of those that the sender gave.
  package init(
    deviceName: String?, environment: PushEnvironment?, headers: [NotificationLine.Header: String]
  ) {
    self.deviceName = deviceName
    self.environment = environment
    self.headers = NotificationLine.Header.allCases.map { headers[$0] }
  }

  /// The value of a header; nil where the sender gave none.
  package subscript(header: NotificationLine.Header) -> String? { headers[header.rawValue] }

  package static func == (left: PushEnvelope, right: PushEnvelope) -> Bool {
    left.deviceName == right.deviceName && left.environment == right.environment
      && left.headers == right.headers
  }
}
