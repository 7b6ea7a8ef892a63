import ArgumentParser
import CommandSupport
import ConfigurationFiles
import NotificationModel
import Notilua
import Operations

/// The running service that a command is about.
struct ServicePlace: ParsableArguments {
  /// The seconds that the answer may come behind the time that the service was given.
  private static let delay = 5

  @Option(
    help: ArgumentHelp(
      "The service's Unix socket; without it the one of the configuration (operations.socket).",
      valueName: "path"),
    completion: .file())
  var socket: String?

  @Option(
    help: ArgumentHelp("The configuration; without it ./notilua.yaml, if there is one.", valueName: "file"),
    completion: .configuration)
  var config: String?

  static func check(timeout: Int) throws {
    guard (1...86_400).contains(timeout) else {
      throw ValidationError("--timeout is \(timeout); use 1 to 86400 seconds.")
    }
  }

  /// The path of the socket.
  func path() throws(HostError) -> String {
    if let socket { return socket }
    if let config { return try Configuration(file: config).operations.socket }
    guard PluginFolder.isFile("notilua.yaml") else { return Configuration.Operations().socket }
    return try Configuration(file: "notilua.yaml").operations.socket
  }

  /// Asks the service, and returns the body of an answer with status 200; all else ends the command with a sentence.
  func ask(_ method: OperationsClient.Method, _ target: String, seconds: Int) async throws -> [UInt8] {
    let path = try failing { () throws(HostError) in try self.path() }
    let limit = Duration.seconds(seconds + Self.delay)
    do {
      let answer = try await OperationsClient.ask(method, target, socket: path, within: limit)
      guard answer.status != 200 else { return answer.body }
      let status: HostError.Status = answer.status == 403 ? .unavailable : .failed
      throw fail(HostError(status, "\(path): the service refused: \(Self.detail(answer))"))
    } catch let error as OperationsClient.Failure {
      throw fail(Self.error(error, path, seconds))
    }
  }

  /// The error for an answer of status 200 that is not the service's.
  func unknownAnswer() -> ExitCode {
    let name = (try? path()) ?? ""
    return fail(
      HostError(
        .failed, "\(name): the answer is not that of this version's service; use the service's own notilua"))
  }

  private static func error(_ failure: OperationsClient.Failure, _ path: String, _ seconds: Int) -> HostError
  {
    switch failure {
    case .nobodyListens:
      HostError(
        .unavailable, "\(path): no service listens here; start it, or name its socket with --socket")
    case .notAllowed:
      HostError(.unavailable, "\(path): this user may not ask the service; use its user, or root")
    case .timedOut:
      HostError(
        .failed, "\(path): no answer after \(seconds) s; look at the service's log, or raise --timeout")
    case .other(let reason):
      HostError(.failed, "\(path): \(reason); look at the service's log")
    }
  }

  /// The sentence of a problem in JSON; the status where there is none.
  private static func detail(_ answer: OperationsClient.Answer) -> String {
    guard case .object(let members) = try? JSONValue(String(decoding: answer.body, as: UTF8.self)),
      case .string(let text)? = members.first(where: { $0.key == "detail" })?.value
    else { return "status \(answer.status)" }
    return text
  }
}
