/// The topics that a sender may push to, or of whose pushes a plugin may change the delivery.
package enum PushTopics: Sendable, Equatable {
  /// The topics of apps, which are named by their bundle ids: each with and without a suffix such as `.voip`.
  case apps([String])
  /// These topics and no others, as Apple's certificates list them.
  case listed([String])

  /// The bundle ids or topics, in the order in which they were given.
  package var names: [String] {
    switch self {
    case .apps(let names), .listed(let names): names
    }
  }

  /// Returns whether a topic is one of them.
  package func cover(_ topic: String) -> Bool {
    switch self {
    case .apps(let names): names.contains(topic) || names.contains(PushType.bundleID(of: topic))
    case .listed(let names): names.contains(topic)
    }
  }
}
