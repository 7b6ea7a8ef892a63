import ArgumentParser
import CommandSupport
import EventLoop
import Outbox
import TerminalPages

/// `notilua outbox list`: a line for each notification.
struct OutboxListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists notifications: what is dead, what waits to be tried again, what is queued.",
    discussion: """
      Examples:
        notilua outbox list --state dead
        notilua outbox list --reason TooManyRequests --json
      """)

  @OptionGroup var place: OutboxPlace
  @OptionGroup var states: OutboxStateFlags
  @OptionGroup var selection: OutboxSelectionFlags

  @Option(help: ArgumentHelp("List this many at most; 100 without --json, else all.", valueName: "count"))
  var limit: Int?

  @Flag(help: "Write a JSON object a line.")
  var json = false

  func run() throws {
    let limit = limit ?? (json ? .max : 100)
    let text = OutboxText(palette: Palette(for: 1), now: Timestamp.now)
    var table = TextTable(["STATE", "AGE", "TRIES", "TRIED", "REASON", "ID"])
    var count = 0
    var isMore = false
    try place.open { inventory in
      try inventory.forEach(selection.selection(states.states)) { entry in
        guard count < limit else {
          isMore = true
          return false
        }
        count += 1
        if json {
          try outputData(OutboxText.json(entry) + "\n")
        } else {
          table.add(text.cells(entry), text.style(entry))
        }
        return true
      }
    }
    if json { return }
    if count == 0 { return try output("nothing of that kind is in the outbox\n") }
    try output(table.text(text.palette) + (isMore ? "there are more; --limit shows them\n" : ""))
  }
}
