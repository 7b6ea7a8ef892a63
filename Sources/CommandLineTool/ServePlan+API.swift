import APNs
import APNsCredentials
import ClientKeys
import ConfigurationFiles
import NotificationModel
import Notilua
import Operations
import RESTInterface
import ServiceLife
import Stories
import WorkerProtocol

extension ServePlan {
  private var api: Configuration.API { run.configuration.api }

  /// A Boolean value that indicates whether there is an HTTP API.
  var hasAPI: Bool { api.isOn || !passed["api"].isEmpty }

  /// The addresses of the HTTP API, for people.
  var apiAddresses: String {
    (api.listen + (api.socket.map { ["unix:\($0)"] } ?? [])).joined(separator: ", ")
  }

  /// Reads the file of the keys of the HTTP API; nil where there is none.
  func apiKeys() throws(HostError) -> APIKeys? {
    guard let path = api.keys else { return nil }
    do throws(CredentialError) {
      return try APIKeys(path)
    } catch {
      throw HostError(.plugins, error.message)
    }
  }

  /// Reads the certificate and the key of the HTTP API; nil where it has none.
  func apiIdentity() throws(HostError) -> IdentityWatch? {
    guard let certificate = api.certificate, let key = api.key else { return nil }
    return try IdentityWatch(certificate: certificate, key: key)
  }

  /// Opens the sockets of the HTTP API.
  func apiSockets() throws(HostError) -> [ListeningSocket] {
    let sockets = try openAPISockets()
    // A name may stand for any address, and a service manager may pass any socket.
    if api.certificate == nil, let socket = sockets.first(where: \.isOpenToOthers) {
      throw HostError(
        .usage,
        "the HTTP API listens on port \(socket.port ?? 0) of an address that other machines reach, without TLS; add"
          + " api.certificate and api.key, or listen on 127.0.0.1 or [::1] alone")
    }
    return sockets
  }

  private func openAPISockets() throws(HostError) -> [ListeningSocket] {
    do throws(ListeningSocket.Failure) {
      var sockets = passed["api"].map { ListeningSocket(passed: $0) }
      if !sockets.isEmpty { return sockets }
      for text in api.listen {
        guard let address = NetworkAddress(text), let port = address.port else { continue }
        sockets.append(try ListeningSocket(host: address.host, port: port, setting: "api.listen"))
      }
      if let path = api.socket {
        // Who may connect is a matter of the folder; who may ask what, of the key.
        sockets.append(try ListeningSocket(path: path, mode: 0o660, setting: "api.socket"))
      }
      return sockets
    } catch {
      throw HostError(.output, error.message)
    }
  }

  /// Opens what is kept of notifications; nil where nothing is.
  func stories() throws(HostError) -> StoryStore? {
    let outcomes = run.configuration.outcomes
    guard let path = outcomes.path else { return nil }
    var options = StoryOptions()
    options.keeps = outcomes.keep
    options.sizeLimit = outcomes.size
    do throws(StoryError) {
      return try StoryStore(path, options)
    } catch {
      throw HostError(.output, error.description)
    }
  }

  /// The settings by which the HTTP API reads notifications.
  var sendSettings: SendSettings {
    var settings = SendSettings()
    settings.environment = PushEnvironment(rawValue: run.configuration.apns.environment) ?? .production
    settings.depthLimit = run.configuration.depthLimit
    settings.duplicateKeys = run.configuration.runnerOptions.duplicateKeys
    settings.openLimit = api.limits.notifications
    return settings
  }

  /// The limits of the HTTP API's requests and connections.
  var apiLimits: RequestLimits {
    RequestLimits(
      request: api.limits.request, handshake: api.limits.handshake, stop: deadline,
      bodyBytes: api.limits.body,
      connections: api.limits.connections)
  }
}
