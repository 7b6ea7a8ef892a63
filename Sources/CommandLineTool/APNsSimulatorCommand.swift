import APNsCredentials
import APNsProtocol
import APNsSimulator
import ArgumentParser
import CommandSupport
import ConfigurationFiles
import EventLoop
import FileReading
import Glibc
import LosslessJSON
import NotificationModel
import Notilua
import TerminalPages

/// `notilua apns-simulator`: an APNs to test against.
struct APNsSimulatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apns-simulator",
    abstract: "An APNs to test against: it checks, refuses and breaks off as Apple's does.",
    discussion: """
      Takes HTTP/2 over TLS, with provider tokens and with client certificates, and writes what it accepts to a \
      journal. 'listening on ADDRESS:PORT' on the error stream says that it is ready.

      Examples:
        notilua apns-simulator --port 8443 --write-credentials keys --journal -
        notilua apns-simulator --accept-any-key --write-ca ca.pem --rules rules.yaml
        cd keys; curl --http2 --cacert ca.pem --cert sandbox.pem -d '{}' \\
          https://localhost:8443/3/device/abcd
        curl --http2 --cacert ca.pem -d '{"reason":"Shutdown"}' \\
          https://localhost:8443/_simulator/goaway

      --write-credentials writes what is not in the folder yet: ca.pem, AuthKey_KEYID.p8, OTHERKEY01 of the same \
      team, SANDBOXK01 and PRODUCTK01 for one environment each, and the certificates sandbox, production, universal, \
      voip, expired and expires-soon, as .pem with the key and as .p12 with the password '\(TestCredentials.password)'. \
      --legacy writes each .p12 anew with triple DES and SHA-1, for libraries that read nothing newer.

      A client that has Apple's host names built in runs unchanged where its /etc/hosts has the name, port 443 is the \
      simulator's, and the certificate has the name:
        notilua apns-simulator --port 443 --write-credentials keys \\
          --name api.sandbox.push.apple.com

      A rule file has settings and rules; the first rule that takes a push decides about it:
        settings: { streams: 1000, first_streams: 1, streams_after_refusal: 1 }
        rules:
          - match: { token: ab12, every: 3 }
            respond: { reason: Unregistered, timestamp: 1700000000000 }
          - match: { headers: { apns-priority: 5 }, first: 10 }
            delay_ms: 500
          - match: { topic: com.example.app, after: 1000 }
            do: abort
            accepted: true
      Things to do are accept, stall, reset, close, abort, goaway and stop_reading; 'accepted' says that APNs has \
      taken a push whose sender does not hear of it.
      Other settings: idle_seconds, topics, limit_token_updates, refuse_other_keys, goaway_on_bad_certificate, device_pushes, \
      device_seconds, devices, refuse_other_devices. Other keys of a rule: goaway, body (split, empty, garbage, \
      oversized), without_id.

      Without a rule, a device token that begins with eight certain digits says what comes of a push to it:
      \(MagicToken.manual)

      While it runs, over HTTP/2 on the same port:
      \(ControlOrder.manual)
      """)

  @Option(
    help: ArgumentHelp(
      "The address to listen on; without it this machine's own, 127.0.0.1 and ::1.", valueName: "address"))
  var host: String?

  @Option(help: ArgumentHelp("The port; 0 is one that is free.", valueName: "number"))
  var port = 0

  @Option(
    help: ArgumentHelp("Write the port to a file, once it listens.", valueName: "file"), completion: .file())
  var portFile: String?

  @Option(
    help: ArgumentHelp("Which APNs it is: sandbox or production.", valueName: "name"),
    completion: .cases(PushEnvironment.self))
  var environment = "sandbox"

  @Option(help: ArgumentHelp("The team of the keys.", valueName: "id"))
  var teamID = TestCredentials.Names().teamID

  @Option(
    help: ArgumentHelp(
      "The id of a --key, in their order; else it is taken from AuthKey_ID.p8.", valueName: "id"))
  var keyID: [String] = []

  @Option(
    help: ArgumentHelp("A key that signs provider tokens: a .p8, or a public key in PEM.", valueName: "file"),
    completion: .file())
  var key: [String] = []

  @Flag(help: "Take provider tokens of any key, and do not look at their signatures.")
  var acceptAnyKey = false

  @Option(help: ArgumentHelp("The app of the certificates that --write-credentials makes.", valueName: "id"))
  var bundleID = TestCredentials.Names().bundleID

  @Option(
    help: ArgumentHelp("Write the certificate that clients are to trust.", valueName: "file"),
    completion: .file())
  var writeCA: String?

  @Option(
    help: ArgumentHelp("Write keys and certificates to push with, and accept them.", valueName: "folder"),
    completion: .directory)
  var writeCredentials: String?

  @Flag(help: "Encrypt the .p12 files of --write-credentials with triple DES and SHA-1.")
  var legacy = false

  @Option(
    name: .customLong("name"),
    help: ArgumentHelp(
      "A DNS name or address that the server's certificate has besides localhost; give it several times.",
      valueName: "name"))
  var serverNames: [String] = []

  @Option(
    help: ArgumentHelp("Settings and rules, in YAML or JSON.", valueName: "file"), completion: .configuration)
  var rules: String?

  @Option(
    help: ArgumentHelp(
      "Append what is accepted to a file, a line each; - is the standard output.", valueName: "file"),
    completion: .file())
  var journal: String?

  @Flag(help: "Write what is refused to the journal, too.")
  var journalRefused = false

  @Flag(name: .customLong("no-alpn"), help: "Know nothing of ALPN; clients must know that it is HTTP/2.")
  var noALPN = false

  @Option(help: ArgumentHelp("How many streams a connection may have open.", valueName: "number"))
  var maxStreams: Int?

  @Option(help: ArgumentHelp("Stop after so many seconds.", valueName: "number"))
  var seconds: Int?

  func validate() throws {
    if PushEnvironment(rawValue: environment) == nil {
      throw ValidationError("--environment is '\(environment)'; use sandbox or production.")
    }
    if let name = serverNames.first(where: { !TestCredentials.isServerName($0) }) {
      throw ValidationError(
        "--name is '\(name)'; give a DNS name of letters, digits, '-' and '.', or an IP address.")
    }
    if legacy, writeCredentials == nil {
      throw ValidationError("--legacy is about the files of --write-credentials; give that as well.")
    }
    if !(0...65535).contains(port) {
      throw ValidationError("--port is \(port); give a number of 0 to 65535.")
    }
    if let maxStreams, !(1...1_000_000).contains(maxStreams) {
      throw ValidationError("--max-streams is \(maxStreams); give a number of 1 to 1000000.")
    }
    if let seconds, !(1...86400).contains(seconds) {
      throw ValidationError("--seconds is \(seconds); give a number of 1 to 86400.")
    }
  }

  func run() async throws {
    // Its pipe wakes those who poll; here the count of signals is looked at.
    _ = StopSignals.catchAll()
    let options = try failing { () throws(HostError) in try makeOptions() }
    let simulator = Simulator(options)
    let bound: Int
    do {
      bound = try await simulator.start()
    } catch {
      throw fail(
        HostError(.usage, "\(host ?? "localhost"):\(port): \(error); choose another --port or --host"))
    }
    if let portFile {
      try failing { () throws(HostError) in try write(Array("\(bound)\n".utf8), to: portFile, "--port-file") }
    }
    let places = simulator.addresses.map { $0.contains(":") ? "[\($0)]:\(bound)" : "\($0):\(bound)" }
    say("notilua: listening on \(places.joined(separator: " and "))")
    await Self.wait(seconds: seconds)
    let ended = await simulator.stop()
    say("notilua: \(ended.summary)")
    if let code = ended.journalFailure {
      throw fail(
        HostError(.output, "the journal '\(journal ?? "-")': \(systemMessage(code)); write it somewhere else")
      )
    }
  }

  /// Waits for a stop signal, or for the time to be over.
  private static func wait(seconds: Int?) async {
    let end = seconds.map { MonotonicClock.now + Int64($0) * 1_000_000_000 }
    while StopSignals.count == 0, end.map({ MonotonicClock.now < $0 }) ?? true {
      try? await Task.sleep(for: .milliseconds(50))
    }
  }
}

extension APNsSimulatorCommand {
  private func makeOptions() throws(HostError) -> Simulator.Options {
    let (credentials, keys) = try credentials()
    if let writeCA {
      let pem = CertificateAuthority.pem("CERTIFICATE", credentials.authority)
      try write(pem, to: writeCA, "--write-ca")
    }
    var simulation = Simulation.Options(
      tokens: ProviderTokenCheck(keys: keys, acceptsAnyKey: acceptAnyKey))
    simulation.environment = PushEnvironment(rawValue: environment) ?? .sandbox
    simulation.journalsRefused = journalRefused
    if let rules { simulation.rules = try read(rules: rules) }
    if let maxStreams {
      simulation.rules.settings.streams = UInt32(maxStreams)
      simulation.rules.settings.firstStreams = min(simulation.rules.settings.firstStreams, UInt32(maxStreams))
    }
    var options = Simulator.Options(simulation: simulation, identity: credentials.identity)
    // The name leads to both.
    if let host, host != "localhost" { options.hosts = [host] }
    options.port = port
    options.usesALPN = !noALPN
    if let journal {
      options.journal = journal == "-" ? 1 : open(journal, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      if options.journal == -1 {
        throw HostError(
          .output, "--journal '\(journal)': \(systemMessage()); name a file that can be written to")
      }
    }
    return options
  }

  private func credentials() throws(HostError) -> (TestCredentials, [ProviderTokenCheck.Key]) {
    let now = Simulator.wallClock() / 1000
    do throws(CredentialError) {
      var names = TestCredentials.Names()
      names.teamID = teamID
      names.keyID = key.isEmpty ? keyID.first ?? names.keyID : names.keyID
      names.bundleID = bundleID
      let hosts = (host.map { [$0] } ?? []) + serverNames
      let made: TestCredentials
      if let writeCredentials {
        made = try TestCredentials(
          folder: writeCredentials, names: names, hosts: hosts, form: legacy ? .tripleDES : .modern, at: now)
      } else {
        made = try TestCredentials(hosts: hosts, at: now)
      }
      return (made, made.keys + (try accepted()))
    } catch {
      throw HostError(.usage, error.message)
    }
  }

  /// The keys that `--key` names.
  private func accepted() throws(CredentialError) -> [ProviderTokenCheck.Key] {
    var keys: [ProviderTokenCheck.Key] = []
    for (index, path) in key.enumerated() {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let ofName =
        name.hasPrefix("AuthKey_") && name.hasSuffix(".p8") ? String(name.dropFirst(8).dropLast(3)) : nil
      guard let keyID = index < keyID.count ? keyID[index] : ofName else {
        throw CredentialError("--key '\(path)' says no key id; add --key-id, or name it AuthKey_ID.p8")
      }
      let bytes: [UInt8]
      do throws(HostError) {
        bytes = try readFile(path, .credential, status: .usage)
      } catch {
        throw CredentialError("--key \(error.message)")
      }
      let isPublic = String(decoding: bytes, as: UTF8.self).contains("BEGIN PUBLIC KEY")
      do throws(CredentialError) {
        let key = isPublic ? try VerificationKey(pem: bytes) : try VerificationKey(p8: bytes)
        keys.append(ProviderTokenCheck.Key(keyID: keyID, teamID: teamID, key: key))
      } catch {
        throw CredentialError("--key '\(path)': \(error.message)")
      }
    }
    return keys
  }

  private func read(rules path: String) throws(HostError) -> SimulatorRules {
    let text = String(decoding: try readFile(path, .simulatorRules, status: .usage), as: UTF8.self)
    let reader = YAMLReader(name: path, folder: "")
    var writer = JSONWriter()
    guard let root = try reader.root(of: text) else { return SimulatorRules() }
    try reader.write(root, &writer)
    do throws(SimulatorError) {
      return try SimulatorRules(json: Array(writer.buffer.bytes))
    } catch {
      throw HostError(.usage, "\(path): \(error.message)")
    }
  }

  private func write(_ bytes: [UInt8], to path: String, _ option: String) throws(HostError) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw HostError(.output, "\(option) '\(path)': \(systemMessage()); name a file that can be written to")
    }
    defer { close(file) }
    let (_, code) = bytes.withUnsafeBytes { writeWhole(file, $0) }
    if code != 0 {
      throw HostError(.output, "\(option) '\(path)': \(systemMessage(code)); write it somewhere else")
    }
  }
}
