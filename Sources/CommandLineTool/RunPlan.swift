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

/// The values of the flags of `notilua run`; nil where they leave something open.
struct RunFlags: Sendable, Equatable {
  var inputs = ["-"]
  var sink: SinkKind?
  var emission: Run.Emission?
  var outbox: String?
  var retriesFor = Duration.seconds(60)
  var follows = false
  var files: [RunChannel: RunChannel.Place] = [:]
  var responses: ResponseTarget?
  var metrics: String?
  /// The time that an outbox goes on for retries when the input has ended; nil for that of other retries.
  var lingersFor: Duration?
  /// The time for which an outbox remembers repeats; nil where no front door asks for them.
  var keepsRepeatsFor: Duration?

  /// The receiver of responses that no file keeps.
  enum ResponseTarget: Sendable, Equatable {
    case command(String)
    case server(String)
  }
}

extension RunFlags {
  /// Puts what the flags say over what the configuration says.
  fileprivate func apply(to outbox: inout Configuration.Outbox) {
    guard let path = self.outbox else { return }
    outbox.path = path
    outbox.pathName = "--outbox"
  }
}

/// The plan of a run, decided from the flags and the configuration together.
///
/// A flag goes before its key. Both are refused alike where they have no meaning. What is for another sink is refused
/// as a flag, which is for this run, and passed over in the sections of the configuration, which all runs share.
package struct RunPlan: Sendable {
  /// The configuration with what the flags say put over it.
  package let configuration: Configuration
  /// The sink; nil where an outbox keeps notifications for a run that has one.
  package let sink: SinkKind?
  package let emission: Run.Emission
  /// The options of the sink for APNs, and the credentials; nil where the sink is another.
  package let apns: (options: APNsOptions, store: CredentialStore)?
  let inputs: [String]
  let retriesFor: Duration
  let follows: Bool
  let files: [RunChannel: RunChannel.Place]
  let responses: RunFlags.ResponseTarget?
  /// The file of metrics; nil for none.
  let metrics: String?
  let lingersFor: Duration
  let keepsRepeatsFor: Duration?

  /// The file of the outbox; nil for a queue in memory.
  package var outbox: String? { configuration.outbox.path }

  /// - Throws: ``HostError`` where what they say together has no meaning.
  init(_ flags: RunFlags, _ apnsFlags: APNsFlags, _ base: Configuration) throws(HostError) {
    var configuration = base
    apnsFlags.apply(to: &configuration.apns)
    flags.apply(to: &configuration.outbox)
    self.configuration = configuration
    let hasOutbox = configuration.outbox.path != nil
    sink = flags.sink ?? (hasOutbox ? nil : .lines)
    emission = flags.emission ?? (sink == .lines ? .payloads : .deliveries)
    inputs = flags.inputs
    retriesFor = flags.retriesFor
    follows = flags.follows
    files = flags.files
    responses = flags.responses
    metrics = flags.metrics
    lingersFor = flags.lingersFor ?? flags.retriesFor
    keepsRepeatsFor = flags.keepsRepeatsFor
    try Self.checkMetrics(metrics)
    try Self.checkOutbox(configuration.outbox, sink)
    try Self.checkSink(flags, apnsFlags, sink)
    if sink == .lines { try Self.checkLines(flags) }
    if follows, !hasOutbox, sink != .desktop {
      throw HostError(.usage, "--follow is for an outbox; add --outbox FILE")
    }
    apns = sink == .apns ? try Self.apns(apnsFlags, configuration, flags.retriesFor) : nil
  }

  /// Refuses an outbox where the sink has no use for one.
  private static func checkOutbox(
    _ outbox: Configuration.Outbox, _ sink: SinkKind?
  ) throws(HostError) {
    guard outbox.path != nil else { return }
    switch sink {
    case .apns, nil: break
    case .desktop:
      throw HostError(
        .usage,
        "\(outbox.pathName) is for APNs; a desktop shows at once or not at all, so leave it out")
    case .lines:
      throw HostError(
        .usage,
        "\(outbox.pathName) excludes --sink lines: lines are written at once or not at all; leave --sink out to keep"
          + " notifications for a run that has one")
    }
  }

  /// The end of the names of files that node_exporter reads.
  static let metricsSuffix = ".prom"

  /// Refuses a name that node_exporter passes over.
  private static func checkMetrics(_ path: String?) throws(HostError) {
    guard let path, !path.hasSuffix(metricsSuffix) else { return }
    throw HostError(
      .usage,
      "--metrics '\(path)' does not end in .prom, and node_exporter reads no other file; name it '\(path).prom'"
    )
  }

  /// Refuses flags of another sink.
  private static func checkSink(
    _ flags: RunFlags, _ apnsFlags: APNsFlags, _ sink: SinkKind?
  ) throws(HostError) {
    if sink != .apns, let name = flags.files[.feedback]?.name ?? apnsFlags.given.first {
      throw HostError(.usage, "\(name) is for APNs; add --sink apns")
    }
    if sink != .desktop, flags.files[.responses] != nil || flags.responses != nil {
      throw HostError(
        .usage, "--responses, --response-command and --response-url are for --sink desktop")
    }
  }

  private static func apns(
    _ flags: APNsFlags, _ configuration: Configuration, _ retriesFor: Duration
  ) throws(HostError) -> (options: APNsOptions, store: CredentialStore) {
    ps_forbid_core_files()
    // What the command line says is looked at before any secret is opened.
    var options = try flags.options(configuration.apns)
    options.applications = try configuration.applicationTable()
    // What has no connection waits in the sink no longer than it would outside.
    options.deadline = min(options.deadline, max(retriesFor, .seconds(1)))
    return (options, try CredentialStore(configuration.apns))
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
