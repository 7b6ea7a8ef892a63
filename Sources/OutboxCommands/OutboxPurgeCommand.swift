import ArgumentParser
import CommandSupport
import Outbox
import Pipeline
import TerminalPages

/// `notilua outbox purge`: away with dead letters, or with what waits.
struct OutboxPurgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge",
    abstract: "Forgets dead letters, or withdraws what was not delivered.",
    discussion: """
      What is purged is gone; 'notilua outbox export' keeps a copy. What waits can be purged while no run delivers; the \
      audit of the next one tells that it was withdrawn. To withdraw a notification while a run delivers, recall it.

      Examples:
        notilua outbox purge --reason BadDeviceToken
        notilua outbox purge --all
        notilua outbox purge --undelivered --all
      """)

  @OptionGroup var place: OutboxPlace
  @OptionGroup var selection: OutboxSelectionFlags

  @Flag(help: "All of them.")
  var all = false

  @Flag(help: "What waits and what is queued, instead of what is dead.")
  var undelivered = false

  func validate() throws {
    if all != selection.isEmpty { throw ValidationError("Name ids, a --reason, or --all.") }
  }

  func run() throws {
    let count = try place.open(writes: true) { inventory in
      undelivered
        ? try inventory.withdraw(selection.selection([.queued, .waiting]))
        : try inventory.purge(selection.selection([.dead]))
    }
    try output("\(RunSummary.grouped(count)) purged\n")
  }
}
