import ArgumentParser
import ClientKeys
import NotificationModel

/// The permissions of a key in words for people.
struct KeyGrantText {
  /// The apps that it may push to.
  let topics: String
  /// The environments that it may push to.
  let environments: String
  /// The pushes that it may make.
  let rate: String

  init(_ grant: KeyGrant) {
    topics = grant.topics.names.joined(separator: ", ")
    environments = grant.environments.map(\.rawValue).sorted().joined(separator: " and ")
    rate =
      grant.rate.map { "at most \($0.perSecond) a second and \($0.burst) at once" } ?? "at any rate"
  }
}

extension KeyRate {
  /// Checks what --rate and --burst say.
  static func check(_ rate: Int?, _ burst: Int?) throws {
    for (name, number) in [("--rate", rate), ("--burst", burst)] {
      if let number, !range.contains(number) {
        throw ValidationError(
          "\(name) is \(number); give a whole number of \(range.lowerBound) to \(range.upperBound).")
      }
    }
    if rate == nil, burst != nil { throw ValidationError("--burst needs --rate.") }
  }
}
