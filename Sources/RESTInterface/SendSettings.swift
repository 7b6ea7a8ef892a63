import LosslessJSON
import NotificationModel

/// The settings by which the HTTP API reads notifications.
package struct SendSettings: Sendable {
  /// The environment of notifications that name none: that of the APNs behind the service.
  package var environment = PushEnvironment.production
  /// The most levels of a payload, as the workers have it.
  package var depthLimit = 64
  /// The handling of the same key twice, as the workers have it.
  package var duplicateKeys = JSONDocument.DuplicateKeys.reject
  /// The most notifications that wait for their answers.
  package var openLimit = 2048

  /// Makes the defaults.
  package init() {}
}
