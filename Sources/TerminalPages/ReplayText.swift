import LosslessJSON
import NotificationModel
import PluginTesting
import PluginTools

/// The counts of a replay as people read them.
package struct ReplayText {
  /// The comparison.
  package private(set) var text: TerminalText = ""
  private let style: Palette

  /// Makes the text of a replay; `compares` is true where it has a recording to differ from.
  package init(_ replay: Replay, style: Palette, compares: Bool) {
    self.style = style
    func share(_ count: Int) -> String { "\(count) (\(Share(count, of: replay.lines).text))" }
    text += style(.bold, "\(replay.lines) lines") + ": \(share(replay.changed)) changed, "
    text +=
      "\(share(replay.dropped)) dropped, \(share(replay.faulted)) faulted, \(share(replay.rejected)) rejected"
    if compares { text += ", \(share(replay.different)) different" }
    text += "\n"
    for group in replay.groups { write(group) }
    if !replay.differences.isEmpty {
      text += "\n" + style(.bold, "different") + "\n"
      for difference in replay.differences {
        text += "    \(style(.dim, outside: difference.place))\n"
        text += "      before \(style(.red, outside: difference.before.shortened))\n"
        text += "      now    \(style(.green, outside: difference.after.shortened))\n"
      }
    }
  }

  private mutating func write(_ group: Replay.Group) {
    let color: Palette.Style = group.what == "faulted" || group.what == "rejected" ? .red : .yellow
    let plugin = group.plugin.isEmpty ? "" : "\(group.plugin): "
    text +=
      "\n\(style(.bold, "\(group.count)"))  \(plugin)\(style(color, outside: group.what)) \(group.reason.shortened)\n"
    for example in group.examples {
      text += "    \(style(.dim, outside: example.place))\n      \(example.before.shortened)\n"
      if !example.after.isEmpty { text += "      \(style(.dim, "→")) \(example.after.shortened)\n" }
    }
  }

  /// The same for programs.
  package static func json(_ replay: Replay) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    for (name, count) in [
      ("lines", replay.lines), ("changed", replay.changed), ("dropped", replay.dropped),
      ("faulted", replay.faulted), ("rejected", replay.rejected), ("different", replay.different),
    ] {
      writer.member(name, count)
    }
    writer.key("groups")
    writer.beginArray()
    for group in replay.groups {
      writer.beginObject()
      writer.member("plugin", group.plugin)
      writer.member("what", group.what)
      writer.member("reason", group.reason)
      writer.member("count", group.count)
      writer.member("examples", group.examples.map(\.place))
      writer.endObject()
    }
    writer.endArray()
    writer.member("differences", replay.differences.map(\.place))
    writer.endObject()
    return writer.text + "\n"
  }
}
