/// The envelope of a push that came as a request of its own and not as a line: typed fields beside the payload.
///
/// A reference, since a line's view of it is copied many times.
package final class PushEnvelope: Sendable, Equatable {
  /// The most languages of a recipient.
  package static let localeLimit = 32

  /// The name that stands for the device token, which is a secret.
  package let deviceName: String?
  package let environment: PushEnvironment?
  /// The sender's own name of the notification; nil where it gave none.
  package let id: String?
  /// The recipient's languages, with the best first.
  package let locales: [String]
  /// The recipient's time zone; nil where the sender named none.
  package let timeZone: String?
  /// The delivery headers that the sender gave, by ``NotificationLine/Header``.
  private let headers: [String?]

  /// Makes an envelope.
  ///
  /// - Parameters:
  ///   - deviceName: the name that plugins see in place of the device token.
  ///   - headers: the values of those that the sender gave.
  package init(
    deviceName: String?, environment: PushEnvironment?, headers: [NotificationLine.Header: String],
    id: String? = nil, locales: [String] = [], timeZone: String? = nil
  ) {
    self.deviceName = deviceName
    self.environment = environment
    self.id = id
    self.locales = locales
    self.timeZone = timeZone
    self.headers = NotificationLine.Header.allCases.map { headers[$0] }
  }

  /// Returns the same envelope with other delivery headers; of none, one that has nothing but them.
  static func with(_ headers: [NotificationLine.Header: String], in known: PushEnvelope?) -> PushEnvelope {
    PushEnvelope(
      deviceName: known?.deviceName, environment: known?.environment, headers: headers, id: known?.id,
      locales: known?.locales ?? [], timeZone: known?.timeZone)
  }

  /// The value of a header; nil where the sender gave none.
  package subscript(header: NotificationLine.Header) -> String? { headers[header.rawValue] }

  package static func == (left: PushEnvelope, right: PushEnvelope) -> Bool {
    left.deviceName == right.deviceName && left.environment == right.environment
      && left.headers == right.headers && left.id == right.id && left.locales == right.locales
      && left.timeZone == right.timeZone
  }
}
