/// The options of a store of stories.
package struct StoryOptions: Sendable {
  /// The time for which events are kept.
  package var keeps = Duration.seconds(72 * 3600)
  /// The most bytes of the file; the oldest events go first.
  package var sizeLimit = 1 << 30

  /// Makes the defaults.
  package init() {}

  /// The time for which events are kept, in milliseconds.
  var span: Int64 { Int64(keeps / .milliseconds(1)) }
}
