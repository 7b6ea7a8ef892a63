import APNs
import ArgumentParser
import CommandSupport
import ConfigurationFiles
import FileReading
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
    if let server, NetworkAddress(server)?.port == nil {
      throw ValidationError("--server is '\(server)'; give it as HOST:PORT.")
    }
  }

  /// The names of the flags that are given.
  var given: [String] {
    [
      ("--server", server), ("--proxy", proxy), ("--trust", trust), ("--credentials", credentials),
      ("--environment", environment), ("--topic", topic),
    ].compactMap { name, value in value == nil ? nil : name }
  }

  /// Puts what the flags say over what the configuration says.
  func apply(to apns: inout Configuration.APNs) {
    if let credentials { apns.credentialFolder = credentials }
    if let environment { apns.environment = environment }
    if let topic { apns.topic = topic }
    if let server {
      apns.server = server
      apns.port = nil
      apns.names["server"] = "--server"
    }
    if let proxy {
      apns.proxy = proxy
      apns.names["proxy"] = "--proxy"
      // The password belongs to a user of the configuration's proxy; one without a user needs none.
      if (try? ProxyAddress(url: proxy))?.user == nil { apns.proxyPasswordFile = nil }
    }
  }

  /// Returns the options of the sink: those of a configuration that the flags are applied to, and the roots to trust.
  func options(_ apns: Configuration.APNs) throws(HostError) -> APNsOptions {
    var options = try APNsOptions(apns)
    options.trustRoots = try trustRoots()
    return options
  }

  /// Returns the path of the roots to trust, of which there is one at least.
  private func trustRoots() throws(HostError) -> String? {
    guard let trust else { return nil }
    let text: [UInt8]
    do throws(HostError) {
      text = try readFile(trust, .certificates, status: .usage)
    } catch {
      throw HostError(error.status, "--trust \(error.message)")
    }
    guard String(decoding: text, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
      throw HostError(
        .usage, "--trust '\(trust)': there is no certificate in it; name the PEM file of the roots to trust")
    }
    return trust
  }
}
