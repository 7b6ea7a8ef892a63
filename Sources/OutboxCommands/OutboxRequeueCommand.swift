import ArgumentParser
import CommandSupport
import Outbox
import Pipeline
import TerminalPages

/// `notilua outbox requeue`: dead letters, once more.
struct OutboxRequeueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "requeue",
    abstract: "Puts dead letters at the end of the queue, once what they died of is mended.",
    discussion: """
      They keep their apns-id, and are as old as if they were accepted now; their apns-expiration stays what it is.

      Examples:
        notilua outbox requeue --reason TopicDisallowed
        notilua outbox requeue 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d
      """)

  @OptionGroup var place: OutboxPlace
  @OptionGroup var selection: OutboxSelectionFlags

  @Flag(help: "All that are dead.")
  var all = false

  func validate() throws {
    if all != selection.isEmpty { throw ValidationError("Name ids, a --reason, or --all.") }
  }

  func run() throws {
    let count = try place.open(writes: true) { inventory in
      try inventory.requeue(selection.selection([.dead]))
    }
    try output("\(RunSummary.grouped(count)) requeued\n")
  }
}
