import LosslessJSON
import NotificationModel

/// A notification that a test writes as a line.
package enum NotificationSample {
  /// Reads a payload or an envelope, as a sink that shows notifications does; nil where it is none.
  package static func read(_ json: String) -> PushNotification? {
    var document = JSONDocument(depthLimit: 64)
    return Array(json.utf8).withUnsafeBytes {
      PushNotification($0, ticket: 1, place: "", isShown: true, &document)
    }
  }
}
