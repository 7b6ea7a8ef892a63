/// The forms of `apns-topic` ("Sending notification requests to APNs").
package enum Topics {
  /// What an app's extensions and services add to its bundle id.
  package static let suffixes = [
    ".voip", ".voip-ptt", ".complication", ".pushkit.fileprovider", ".location-query",
    ".push-type.liveactivity", ".push-type.widgets", ".push-type.controls",
  ]

  /// The bundle id that a topic is of; a topic without a suffix is one.
  package static func bundleID(of topic: String) -> String {
    for suffix in suffixes where topic.hasSuffix(suffix) { return String(topic.dropLast(suffix.count)) }
    return topic
  }

  static func isSuffixed(_ topic: String) -> Bool { bundleID(of: topic) != topic }

  /// The topics that stand for the others: those that are not a listed bundle id with a suffix.
  static func roots(_ topics: [String]) -> [String] {
    topics.filter { !isSuffixed($0) || !topics.contains(bundleID(of: $0)) }
  }
}
