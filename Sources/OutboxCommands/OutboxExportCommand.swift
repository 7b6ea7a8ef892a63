import ArgumentParser
import CommandSupport
import NotificationModel
import Outbox

/// `notilua outbox export`: notifications as lines that a run reads.
struct OutboxExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes notifications as lines that 'notilua run' reads, with their device tokens.",
    discussion: """
      The outbox keeps them. They have been through the chain: run them with --no-plugins. A file for them is as private \
      as the outbox: let only its owner read it.

      Examples:
        (umask 077; notilua outbox export --state dead > dead.ndjson)
        notilua outbox export | notilua run --no-plugins --outbox other
      """)

  @OptionGroup var place: OutboxPlace
  @OptionGroup var states: OutboxStateFlags
  @OptionGroup var selection: OutboxSelectionFlags

  func run() throws {
    try place.open { inventory in
      try inventory.forEach(selection.selection(states.states)) { entry in
        var notification = entry.notification
        notification.mayHaveArrived = entry.mayHaveArrived
        try outputData(String(decoding: notification.envelope, as: UTF8.self) + "\n")
        return true
      }
    }
  }
}
