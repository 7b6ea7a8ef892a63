import LosslessJSON

/// The delivery headers of a notification: those of its request to APNs, as its sender wrote them.
package struct DeliveryHeaders: Sendable, Equatable {
  /// `apns-topic`, where the line names it.
  package var topic: String?
  /// `apns-push-type`, or the type that topic and payload stand for.
  package var pushType = "alert"
  /// `apns-priority`, where the line names it.
  package var priority: String?
  /// `apns-expiration`, where the line names it.
  package var expiration: String?
  /// `apns-collapse-id`, where the line names it.
  package var collapseID: String?
  /// The headers that have no property here: raw JSON members, separated by commas; empty for none.
  package var others = ""
  /// The first rule of APNs that the headers break; nil where they break none.
  package var breach: String?

  /// Makes the headers of a push of type alert that names nothing else.
  package init() {}

  /// Reads the headers of a line.
  ///
  /// - Parameter pushType: the type of the push where that is not the one that the line stands for.
  init(_ line: NotificationLine, _ document: borrowing JSONDocument, pushType: String) {
    topic = line.headerText(.topic, document)
    self.pushType = pushType
    priority = line.headerText(.priority, document)
    expiration = line.headerText(.expiration, document)
    collapseID = line.headerText(.collapseID, document)
    if let headers = line.field("headers", document) {
      others = EnvelopeWriter.members(of: headers, document) { NotificationLine.isHeader($0, $1) }
    }
    breach = APNsRules.headerBreaches(line, document, pushType: pushType).first?.message
  }
}
