import ConfigurationFiles
import Generations
import Notilua
import Testing

/// What a service reads at its start alone is refused by name, and nothing else is.
struct RestartKeysTests {
  private static let door =
    "listen: ['127.0.0.1:2197'], certificate: a, key: b, keys: c, client_ca: d"

  private static func configuration(_ text: String) throws(HostError) -> Configuration {
    try Configuration(yaml: text, name: "c")
  }

  private static func changed(_ old: String, _ new: String) throws -> String? {
    do throws(HostError) {
      try RestartKeys.check(try configuration(new), against: try configuration(old))
      return nil
    } catch {
      return error.message
    }
  }

  private static let base = "door: { \(door) }\n"

  @Test(
    arguments: [
      ("workers: 2", "workers"), ("limits: { payload: 1KiB }", "limits.payload"),
      ("limits: { depth: 9 }", "limits.depth"), ("duplicate_keys: last", "duplicate_keys"),
      ("operations: { address: '127.0.0.1:1' }", "operations.address"),
      ("operations: { socket: s }", "operations.socket"), ("outbox: { path: o }", "outbox.path"),
      ("outbox: { size: 2MiB }", "outbox.size"), ("outbox: { free: 1 }", "outbox.free"),
      ("outbox: { keep: 1h }", "outbox.keep"), ("outbox: { keep_dead: 1h }", "outbox.keep_dead"),
      ("outbox: { recall: remove }", "outbox.recall"), ("outbox: { recall_text: x }", "outbox.recall_text"),
      ("outbox: { recall_for: 1h }", "outbox.recall_for"), ("apns: { credentials: c }", "apns.credentials"),
      ("apns: { environment: sandbox }", "apns.environment"), ("apns: { topic: t }", "apns.topic"),
      ("apns: { connections: 2 }", "apns.connections"), ("apns: { server: s }", "apns.server"),
      ("apns: { port: 2197 }", "apns.port"), ("apns: { proxy: '' }", nil),
      ("apns: { proxy_password_file: f }", "apns.proxy_password_file"),
      ("service: { stop_timeout: 1s }", "service.stop_timeout"), ("service: { log: json }", "service.log"),
      ("service: { log_file: f }", "service.log_file"), ("service: { log_level: info }", "service.log_level"),
      ("service: { reload: { watch: true } }", "service.reload.watch"),
      ("service: { reload: { gate: load, test_budget: 1s } }", nil),
      ("applications: [{ key: a, bundle_id: b.c }]", "applications"),
      ("api: { keys: k }", "api.keys"), ("rules: { alert_text: warn }", nil),
      ("plugins: [{ path: p, capabilities: [delivery: { fields: [topic], topics: [a.b] }] }]", nil),
      ("plugins: [{ path: p, settings: { a: 1 } }]", nil), ("strings: { locale: [de] }", nil),
      ("keys: { k: { file: f } }", nil), ("quarantine: { after: 1 }", nil), ("limits: { wall: 1s }", nil),
      ("# Lines above move all others.\n\n", nil),
    ] as [(String, String?)])
  func aKeyIsNamed(_ text: String, _ name: String?) throws {
    let said = try Self.changed(Self.base, text + "\n" + Self.base)
    #expect(
      said == name.map { "\($0) needs a restart; restart the service, or take the change back" })
  }

  @Test(arguments: [
    ("listen: ['127.0.0.1:2198']", "door.listen"), ("certificate: x", "door.certificate"),
    ("key: x", "door.key"), ("keys: x", "door.keys"), ("client_ca: x", "door.client_ca"),
    ("answer: delivered", "door.answer"), ("deadline: 1s", "door.deadline"),
    ("repeats: 1m", "door.repeats"), ("threads: 2", "door.threads"),
    ("first_streams: 1", "door.first_streams"),
    ("limits: { connections: 1 }", "door.limits.connections"),
    ("limits: { connections_per_address: 1 }", "door.limits.connections_per_address"),
    ("limits: { requests: 1 }", "door.limits.requests"),
    ("limits: { handshake: 1s }", "door.limits.handshake"),
    ("limits: { idle: 1s }", "door.limits.idle"), ("limits: { body: 1s }", "door.limits.body"),
    (
      "certificates: { \(String(repeating: "ab", count: 32)): { topics: [a.b] } }", "door.certificates"
    ),
  ])
  func aKeyOfTheDoorIsNamed(_ text: String, _ name: String) throws {
    let key = String(text.prefix { $0 != ":" })
    let rest = Self.door.split(separator: ", ").filter { !$0.hasPrefix(key + ":") }.joined(separator: ", ")
    let said = try Self.changed(Self.base, "door: { \(rest), \(text) }\n")
    #expect(said == "\(name) needs a restart; restart the service, or take the change back")
  }

  @Test(arguments: [
    ("listen: ['127.0.0.1:8501']", "api.listen"), ("socket: x", "api.socket"),
    ("limits: { connections: 1 }", "api.limits.connections"), ("limits: { body: 1MiB }", "api.limits.body"),
    ("limits: { request: 1s }", "api.limits.request"), ("limits: { handshake: 1s }", "api.limits.handshake"),
    ("certificate: c, key: k", "api.certificate, api.key"),
    ("limits: { notifications: 1 }", "api.limits.notifications"),
  ])
  func aKeyOfTheAPIIsNamed(_ text: String, _ name: String) throws {
    let said = try Self.changed("api: { keys: k }\n", "api: { keys: k, \(text) }\n")
    let needs = name.contains(",") ? "need" : "needs"
    #expect(said == "\(name) \(needs) a restart; restart the service, or take the change back")
  }

  @Test(arguments: [
    ("path: x", "outcomes.path"), ("path: o, keep: 1h", "outcomes.keep"),
    ("path: o, size: 1MiB", "outcomes.size"),
  ])
  func aKeyOfOutcomesIsNamed(_ text: String, _ name: String) throws {
    let said = try Self.changed("outcomes: { path: o }\n", "outcomes: { \(text) }\n")
    #expect(said == "\(name) needs a restart; restart the service, or take the change back")
  }

  @Test(arguments: [("path: x", "registry.path"), ("path: r, keep_gone: 1h", "registry.keep_gone")])
  func aKeyOfTheRegistryIsNamed(_ text: String, _ name: String) throws {
    let said = try Self.changed("registry: { path: r }\n", "registry: { \(text) }\n")
    #expect(said == "\(name) needs a restart; restart the service, or take the change back")
  }

  @Test(arguments: [
    ("rule: each_device", "presence.rule"), ("background_after: 1m", "presence.background_after"),
    ("lease: 1m", "presence.lease"), ("snapshot: x", "presence.snapshot"),
  ])
  func aKeyOfThePresenceIsNamed(_ text: String, _ name: String) throws {
    let said = try Self.changed("presence: {}\n", "presence: { \(text) }\n")
    #expect(said == "\(name) needs a restart; restart the service, or take the change back")
  }

  @Test func severalAreNamedTogether() throws {
    let said = try Self.changed(Self.base, "workers: 3\noutbox: { path: o }\n" + Self.base)
    #expect(
      said == "workers, outbox.path need a restart; restart the service, or take the change back")
  }

  /// A key that is added to one of these sections is in the list, or is one of a generation.
  @Test func noKeyIsForgotten() throws {
    let configuration = Configuration()
    func count(_ value: Any, besides: Set<String>) -> Int {
      Mirror(reflecting: value).children.count { !besides.contains($0.label ?? "") }
    }
    let sections =
      count(configuration.door, besides: ["names", "limits"]) + count(configuration.door.limits, besides: [])
      + count(configuration.api, besides: ["limits"]) + count(configuration.api.limits, besides: [])
      + count(configuration.outcomes, besides: []) + count(configuration.registry, besides: [])
      + count(configuration.messages, besides: [])
      + count(configuration.presence, besides: [])
      + count(configuration.operations, besides: ["addressName"])
      + count(configuration.outbox, besides: ["pathName"]) + count(configuration.apns, besides: ["names"])
      // Of service.reload, watch alone is.
      + count(configuration.service, besides: ["reload"]) + 1
    let ofGenerations: Set = [
      "plugins", "pluginFolder", "limits", "sourceLimit", "quarantineAfter", "quarantineFor", "strings",
      "keyFiles", "keyPlaces", "runsWithoutPlugins", "hasWholeChain", "presentation", "relaxedRules",
    ]
    let others = count(
      configuration,
      besides: ofGenerations.union([
        "apns", "api", "outbox", "outcomes", "registry", "presence", "messages", "door", "operations",
        "service",
      ]))
    #expect(RestartKeys.values(configuration).count == sections + others)
  }
}
