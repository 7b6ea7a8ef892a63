import ArgumentParser
import CommandSupport
import ConfigurationFiles
import EventLoop
import Notilua
import Outbox
import TerminalPages

/// `notilua outbox show`: all of a notification.
struct OutboxShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows all of a notification but its device token: what it says, why it waits or is dead.",
    discussion: """
      Ends with status 1 where there is none.

      Examples:
        notilua outbox show 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d
        notilua outbox show --json order-17
      """)

  @OptionGroup var place: OutboxPlace

  @Flag(help: "Write a JSON object a line.")
  var json = false

  @Argument(help: ArgumentHelp("What they go by: a request identifier, or an apns-id.", valueName: "id"))
  var ids: [String]

  func run() throws {
    let text = OutboxText(palette: Palette(for: 1), now: Timestamp.now)
    var selection = OutboxEntry.Selection()
    selection.names = Set(ids)
    var count = 0
    try place.open { inventory in
      try inventory.forEach(selection) { entry in
        if json {
          try outputData(OutboxText.json(entry, withPayload: true) + "\n")
        } else {
          try output((count == 0 ? "" : "\n") + text.details(entry))
        }
        count += 1
        return true
      }
    }
    if count == 0 {
      throw fail(
        HostError(
          .failed,
          "no notification in the outbox goes by '\(ids.joined(separator: "', '"))'; 'notilua outbox list' shows those that are"
        ))
    }
  }
}
