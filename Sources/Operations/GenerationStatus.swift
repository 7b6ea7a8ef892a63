import EventLoop
import LosslessJSON

/// A generation that a service keeps, as `notilua ctl generations` shows it.
package struct GenerationStatus: Sendable, Equatable {
  /// The number of the generation.
  package var number: Int
  /// A Boolean value that indicates whether it is in force.
  package var isInForce: Bool
  /// The time at which it was put in force last, in milliseconds since 1970.
  package var since: Int64
  /// The digest of its content.
  package var digest: String
  /// The names of its plugins in their order.
  package var plugins: [String]

  /// Makes a value from its parts.
  package init(number: Int, isInForce: Bool, since: Int64, digest: String, plugins: [String]) {
    self.number = number
    self.isInForce = isInForce
    self.since = since
    self.digest = digest
    self.plugins = plugins
  }

  /// Returns generations as JSON.
  package static func json(_ generations: [GenerationStatus]) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("generations")
    writer.beginArray()
    for generation in generations { generation.write(to: &writer) }
    writer.endArray()
    writer.endObject()
    return writer.text
  }

  private func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("generation", number)
    writer.member("in_force", isInForce)
    writer.member("since", Timestamp.text(since))
    writer.member("digest", digest)
    writer.member("plugins", plugins)
    writer.endObject()
  }

  /// Reads what ``json(_:)`` has written; nil for anything else.
  package static func list(json: [UInt8]) -> [GenerationStatus]? {
    guard let members = JSONMembers(json), let objects = members.objects("generations") else { return nil }
    let generations = objects.compactMap { GenerationStatus($0) }
    return generations.count == objects.count ? generations : nil
  }

  private init?(_ members: JSONMembers) {
    guard let number = members.number("generation"), let since = members.time("since"),
      let digest = members.text("digest")
    else { return nil }
    self.init(
      number: number, isInForce: members.flag("in_force"), since: since, digest: digest,
      plugins: members.texts("plugins"))
  }
}
