import APNs
import APNsCredentials
import ArgumentParser
import ExtensionHost
import FileReading
import Glibc
import NotificationModel

/// The flags that say how APNs is reached: what `apns:` of `notilua.yaml` says too.
struct APNsFlags: ParsableArguments {
  @Option(
    name: [.customLong("credentials"), .customLong("store")],
    help: ArgumentHelp(
      "The folder of the credentials; without it the one of 'notilua credentials'. Both names are the same option.",
      valueName: "folder"))
  var credentials: String?

  @Option(
    help: ArgumentHelp(
      "Where notifications go that name no environment: sandbox or production.", valueName: "environment"))
  var environment: String?

  @Option(help: ArgumentHelp("The bundle id of notifications that name no topic.", valueName: "bundle id"))
  var topic: String?

  @Option(
    help: ArgumentHelp("A server instead of Apple's: a simulator, or a proxy.", valueName: "host:port"))
  var server: String?

  @Option(
    help: ArgumentHelp(
      "Trust the roots of this PEM file instead of the system's, as 'apns-simulator --write-ca' makes it.",
      valueName: "file"))
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
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65535).contains(port)
    else { return nil }
    var host = String(text[..<colon])
    // An address of IPv6 has colons of its own.
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(where: { $0 == ":" || $0 == "/" }) {
      return nil
    }
    return host.isEmpty ? nil : APNsOptions.Server(host: host, port: port)
  }

  /// The configuration's options with what the flags say put over them.
  func options(_ configuration: Configuration) throws(HostError) -> APNsOptions {
    var options = APNsOptions()
    options.environment =
      PushEnvironment(rawValue: environment ?? configuration.apns.environment) ?? .production
    options.topic = topic ?? configuration.apns.topic
    options.connections = configuration.apns.connections
    options.server = server.flatMap(Self.server)
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
