/// The stage of an application, in development or in production; its team decides that, not Apple.
package enum ApplicationKind: String, Sendable, CaseIterable {
  /// Installed by Xcode, or by a development profile.
  case development
  /// Installed by the App Store, TestFlight or an Ad Hoc profile.
  case production
}
