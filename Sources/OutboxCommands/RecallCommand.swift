import ArgumentParser
import CommandSupport
import Outbox
import Pipeline
import TerminalPages

/// `notilua recall`: messages that nobody should see.
package struct RecallCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "recall",
    abstract:
      "Withdraws messages: queued ones are removed, later ones with the same id are refused.",
    discussion: """
      A recall is remembered for 30 days, which is as long as APNs stores a notification. What is done about messages that \
      were delivered already, the configuration says (outbox.recall): nothing, a push that replaces them, or one that \
      tells the app to remove them.

      Examples:
        notilua recall order-17
        notilua recall --outbox outbox 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d
      """)

  @OptionGroup var place: OutboxPlace

  @Argument(
    help: ArgumentHelp(
      "What they go by: a request identifier, an apns-id, an apns-collapse-id, or the payload's rc.id.",
      valueName: "id"))
  var ids: [String]

  package init() {}

  package func validate() throws {
    if ids.contains("") { throw ValidationError("An id is empty.") }
  }

  package func run() throws {
    let (open, delivers) = try place.open(writes: true) { inventory in
      try inventory.recall(ids)
      let delivers = inventory.deliverer != nil
      return (delivers ? try inventory.awaitRecalls(ids, seconds: 2) : ids.count, delivers)
    }
    let rest =
      open == 0
      ? ""
      : delivers
        ? "; the process that delivers is still at it" : "; the next run that delivers heeds it first"
    try output("\(RunSummary.count(ids.count, "message")) recalled\(rest)\n")
  }
}
