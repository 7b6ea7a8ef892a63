import ArgumentParser
import CommandSupport
import EventLoop
import Outbox
import TerminalPages

/// `notilua outbox status`: how many wait, how many are dead, and why.
struct OutboxStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows how many notifications wait, how many are dead, and why.",
    discussion: """
      Examples:
        notilua outbox status
        notilua outbox status --outbox outbox --json
      """)

  @OptionGroup var place: OutboxPlace

  @Flag(help: "Write a JSON object.")
  var json = false

  func run() throws {
    let (status, path) = try place.open { inventory in
      (try inventory.status(), inventory.path)
    }
    let text = OutboxText(palette: Palette(for: 1), now: Timestamp.now)
    if json { return try outputData(OutboxText.json(status) + "\n") }
    try output(text.status(status, path))
  }
}
