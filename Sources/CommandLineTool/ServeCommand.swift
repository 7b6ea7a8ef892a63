import ArgumentParser
import CommandSupport
import ConfigurationFiles
import FrontDoor
import Generations
import HTTP2Transport
import Logging
import NotificationModel
import Notilua
import Operations
import Pipeline
import PrometheusMetrics
import RESTInterface
import ServiceLife
import ServiceLifecycle
import ServiceParts
import WorkerHost

/// `notilua serve`: from a front door for providers of APNs through the chain to APNs.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract:
      "Takes pushes as APNs does, runs the plugins on them, and pushes what they let through to APNs.",
    discussion: """
      Any client of APNs points its host here and pushes with a key of 'notilua keys door add'. The configuration says \
      where the door listens, who may push, and what an answer means: that the outbox has a push (door.answer: \
      accepted), or that APNs has taken it (delivered).

      SIGTERM stops accepting, lets what was accepted be delivered for service.stop_timeout, keeps the rest in the outbox \
      and ends with status 0; a second one ends it at once. SIGHUP opens log, audit and feedback anew, and reads plugins, \
      catalogs and keys for crypto again. 'notilua ctl' asks a running service for its state, has it reload, and drains it.

      Examples:
        notilua serve --config /etc/notilua/notilua.yaml
        notilua serve --audit audit.ndjson --server localhost:8443 --trust ca.pem
        notilua ctl status
      """)

  @OptionGroup var chain: ChainOptions

  @OptionGroup(title: "Options of APNs") var apns: APNsFlags

  @Option(
    help: ArgumentHelp("Keep what is accepted in this file until it is delivered.", valueName: "file"),
    completion: .file())
  var outbox: String?

  @Option(
    help: ArgumentHelp("Append the outcome of every push to a file.", valueName: "file"), completion: .file())
  var audit: String?

  @Option(
    help: ArgumentHelp(
      "Append an event to a file for each device token that APNs says is gone, or does not know.",
      valueName: "file"), completion: .file())
  var feedback: String?

  func run() async throws {
    ServiceLife.prepareProcess()
    let manager = ServiceManager()
    let reader = reader
    let first = try failing { () throws(HostError) in try reader.read() }
    let plan = try failing { () throws(HostError) in try self.plan(first.configuration) }
    let log = try failing { () throws(HostError) in try plan.log() }
    do {
      try await serve(plan, (reader, first), manager, log)
    } catch {
      let failure = Self.error(error)
      log.logger("serve").error("\(failure.message)")
      // The one who has just started it looks at the terminal, not into a log file.
      if plan.hasLogFile { _ = fail(failure) }
      throw ExitCode(failure.status.rawValue)
    }
  }

  private var reader: GenerationReader {
    GenerationReader(file: chain.config ?? "notilua.yaml", executable: WorkerExecutable.path) {
      [chain] () throws(HostError) in try chain.load(inProject: false)
    }
  }

  private func plan(_ configuration: Configuration) throws(HostError) -> ServePlan {
    var flags = RunFlags()
    flags.outbox = outbox
    for (channel, path) in [(RunChannel.audit, audit), (.feedback, feedback)] {
      if let path { flags.files[channel] = RunChannel.Place("--\(channel.rawValue)", .file(path)) }
    }
    return try ServePlan(flags, apns, configuration)
  }

  private func serve(
    _ plan: ServePlan, _ generation: (reader: GenerationReader, first: GenerationContent),
    _ manager: ServiceManager, _ log: ServiceLog
  ) async throws {
    let pulse = LoopPulse(manager)
    let metrics = plan.makeMetrics()
    let link = RunLink()
    let registry = try RegistryPart(
      plan.run.configuration, metrics.registry, log.logger("registry"), link.access)
    let run = try ServiceRun(plan, generation.first, metrics, pulse, log, registry?.feedback)
    link.connect(run)
    let reloader = Reloader(
      generation.first, generation.reader, executable: WorkerExecutable.path, host: run,
      metrics: ReloadMetrics(metrics.registry), logger: log.logger("reload")
    ) {
      log.generation = $0.number
      registry?.messages.reloadTexts($0.content.configuration)
    }
    let state = ServiceState(
      run, reloader, pulse, metrics.registry, isDurable: plan.run.outbox != nil)
    var control = OperationsRoutes.control(state)
    control.addGenerations(reloader)
    let operations = OperationsListener(
      try plan.operationsSockets(), open: .open(state), control: control, logger: log.logger("operations"))
    let door = FrontDoorService(
      run: run, state: state, deadline: plan.deadline, addresses: plan.addresses, logger: log.logger("door"))
    let api = try plan.apiSockets()
    let apiService = APIService(
      run: run, state: state, generations: reloader, registry: registry?.parts, settings: plan.sendSettings,
      limits: plan.apiLimits, sockets: api,
      metrics: APIMetrics(metrics.registry), logger: log.logger("api"))
    let hangUp = HangUpService {
      run.reopenFiles()
      do throws(ServiceLog.Failure) {
        try log.reopen()
        log.logger("serve").notice("files are open anew")
      } catch {
        log.logger("serve").error("\(error.message); lines go on into the file before")
      }
      reloader.request(.hangUp)
    }
    let ready = ManagerService(manager, logger: log.logger("serve")) {
      "taking pushes on \([try await door.listening.value(), plan.apiAddresses].filter { !$0.isEmpty }.joined(separator: ", "))"
    }
    try await ServiceLife.run(
      [operations, run.service, door] + (registry.map { [$0] } ?? []) + (api.isEmpty ? [] : [apiService])
        + [try ReloadService(reloader, watchesFiles: plan.watchesFiles), hangUp, ready],
      stopTimeout: plan.deadline + plan.stopTimeout + .seconds(10), logger: log.logger("life"))
  }

  /// Returns an error as a sentence with a status.
  static func error(_ error: any Error) -> HostError {
    (error as? HostError) ?? HostError(.output, "the front door: \(HTTP2Server.text(of: error))")
  }
}
