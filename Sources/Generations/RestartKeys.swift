import ConfigurationFiles
import Notilua

/// The keys of the configuration that a service reads at its start alone, since they are of addresses, files and threads that
/// stay open.
package enum RestartKeys {
  /// Fails where a configuration has other values of these keys than the one that the service was started with.
  ///
  /// - Throws: ``HostError`` that names the keys.
  package static func check(_ new: Configuration, against old: Configuration) throws(HostError) {
    let changed = zip(values(old), values(new)).filter { $0.value != $1.value }.map(\.0.name)
    if changed.isEmpty { return }
    let needs = changed.count == 1 ? "needs" : "need"
    throw HostError(
      .usage,
      "\(changed.joined(separator: ", ")) \(needs) a restart; restart the service, or take the change back")
  }

  /// Returns the keys with their values, in one order; no value is a secret.
  package static func values(_ configuration: Configuration) -> [(name: String, value: String)] {
    [
      ("workers", "\(configuration.workers ?? 0)"), ("limits.payload", "\(configuration.payloadLimit)"),
      ("limits.depth", "\(configuration.depthLimit)"),
      ("duplicate_keys", "\(configuration.keepsLastDuplicate)"),
    ] + values(configuration.door) + values(configuration.door.limits) + values(configuration.api)
      + values(configuration.outcomes) + values(configuration.registry) + values(configuration.presence)
      + [("messages.keep", "\(configuration.messages.keep)")] + values(configuration.operations)
      + values(configuration.outbox)
      + values(configuration.apns) + values(configuration.applications)
      + values(configuration.service)
  }

  private static func values(_ door: Configuration.Door) -> [(name: String, value: String)] {
    let certificates = door.certificates.sorted { $0.key < $1.key }
    return [
      ("door.listen", "\(door.listen)"), ("door.certificate", door.certificate ?? ""),
      ("door.key", door.key ?? ""), ("door.client_ca", door.clientAuthority ?? ""),
      ("door.keys", door.keys ?? ""), ("door.certificates", "\(certificates)"),
      ("door.answer", door.answer), ("door.deadline", "\(door.deadline)"),
      ("door.repeats", "\(door.repeats)"), ("door.threads", "\(door.threads)"),
      ("door.first_streams", "\(door.firstStreams)"),
    ]
  }

  private static func values(_ limits: Configuration.Door.Limits) -> [(name: String, value: String)] {
    [
      ("door.limits.connections", "\(limits.connections)"),
      ("door.limits.connections_per_address", "\(limits.connectionsPerAddress)"),
      ("door.limits.requests", "\(limits.requests)"), ("door.limits.handshake", "\(limits.handshake)"),
      ("door.limits.idle", "\(limits.idle)"), ("door.limits.body", "\(limits.body)"),
    ]
  }

  private static func values(_ api: Configuration.API) -> [(name: String, value: String)] {
    [
      ("api.listen", "\(api.listen)"), ("api.certificate", api.certificate ?? ""), ("api.key", api.key ?? ""),
      ("api.socket", api.socket ?? ""), ("api.keys", api.keys ?? ""),
      ("api.limits.connections", "\(api.limits.connections)"), ("api.limits.body", "\(api.limits.body)"),
      ("api.limits.request", "\(api.limits.request)"), ("api.limits.handshake", "\(api.limits.handshake)"),
      ("api.limits.notifications", "\(api.limits.notifications)"),
    ]
  }

  private static func values(_ outcomes: Configuration.Outcomes) -> [(name: String, value: String)] {
    [
      ("outcomes.path", outcomes.path ?? ""), ("outcomes.keep", "\(outcomes.keep)"),
      ("outcomes.size", "\(outcomes.size)"),
    ]
  }

  private static func values(_ registry: Configuration.Registry) -> [(name: String, value: String)] {
    [("registry.path", registry.path ?? ""), ("registry.keep_gone", "\(registry.keepGone)")]
  }

  private static func values(_ presence: Configuration.Presence) -> [(name: String, value: String)] {
    [
      ("presence.rule", presence.rule), ("presence.background_after", "\(presence.backgroundAfter)"),
      ("presence.lease", "\(presence.lease)"), ("presence.snapshot", presence.snapshot ?? ""),
    ]
  }

  private static func values(_ operations: Configuration.Operations) -> [(name: String, value: String)] {
    [("operations.address", operations.address ?? ""), ("operations.socket", operations.socket)]
  }

  private static func values(_ outbox: Configuration.Outbox) -> [(name: String, value: String)] {
    [
      ("outbox.path", outbox.path ?? ""), ("outbox.size", "\(outbox.size)"),
      ("outbox.free", "\(outbox.free)"), ("outbox.keep", "\(outbox.keep)"),
      ("outbox.keep_dead", "\(outbox.keepDead)"), ("outbox.recall", outbox.recall),
      ("outbox.recall_text", outbox.recallText), ("outbox.recall_for", "\(outbox.recallFor)"),
    ]
  }

  private static func values(_ apns: Configuration.APNs) -> [(name: String, value: String)] {
    [
      ("apns.credentials", apns.credentialFolder ?? ""), ("apns.environment", apns.environment),
      ("apns.topic", apns.topic ?? ""), ("apns.connections", "\(apns.connections)"),
      ("apns.server", apns.server ?? ""), ("apns.port", "\(apns.port ?? 0)"),
      ("apns.proxy", apns.proxy ?? ""), ("apns.proxy_password_file", apns.proxyPasswordFile ?? ""),
    ]
  }

  private static func values(_ applications: [Configuration.Application]) -> [(name: String, value: String)] {
    let values = applications.map { application in
      [
        application.key, application.bundleID, application.kind.rawValue, application.credential ?? "",
        application.environment ?? "", application.level,
      ]
    }
    return [("applications", "\(values)")]
  }

  private static func values(_ service: Configuration.Service) -> [(name: String, value: String)] {
    [
      ("service.stop_timeout", "\(service.stopTimeout)"), ("service.log", service.log),
      ("service.log_file", service.logFile ?? ""), ("service.log_level", service.logLevel),
      ("service.reload.watch", "\(service.reload.watches)"),
    ]
  }
}
