import APNsCredentials
import ArgumentParser
import CommandSupport
import ConfigurationFiles
import FileReading
import NotificationModel
import Notilua
import Operations

/// The HTTP API of a running service, as a command asks it.
package struct ServiceAPIOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The file of a key of the running service's HTTP API.", valueName: "file"),
    completion: .file())
  package var apiKey: String?

  @Option(
    help: ArgumentHelp(
      "The Unix socket of the HTTP API; without it the one of the configuration (api.socket).",
      valueName: "path"),
    completion: .file())
  package var apiSocket: String?

  /// Makes a value of nothing.
  package init() {}

  /// Returns the API that a configuration names.
  ///
  /// - Throws: the exit status behind a sentence, where no socket or key is known.
  package func service(_ configuration: Configuration) throws -> ServiceAPI {
    guard let socket = apiSocket ?? configuration.api.socket else {
      throw fail(
        HostError(
          .usage, "the HTTP API has no Unix socket; name it in api.socket, or give it with --api-socket"))
    }
    do throws(CredentialError) {
      let bytes = try SecretFile.read(apiKey ?? "", limit: .key)
      let key = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
      return ServiceAPI(socket: socket, key: key)
    } catch {
      throw fail(HostError(.usage, error.message))
    }
  }
}

/// A running service that is asked over the Unix socket of its HTTP API.
package struct ServiceAPI {
  /// The path of the socket.
  package let socket: String
  let key: String

  /// Asks the service.
  ///
  /// - Parameter body: a JSON object; empty for none.
  /// - Throws: the exit status behind a sentence, where there is no answer.
  package func ask(
    _ method: OperationsClient.Method, _ target: String, _ body: String = ""
  ) async throws -> (status: Int, body: String) {
    do {
      let answer = try await OperationsClient.ask(
        method, target, socket: socket, within: .seconds(35),
        headers: ["authorization": "Bearer \(key)", "content-type": "application/json"], Array(body.utf8))
      return (answer.status, String(decoding: answer.body, as: UTF8.self))
    } catch let error as OperationsClient.Failure {
      throw fail(HostError(.unavailable, "\(socket): \(Self.sentence(error))"))
    }
  }

  /// Asks the service, and returns what it answers with success.
  ///
  /// - Throws: the exit status behind the service's sentence.
  package func answer(
    _ method: OperationsClient.Method, _ target: String, _ body: String = ""
  ) async throws -> String {
    let (status, body) = try await ask(method, target, body)
    guard (200..<300).contains(status) else {
      throw fail(HostError(.failed, "\(socket): \(Self.detail(body) ?? "status \(status)")"))
    }
    return body
  }

  /// Returns the sentence of a problem (RFC 9457); nil where there is none.
  package static func detail(_ body: String) -> String? {
    guard case .object(let members)? = try? JSONValue(body),
      case .string(let text)? = members.first(where: { $0.key == "detail" })?.value
    else { return nil }
    return text
  }

  private static func sentence(_ failure: OperationsClient.Failure) -> String {
    switch failure {
    case .nobodyListens: "no service listens here; start it, or name its socket with --api-socket"
    case .notAllowed: "this user may not use the socket; use the service's user, or root"
    case .timedOut: "no answer in time; look at the service's log"
    case .other(let reason): "\(reason); look at the service's log"
    }
  }
}
