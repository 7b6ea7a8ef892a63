import NotificationModel

/// The lists of topics that certificates have.
enum Topics {
  /// Returns the topics that stand for the others: those that are not a listed bundle id with a suffix.
  static func roots(_ topics: [String]) -> [String] {
    topics.filter { PushType(suffixOf: $0) == nil || !topics.contains(PushType.bundleID(of: $0)) }
  }
}
