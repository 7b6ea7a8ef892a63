import NotificationModel

/// The permissions of a sender: topics, environments and a rate.
package struct DoorGrant: Sendable, Equatable {
  /// The topics that it may push to.
  package var topics: DoorTopics
  /// The environments that it may push to.
  package var environments: Set<PushEnvironment>
  /// The number of pushes that it may make; nil for any.
  package var rate: DoorRate?

  /// Makes a value from its parts.
  package init(
    topics: DoorTopics, environments: Set<PushEnvironment> = Set(PushEnvironment.allCases),
    rate: DoorRate? = nil
  ) {
    self.topics = topics
    self.environments = environments
    self.rate = rate
  }
}
