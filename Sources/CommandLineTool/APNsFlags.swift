import APNs
import APNsCredentials
import ArgumentParser
import ConfigurationFiles
import FileReading
import Glibc
import NotificationModel
import Notilua

/// The flags that say how APNs is reached: what `apns:` of `notilua.yaml` says too.
struct APNsFlags: ParsableArguments {
  @Option(
    name: [.customLong("credentials"), .customLong("store")],
    help: ArgumentHelp(
      "The folder of the credentials; without it the one of 'notilua credentials'. Both names are the same option.",
      valueName: "folder"), completion: .directory)
  var credentials: String?

  @Option(
    help: ArgumentHelp(
      "Where notifications go that name no environment: sandbox or production.", valueName: "environment"),
    completion: .cases(PushEnvironment.self))
  var environment: String?

  @Option(help: ArgumentHelp("The bundle id of notifications that name no topic.", valueName: "bundle id"))
  var topic: String?

  @Option(
    help: ArgumentHelp(
      "The server to connect to instead of Apple's: a simulator, or another that speaks APNs' protocol. A proxy is named with --proxy.",
      valueName: "host:port"))
  var server: String?

  @Option(
    help: ArgumentHelp(
      "An HTTP proxy that leads to the server, http://USER@HOST:PORT without a password; without it HTTPS_PROXY, but not for the hosts of NO_PROXY; an empty text for none.",
      valueName: "url"))
  var proxy: String?

  @Option(
    help: ArgumentHelp(
      "Trust the roots of this PEM file instead of the system's, as 'apns-simulator --write-ca' makes it.",
      valueName: "file"), completion: .file())
  var trust: String?

  func validate() throws {
    if let environment, PushEnvironment(rawValue: environment) == nil {
      throw ValidationError("--environment is '\(environment)'; use sandbox or production.")
    }
    if let server, Self.server(server) == nil {
      throw ValidationError("--server is '\(server)'; give it as HOST:PORT.")
    }
  }

  private static func server(_ text: String) -> APNsOptions.Server? {
    guard let address = NetworkAddress(text), let port = address.port else { return nil }
    return APNsOptions.Server(host: address.host, port: port)
  }

  /// The configuration's options with what the flags say put over them.
  func options(_ configuration: Configuration) throws(HostError) -> APNsOptions {
    var options = APNsOptions()
    options.environment =
      PushEnvironment(rawValue: environment ?? configuration.apns.environment) ?? .production
    options.topic = topic ?? configuration.apns.topic
    options.connections = configuration.apns.connections
    if let server {
      options.server = Self.server(server)
    } else {
      options.server = try configuredServer(configuration.apns)
    }
    options.port = configuration.apns.port ?? options.port
    (options.proxy, options.proxyExceptions) = try proxySettings(configuration.apns)
    options.trustRoots = trust
    if let trust {
      let text: [UInt8]
      do throws(HostError) {
        text = try readFile(trust, .certificates, status: .usage)
      } catch {
        throw HostError(error.status, "--trust \(error.message)")
      }
      guard String(decoding: text, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
        throw HostError(
          .usage, "--trust '\(trust)': there is no certificate in it; name the PEM file of the roots to trust"
        )
      }
    }
    return options
  }

  /// The server that the configuration names.
  private func configuredServer(_ apns: Configuration.APNs) throws(HostError) -> APNsOptions.Server? {
    guard let text = apns.server else { return nil }
    let place = apns.places["server"].map { "\($0): " } ?? ""
    guard let address = NetworkAddress(text) else {
      throw HostError(
        .usage, "\(place)apns.server is '\(text.shortened)'; write it as HOST or HOST:PORT, without https://")
    }
    if address.port != nil, apns.port != nil {
      throw HostError(
        .usage, "\(place)apns.server has a port, and there is apns.port; leave one of the two out")
    }
    return APNsOptions.Server(host: address.host, port: address.port ?? apns.port ?? 443)
  }

  /// The credentials, wherever they are kept.
  func store(_ configuration: Configuration) throws(HostError) -> CredentialStore {
    do throws(CredentialError) {
      return CredentialStore(
        folder: credentials ?? configuration.apns.credentialFolder ?? CredentialStore.defaultFolder,
        sealingKey: try SealingKey.found())
    } catch {
      throw HostError(.usage, error.message)
    }
  }
}

extension CredentialStore {
  /// Every credential, of which there is one at least.
  func loaded() throws(HostError) -> [Credential] {
    let credentials: [Credential]
    do throws(CredentialError) {
      credentials = try load()
    } catch {
      throw HostError(.usage, error.message)
    }
    guard !credentials.isEmpty else {
      throw HostError(
        .usage, "'\(folder)': no credential there; add one with 'notilua credentials add NAME FILE'")
    }
    return credentials
  }
}
