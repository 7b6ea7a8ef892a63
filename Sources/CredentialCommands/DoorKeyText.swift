import FrontDoor
import NotificationModel

/// A door key in words for people.
struct DoorKeyText {
  /// The apps that it may push to.
  let topics: String
  /// The environments that it may push to.
  let environments: String
  /// The pushes that it may make.
  let rate: String

  init(_ key: DoorKey) {
    topics = key.grant.topics.names.joined(separator: ", ")
    environments = key.grant.environments.map(\.rawValue).sorted().joined(separator: " and ")
    rate =
      key.grant.rate.map { "at most \($0.perSecond) a second and \($0.burst) at once" } ?? "at any rate"
  }
}
