import NotificationModel

/// The permissions of a sender: topics, environments and a rate.
package struct KeyGrant: Sendable, Equatable {
  /// The topics that it may push to.
  package var topics: PushTopics
  /// The environments that it may push to.
  package var environments: Set<PushEnvironment>
  /// The number of pushes that it may make; nil for any.
  package var rate: KeyRate?

  /// Makes a value from its parts.
  package init(
    topics: PushTopics, environments: Set<PushEnvironment> = Set(PushEnvironment.allCases),
    rate: KeyRate? = nil
  ) {
    self.topics = topics
    self.environments = environments
    self.rate = rate
  }
}
