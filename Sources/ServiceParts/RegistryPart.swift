import Applications
import Composition
import ConfigurationFiles
import EventLoop
import Logging
import Messaging
import Muting
import Notilua
import Presence
import PrometheusMetrics
import RESTInterface
import Registry
import ServiceLife
import ServiceLifecycle
import WorkerHost

/// The registry of a service, and what is looked after beside it.
package struct RegistryPart: Service, CustomStringConvertible {
  /// The time between two looks at what comes due.
  private static let interval = Duration.seconds(5)
  /// The time between two looks at the presence.
  private static let presenceInterval = Duration.seconds(1)

  /// The observer of APNs' answers about tokens.
  package let feedback: DeviceFeedback
  /// The registry as the HTTP API serves it.
  package let parts: RegistryParts
  /// The messages of chat servers.
  package let messages: MessagePart
  private let devices: DeviceBook
  private let presence: PresenceKeeper
  private let logger: Logger

  package var description: String { "registry" }

  /// Opens the registry of a configuration, and makes its file where there is none; nil where the configuration has none.
  package init?(
    _ configuration: Configuration, _ metrics: MetricRegistry, _ logger: Logger, _ run: RunAccess
  ) throws(HostError) {
    let settings = configuration.registry
    guard let path = settings.path else { return nil }
    let applications = try configuration.applicationTable()
    let file: RegistryFile
    do throws(RegistryError) {
      file = try RegistryFile(path, [DeviceTables.register, MuteTables.register, MessageSchema.register])
    } catch {
      throw HostError(.output, error.description)
    }
    let counts = DeviceMetrics(metrics, applications: applications.applications.map(\.key))
    let withdrawals = Withdrawals(file) {
      applications[$0]?.bundleID
    } recall: {
      await run.recall($0)
    }
    let warn: @Sendable (String) -> Void = { logger.warning("\($0)") }
    feedback = DeviceFeedback(
      file, withdrawals, counts,
      application: { applications.application(topic: $0, environment: $1)?.key }, tell: warn)
    devices = DeviceBook(file, withdrawals, counts, keepsGoneFor: settings.keepGone)
    let keys = applications.applications.map(\.key)
    presence = PresenceKeeper(
      PresenceBook(PresenceSettings(configuration.presence)),
      path: configuration.presence.snapshot ?? "\(path).presence",
      metrics: PresenceMetrics(metrics, applications: keys), at: Timestamp.now, tell: warn)
    let mutes = MuteBook(file, MuteZones(ZoneFolder.compiled))
    let taker = RunTaker(recall: run.recall)
    let texts = try configuration.messageTexts()
    messages = MessagePart(
      configuration,
      MessageDesk.Parts(
        file: file, presence: presence.book, muting: Muting(mutes.zones), rule: presence.book.settings.rule,
        applications: applications, composers: ComposerShelf(texts.own, other: texts.other),
        taker: taker, metrics: MessageMetrics(metrics, applications: keys), tell: warn),
      taker, run, logger)
    parts = RegistryParts(
      applications, devices, messages.desk, PresenceParts(presence.book, listener: messages.desk), mutes,
      tell: warn)
    self.logger = logger
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup { group in
        group.addTask { await messages.push() }
        group.addTask { await Self.again(Self.interval) { await lookAfter() } }
        group.addTask { [presence] in
          // The snapshot takes as long as the disk does.
          await Self.again(Self.presenceInterval) { await onOwnThread { presence.look(at: Timestamp.now) } }
        }
      }
    }
    // The HTTP API has ended before, and nothing changes any more.
    await onOwnThread { [presence] in presence.close(at: Timestamp.now) }
  }

  /// Does something again and again until the task is cancelled.
  private static func again(_ interval: Duration, _ body: () async -> Void) async {
    while !Task.isCancelled {
      await body()
      try? await Task.sleep(for: interval)
    }
  }

  /// Fails where a configuration has a registry and something is missing that it needs.
  package static func check(
    _ configuration: Configuration, hasOutbox: Bool, hasAPI: Bool
  ) throws(HostError) {
    guard configuration.registry.path != nil else {
      guard configuration.presence == Configuration.Presence() else {
        throw HostError(
          .usage, "presence decides on pushes to devices of a registry; name its file in registry.path")
      }
      return
    }
    if configuration.applications.isEmpty {
      throw HostError(
        .usage, "registry needs the apps whose devices are registered; add them to 'applications'")
    }
    if !hasOutbox {
      throw HostError(
        .usage, "registry needs the outbox, which keeps the pushes to devices; name its file in outbox.path")
    }
    if !hasAPI {
      throw HostError(
        .usage, "registry needs the HTTP API, by which devices are registered; name its address in api.listen"
      )
    }
  }

  private func lookAfter() async {
    feedback.age()
    do throws(RegistryError) {
      try await devices.lookAfter()
    } catch {
      logger.error("\(error)")
    }
  }
}
