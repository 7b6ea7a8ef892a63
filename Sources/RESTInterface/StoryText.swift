import LosslessJSON
import NotificationModel

/// The members of events without what notifications say.
package enum StoryText {
  /// The members of an outcome of the chain that say nothing of a notification's text.
  private static let plain: Set<String> = ["action", "changed", "plugin"]

  /// Returns members without texts, patches, and the words of plugins.
  package static func withoutTexts(_ members: String) -> String {
    guard case .object(let all)? = try? JSONValue("{\(members)}") else { return "" }
    var writer = JSONWriter()
    for member in all {
      writer.key(member.key)
      if member.key == "chain" {
        write(chain: member.value, to: &writer)
      } else {
        member.value.write(to: &writer)
      }
    }
    return writer.text
  }

  private static func write(chain: JSONValue, to writer: inout JSONWriter) {
    writer.beginObject()
    if case .object(let members) = chain {
      for member in members {
        switch (member.key, member.value) {
        case ("plugins", .array(let plugins)): write(plugins, "plugins", ["name", "us"], to: &writer)
        case ("faults", .array(let faults)): write(faults, "faults", ["plugin", "kind"], to: &writer)
        case (let key, let value) where plain.contains(key):
          writer.key(key)
          value.write(to: &writer)
        default: break
        }
      }
    }
    writer.endObject()
  }

  /// Writes objects with some of their members.
  private static func write(
    _ objects: [JSONValue], _ name: String, _ kept: Set<String>, to writer: inout JSONWriter
  ) {
    writer.key(name)
    writer.beginArray()
    for case .object(let members) in objects {
      writer.beginObject()
      for member in members where kept.contains(member.key) {
        writer.key(member.key)
        member.value.write(to: &writer)
      }
      writer.endObject()
    }
    writer.endArray()
  }
}
