import APNs
import APNsCredentials
import ArgumentParser
import CProcessSandbox
import CommandSupport
import ConfigurationFiles
import FileReading
import Glibc
import LosslessJSON
import NotificationModel
import Notilua
import ServiceCommands
import TerminalPages

/// `notilua send`: one test push.
struct SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Pushes one notification to APNs, and shows everything that explains why it did not arrive.",
    discussion: """
      The notification is a payload, or an envelope with its device token and headers, in a file or from the standard \
      input; --alert makes a payload of a text. Flags stand above what the envelope says. Shown are the server and the \
      address that its name led to, the credential, every header, the payload, and what APNs answered, with what it \
      means and asks to be done. --device names a device that is registered at a running service, which pushes; shown is each \
      step, from the registration to APNs' answer. Ends with 0 where APNs took it, else with 1.

      Examples:
        notilua send --device-token "$TOKEN" --topic com.example.app \\
          --environment sandbox --alert "Hello"
        notilua send --credential shop envelope.json
        notilua send --device annas-phone --api-key app.key
        notilua explain payload.json > /dev/null && \\
          notilua send --device-token "$TOKEN" payload.json
      """)

  @Option(help: ArgumentHelp("The device token, as hexadecimal digits.", valueName: "token"))
  var deviceToken: String?

  @Option(help: ArgumentHelp("The text of an alert, in place of a file.", valueName: "text"))
  var alert: String?

  @Option(
    help: ArgumentHelp("The credential to use; without it the one that serves the topic.", valueName: "name"))
  var credential: String?

  @OptionGroup var registered: DeviceSendOptions

  @OptionGroup var apns: APNsFlags

  @Option(
    help: ArgumentHelp(
      "The push type; without it the one that the topic and the payload stand for.", valueName: "type"),
    completion: .cases(PushType.self))
  var pushType: String?

  @Option(
    help: ArgumentHelp("The priority: 10, 5 or 1.", valueName: "number"), completion: .list(["10", "5", "1"]))
  var priority: String?

  @Option(
    help: ArgumentHelp(
      "When the push is of no use any more, in seconds since 1970; 0 for one try.", valueName: "time"))
  var expiration: String?

  @Option(help: ArgumentHelp("Pushes of the same id replace each other on the device.", valueName: "id"))
  var collapseId: String?

  @Option(
    help: ArgumentHelp("The configuration; without it ./notilua.yaml, if there is one.", valueName: "file"),
    completion: .configuration)
  var config: String?

  @Argument(help: ArgumentHelp("The file; - is the standard input.", valueName: "file"), completion: .file())
  var input: String?

  func validate() throws {
    if registered.device != nil, deviceToken != nil || input != nil || credential != nil {
      throw ValidationError(
        "--device is for the running service, which knows token and credential; leave them and the file out.")
    }
    if alert != nil, input != nil {
      throw ValidationError("--alert and a file exclude each other.")
    }
    if let pushType, PushType(rawValue: pushType) == nil {
      throw ValidationError(
        "--push-type is '\(pushType)'; use \(PushType.names.joined(separator: ", ")).")
    }
  }

  func run() async throws {
    ps_forbid_core_files()
    if registered.device != nil {
      let configuration = try failing { () throws(HostError) in try loadedConfiguration() }
      guard try await registered.push(alert, configuration) else {
        throw ExitCode(HostError.Status.failed.rawValue)
      }
      return
    }
    try pushWithToken()
  }

  /// Pushes by this process' own connection to APNs.
  private func pushWithToken() throws {
    let (report, credential, environment) = try failing {
      () throws(HostError) -> (APNsProbe.Report, Credential, PushEnvironment) in
      var configuration = try loadedConfiguration()
      apns.apply(to: &configuration.apns)
      var options = try apns.options(configuration.apns)
      options.applications = try configuration.applicationTable()
      var notification = try notification()
      let environment =
        apns.environment.flatMap { PushEnvironment(rawValue: $0) } ?? notification.environment
        ?? options.environment
      // A flag stands above the envelope, a configuration below it.
      if let name = apns.topic ?? (notification.headers.topic == nil ? options.topic : nil) {
        let address = PushType.address(name, pushType: notification.headers.pushType)
        notification.headers.topic = address.topic
        notification.headers.pushType = pushType ?? address.pushType
      }
      options.environment = environment
      let credential = try chosen(
        try CredentialStore(configuration.apns).loaded(), notification.headers.topic, environment,
        options.credential(for: notification.headers.topic, environment: environment))
      do {
        return (try APNsProbe(credential, environment, options).send(notification), credential, environment)
      } catch {
        throw HostError(
          .output, "no thread for APNs; look at the limits of processes and threads (ulimit -u)")
      }
    }
    try output(SendText(Palette(for: 1)).text(report, credential, environment))
    if !report.isDelivered { throw ExitCode(HostError.Status.failed.rawValue) }
  }

  private func loadedConfiguration() throws(HostError) -> Configuration {
    if let config { return try Configuration(file: config) }
    return PluginFolder.isFile("notilua.yaml") ? try Configuration(file: "notilua.yaml") : Configuration()
  }

  private func chosen(
    _ credentials: [Credential], _ topic: String?, _ environment: PushEnvironment, _ own: String?
  ) throws(HostError) -> Credential {
    if let name = credential ?? own {
      guard let named = credentials.first(where: { $0.name == name }) else {
        let known = credentials.map(\.name).joined(separator: ", ")
        throw HostError(.usage, "there is no credential '\(name)'; there are \(known)")
      }
      return named
    }
    let serving = credentials.filter { $0.serves(topic: topic, environment: environment) }
    guard let first = serving.first(where: { !$0.topics.isEmpty }) ?? serving.first else {
      throw HostError(
        .usage,
        "no credential serves \(topic ?? "a push without a topic") in \(environment.rawValue); name another --topic"
          + " or --environment, or add one with 'notilua credentials add'")
    }
    return first
  }

  private func notification() throws(HostError) -> PushNotification {
    var bytes: [UInt8]
    if let alert {
      var writer = JSONWriter()
      writer.beginObject()
      writer.key("aps")
      writer.beginObject()
      writer.member("alert", alert)
      writer.endObject()
      writer.endObject()
      bytes = Array(writer.buffer.bytes)
    } else {
      let path = input ?? "-"
      bytes =
        path == "-"
        ? try readStandardInput(.notification)
        : try readFile(path, .notification, form: .stream, status: .noInput)
      bytes = bytes.withoutMark
    }
    while let last = bytes.last, last == 0x0A || last == 0x0D || last == 0x20 { bytes.removeLast() }
    let place = alert == nil ? input ?? "stdin" : "--alert"
    var document = JSONDocument(depthLimit: 512)
    let read = bytes.withUnsafeBytes { PushNotification($0, ticket: 1, place: place, &document) }
    guard var notification = read else { throw HostError(.noInput, Self.problem(bytes, place)) }
    notification.deviceToken = deviceToken ?? notification.deviceToken
    notification.headers.pushType = pushType ?? notification.headers.pushType
    notification.headers.priority = priority ?? notification.headers.priority
    notification.headers.expiration = expiration ?? notification.headers.expiration
    notification.headers.collapseID = collapseId ?? notification.headers.collapseID
    return notification
  }

  /// Says why a text is no notification, and where.
  private static func problem(_ bytes: [UInt8], _ place: String) -> String {
    guard !bytes.isEmpty else {
      return "\(place): there is nothing; give --alert TEXT, or a file with a payload"
    }
    var document = JSONDocument(depthLimit: 512)
    let result: Result<Void, JSONError> = bytes.withUnsafeBytes { bytes in
      do throws(JSONError) {
        return .success(try document.parse(bytes))
      } catch {
        return .failure(error)
      }
    }
    if case .failure(let error) = result { return PayloadFile.message(of: error, in: bytes, name: place) }
    do throws(NotificationLine.Refusal) {
      _ = try NotificationLine(document)
    } catch {
      let at = TextLines(bytes).place(of: NotificationLine.offset(of: error, document))
      return "\(place):\(at): no notification: \(error.rawValue); give {\"aps\":{…}} or {\"payload\":{…}}"
    }
    return "\(place): no notification; give {\"aps\":{…}} or {\"payload\":{…}}"
  }
}
