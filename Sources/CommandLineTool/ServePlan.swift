import APNs
import APNsCredentials
import ClientKeys
import ConfigurationFiles
import CredentialCommands
import Digests
import EventLoop
import FileReading
import FrontDoor
import HTTP2Transport
import Logging
import NotificationModel
import Notilua
import Pipeline
import PrometheusMetrics
import RESTInterface
import ServiceLife
import ServiceParts
import WorkerProtocol

/// The plan of a service, decided from the flags and the configuration together.
struct ServePlan: Sendable {
  /// The run behind the door.
  let run: RunPlan
  /// The sockets that the service manager has passed.
  let passed: PassedSockets

  /// The names of sockets that a service manager may pass.
  static let socketNames: Set<String> = ["front", "operations", "api"]

  private var configuration: Configuration { run.configuration }
  private var door: Configuration.Door { configuration.door }

  /// The time that what was accepted has to be delivered at a stop.
  var stopTimeout: Duration { configuration.service.stopTimeout }
  /// The addresses of the door, for people.
  var addresses: String { door.listen.joined(separator: ", ") }
  /// A Boolean value that indicates whether a change of files is a reload.
  var watchesFiles: Bool { configuration.service.reload.watches }
  /// The time in which a push is a repeat.
  var repeats: Duration { door.repeats }
  /// The longest time until a push has its answer.
  var deadline: Duration { door.deadline }

  /// - Throws: ``HostError`` where what they say together has no meaning.
  init(_ flags: RunFlags, _ apns: APNsFlags, _ base: Configuration) throws(HostError) {
    var flags = flags
    flags.sink = .apns
    flags.emission = .deliveries
    // At a stop, what APNs does not take at the moment is kept for the next start.
    flags.lingersFor = .zero
    flags.keepsRepeatsFor = base.door.repeats
    // Nobody waits longer for APNs' own answer.
    if base.door.answer == "delivered" { flags.retriesFor = base.door.deadline }
    run = try RunPlan(flags, apns, base)
    do throws(PassedSockets.Failure) {
      passed = try PassedSockets(known: Self.socketNames)
    } catch {
      throw HostError(.usage, error.message)
    }
    try check()
  }

  private func check() throws(HostError) {
    if door.listen.isEmpty, passed["front"].isEmpty, !hasAPI {
      throw HostError(
        .usage,
        "there is no front door; name its address in door.listen, such as [127.0.0.1:2197], or that of an HTTP API in"
          + " api.listen")
    }
    switch (door.answer, run.outbox) {
    case ("accepted", nil):
      throw HostError(
        .usage,
        "\(door.name(of: "answer")) is 'accepted', which is a promise of the outbox; name its file in outbox.path, or"
          + " answer 'delivered'")
    case ("delivered", _?):
      throw HostError(
        .usage,
        "\(door.name(of: "answer")) is 'delivered', which is APNs' own answer; leave outbox.path out, or answer"
          + " 'accepted'")
    default: break
    }
    try RegistryPart.check(configuration, hasOutbox: run.outbox != nil, hasAPI: hasAPI)
    if let store = run.apns?.store { try ApplicationCredentials(configuration, store).check() }
  }

  // MARK: The door

  /// Reads the file of the keys whose holders may push; nil where certificates alone decide.
  func keys() throws(HostError) -> DoorKeys? {
    guard let path = door.keys else { return nil }
    do throws(CredentialError) {
      return try DoorKeys(path)
    } catch {
      throw HostError(.plugins, error.message)
    }
  }

  /// Returns who may push, with these keys.
  func gate(_ keys: DoorKeys?) -> DoorGate { DoorGate(door, keys: keys?.current ?? []) }

  /// Reads the certificate and the key of the door; nil where it listens on Unix sockets alone.
  func identity() throws(HostError) -> IdentityWatch? {
    guard let certificate = door.certificate, let key = door.key else { return nil }
    return try IdentityWatch(certificate: certificate, key: key)
  }

  /// Returns the settings of the door.
  func doorOptions(_ identity: HTTP2Server.Identity?) throws(HostError) -> FrontDoor.Options {
    var server = HTTP2Server.Options(identity: identity)
    server.listeners = passed["front"].map { .descriptor($0) } + listeners
    server.threads = door.threads
    if let path = door.clientAuthority { server.clientAuthorities = try authorities(path) }
    server.limits.connections = door.limits.connections
    server.limits.connectionsOfAddress = door.limits.connectionsPerAddress
    server.limits.requestsInFlight = door.limits.requests
    server.limits.handshake = door.limits.handshake
    server.limits.preface = door.limits.handshake
    server.limits.idle = door.limits.idle
    server.limits.request = door.limits.body
    var options = FrontDoor.Options(server: server)
    options.environment = PushEnvironment(rawValue: configuration.apns.environment) ?? .production
    options.firstStreams = UInt32(door.firstStreams)
    options.depthLimit = configuration.depthLimit
    options.duplicateKeys = configuration.runnerOptions.duplicateKeys
    return options
  }

  private var listeners: [HTTP2Listener] {
    // What a service manager has opened is in place of the addresses.
    guard passed["front"].isEmpty else { return [] }
    return door.listen.compactMap { text in
      if text.hasPrefix("unix:") { return .unix(path: String(text.dropFirst(5)), mode: 0o660) }
      guard let address = NetworkAddress(text), let port = address.port else { return nil }
      return .addresses([address.host], port: port)
    }
  }

  private func authorities(_ path: String) throws(HostError) -> [[UInt8]] {
    let text = try readFile(path, .certificates, status: .usage)
    do throws(HTTP2ServerError) {
      return try HTTP2Server.Identity.certificates(pem: text)
    } catch {
      throw HostError(.usage, "\(door.name(of: "client_ca")) '\(path)': \(error.message)")
    }
  }

  // MARK: The service

  /// A Boolean value that indicates whether the log is in a file, where nobody looks who has just started it.
  var hasLogFile: Bool { configuration.service.logFile != nil }

  /// Opens the log.
  func log() throws(HostError) -> ServiceLog {
    let service = configuration.service
    let form = LogForm(rawValue: service.log) ?? .text
    let level = Logger.Level(rawValue: service.logLevel) ?? .notice
    guard let path = service.logFile else { return ServiceLog(form: form, level: level) }
    do throws(ServiceLog.Failure) {
      return try ServiceLog(path: path, form: form, level: level)
    } catch {
      throw HostError(.output, error.message)
    }
  }

  /// Opens the sockets of the listener for operations.
  func operationsSockets() throws(HostError) -> [ListeningSocket] {
    let operations = configuration.operations
    do {
      var sockets = passed["operations"].map { ListeningSocket(passed: $0) }
      if sockets.isEmpty {
        if let address = try operationsAddress() {
          sockets.append(try ListeningSocket(host: address.host, port: address.port))
        }
        sockets.append(try ListeningSocket(path: operations.socket))
      }
      return sockets
    } catch let error as ListeningSocket.Failure {
      throw HostError(.output, error.message)
    } catch {
      throw (error as? HostError) ?? HostError(.output, "\(error)")
    }
  }

  private func operationsAddress() throws(HostError) -> (host: String, port: Int)? {
    let operations = configuration.operations
    guard let text = operations.address else { return nil }
    guard let address = NetworkAddress(text), let port = address.port else {
      throw HostError(.usage, "\(operations.addressName) is '\(text.shortened)'; write it as HOST:PORT")
    }
    return (address.host, port)
  }

  /// Makes the metrics of the service: those of the process and the door; the run adds its own.
  func makeMetrics() -> (registry: MetricRegistry, door: DoorMetrics) {
    let registry = MetricRegistry()
    registry.addProcess()
    return (registry, DoorMetrics(registry))
  }
}
