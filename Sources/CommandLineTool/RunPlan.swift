import APNs
import APNsCredentials
import CProcessSandbox
import ConfigurationFiles
import Glibc
import Notilua
import Pipeline

/// A sink of `notilua run`.
package enum SinkKind: String, CaseIterable, Sendable {
  case apns, desktop, lines
}

/// What the flags of `notilua run` say; nil for what they leave open.
struct RunFlags: Sendable, Equatable {
  var inputs = ["-"]
  var sink: SinkKind?
  var emission: Run.Emission?
  var outbox: String?
  var retriesFor = Duration.seconds(60)
  var follows = false
  var files: [RunChannel: RunChannel.Place] = [:]
  var responses: ResponseTarget?

  /// What is sent responses that no file keeps.
  enum ResponseTarget: Sendable, Equatable {
    case command(String)
    case server(String)
  }
}

/// What a run does, decided from the flags and the configuration together: a flag goes before the configuration.
package struct RunPlan: Sendable {
  /// The configuration with what the flags say put over it.
  package let configuration: Configuration
  /// The sink; nil where an outbox keeps notifications for a run that has one.
  package let sink: SinkKind?
  /// The file of the outbox; nil for a queue in memory.
  package let outbox: String?
  package let emission: Run.Emission
  /// How APNs is reached, and the folder of the credentials; nil where the sink is another.
  package let apns: (options: APNsOptions, store: CredentialStore)?
  let inputs: [String]
  let retriesFor: Duration
  let follows: Bool
  let files: [RunChannel: RunChannel.Place]
  let responses: RunFlags.ResponseTarget?

  /// - Throws: ``HostError`` where what they say together has no meaning.
  init(_ flags: RunFlags, _ apnsFlags: APNsFlags, _ configuration: Configuration) throws(HostError) {
    self.configuration = configuration
    outbox = try Self.outbox(flags, configuration.outbox)
    sink = outbox == nil ? flags.sink ?? .lines : flags.sink
    let hasQueue = outbox != nil || sink != .lines
    emission = flags.emission ?? (hasQueue ? .deliveries : .payloads)
    inputs = flags.inputs
    retriesFor = flags.retriesFor
    follows = flags.follows
    files = flags.files
    responses = flags.responses
    apns = sink == .apns ? try Self.apns(apnsFlags, configuration, flags.retriesFor) : nil
    if !hasQueue { try Self.checkLines(flags) }
    if follows, outbox == nil, sink != .desktop {
      throw HostError(.usage, "--follow is for an outbox; add --outbox FILE")
    }
  }

  /// The outbox of the flag, else of the configuration.
  private static func outbox(
    _ flags: RunFlags, _ configuration: Configuration.Outbox
  ) throws(HostError) -> String? {
    guard let sink = flags.sink, sink != .apns, flags.outbox == nil, configuration.path != nil else {
      return flags.outbox ?? configuration.path
    }
    let reason =
      sink == .desktop ? "a desktop shows at once or not at all" : "lines are written at once or not at all"
    throw HostError(
      .usage,
      "the configuration has outbox.path, which is for APNs: \(reason); take it out of the one for --sink \(sink.rawValue)"
    )
  }

  private static func apns(
    _ flags: APNsFlags, _ configuration: Configuration, _ retriesFor: Duration
  ) throws(HostError) -> (options: APNsOptions, store: CredentialStore) {
    ps_forbid_core_files()
    // What the command line says is looked at before any secret is opened.
    var options = try flags.options(configuration)
    // What has no connection waits in the sink no longer than it would outside.
    options.deadline = min(options.deadline, max(retriesFor, .seconds(1)))
    return (options, try flags.store(configuration))
  }

  /// Refuses what needs a queue where lines are written.
  private static func checkLines(_ flags: RunFlags) throws(HostError) {
    if flags.emission == .deliveries {
      throw HostError(.usage, "--emit deliveries needs a sink or an outbox; add --sink apns")
    }
    if flags.files[.undelivered] != nil, !flags.follows {
      throw HostError(
        .usage, "--undelivered is for a sink or an outbox; add --sink apns or --outbox FILE")
    }
  }

  /// A Boolean value that is true where people see how far the run is.
  static var showsProgress: Bool { isatty(2) == 1 && isatty(1) == 0 }

  /// The options of the run, without its queue.
  func options(isQuiet: Bool) throws(HostError) -> Run.Options {
    var options = Run.Options()
    options.inputs = inputs.map { RunInput($0) }
    options.emission = emission
    options.files = files
    options.showsSummary = !isQuiet
    options.showsProgress = !isQuiet && Self.showsProgress
    switch responses {
    case .command(let command): options.responses = .command(command, name: "--response-command")
    case .server(let address): options.responses = .receiver(try ResponseHook(address))
    case nil: break
    }
    return options
  }
}
