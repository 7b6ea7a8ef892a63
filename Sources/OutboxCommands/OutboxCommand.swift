import ArgumentParser

/// `notilua outbox`: what waits to be delivered, and what could not be.
package struct OutboxCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "outbox",
    abstract: "Shows what waits in an outbox and what is dead in it, and puts that right.",
    discussion: """
      An outbox is the file of 'notilua run --outbox'. These commands may be used while a run delivers from it. \
      Device tokens are shown by 'export' alone.

      Example:
        notilua outbox status --outbox outbox
      """,
    subcommands: [
      OutboxStatusCommand.self, OutboxListCommand.self, OutboxShowCommand.self, OutboxRequeueCommand.self,
      OutboxPurgeCommand.self, OutboxExportCommand.self,
    ])

  package init() {}
}
