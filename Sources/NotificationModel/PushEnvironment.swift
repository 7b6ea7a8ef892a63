/// One of the two worlds of APNs; a device token belongs to one of them.
package enum PushEnvironment: String, Sendable, CaseIterable {
  /// For apps that Xcode installed: `api.sandbox.push.apple.com`.
  case sandbox
  /// For the App Store, TestFlight and Ad Hoc: `api.push.apple.com`.
  case production

  /// The host that Apple documents for it ("Sending notification requests to APNs").
  package var host: String {
    self == .sandbox ? "api.sandbox.push.apple.com" : "api.push.apple.com"
  }
}
