import APNsProtocol
import ArgumentParser
import CommandSupport
import ConfigurationFiles
import NotificationModel
import Notilua
import Outbox

/// The outbox that a command is about.
struct OutboxPlace: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The outbox; without it the one of the configuration (outbox.path).", valueName: "file"),
    completion: .file())
  var outbox: String?

  @Option(
    help: ArgumentHelp("The configuration; without it ./notilua.yaml, if there is one.", valueName: "file"),
    completion: .configuration)
  var config: String?

  func path() throws(HostError) -> String {
    if let outbox { return outbox }
    guard let path = try Configuration(ofCommand: config).outbox.path else {
      throw HostError(.usage, "no outbox is named; add --outbox FILE, or outbox.path to the configuration")
    }
    return path
  }

  /// Opens the outbox and does something with it; ends the command with the sentence of an error.
  func open<Result>(
    writes: Bool = false, _ body: (OutboxInventory) throws -> Result
  ) throws -> Result {
    let path = try failing { () throws(HostError) in try self.path() }
    do {
      return try body(try OutboxInventory(path, writes: writes))
    } catch let error as OutboxError {
      throw fail(HostError(error.kind == .other ? .noInput : .output, error.description))
    }
  }
}

/// The notifications of an outbox that a command is about.
struct OutboxSelectionFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp("Those that failed for this reason, such as BadDeviceToken.", valueName: "reason"),
    completion: .list(APNsReason.all.map(\.name)))
  var reason: String?

  @Argument(
    help: ArgumentHelp("Those that go by these: a request identifier, or an apns-id.", valueName: "id"))
  var ids: [String] = []

  var isEmpty: Bool { reason == nil && ids.isEmpty }

  func selection(_ states: Set<OutboxEntry.State>) -> OutboxEntry.Selection {
    var selection = OutboxEntry.Selection()
    selection.states = states
    selection.reason = reason
    selection.names = Set(ids)
    return selection
  }
}

/// In which states notifications are that a command is about.
struct OutboxStateFlags: ParsableArguments {
  @Option(
    name: .customLong("state"),
    help: ArgumentHelp("Those that are queued, waiting or dead.", valueName: "state"),
    completion: .cases(OutboxEntry.State.self))
  var state: String?

  func validate() throws {
    if let state, OutboxEntry.State(rawValue: state) == nil {
      throw ValidationError("--state is '\(state)'; use queued, waiting or dead.")
    }
  }

  var states: Set<OutboxEntry.State> {
    state.flatMap { OutboxEntry.State(rawValue: $0) }.map { [$0] } ?? Set(OutboxEntry.State.allCases)
  }
}
