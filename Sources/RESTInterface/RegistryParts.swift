import Applications
import ClientKeys
import HTTPTypes
import Messaging
import Muting
import NotificationModel
import Operations
import Registry

/// The registry as the HTTP API serves it.
package struct RegistryParts: Sendable {
  /// The applications of the service.
  package let applications: ApplicationTable
  /// The devices of users.
  package let devices: DeviceBook
  /// The messages of chat servers.
  package let messages: MessageDesk
  /// The presence of users.
  package let presence: PresenceParts
  /// The messages that users want to be notified of.
  package let mutes: MuteBook
  /// The other parts of users, which go with them.
  package let userParts: [any UserParts]
  /// Given a sentence for the log where the registry fails.
  package let tell: @Sendable (String) -> Void

  /// Makes a value from its parts.
  package init(
    _ applications: ApplicationTable, _ devices: DeviceBook, _ messages: MessageDesk,
    _ presence: PresenceParts, _ mutes: MuteBook, tell: @escaping @Sendable (String) -> Void
  ) {
    (self.applications, self.devices, self.messages, self.tell) = (applications, devices, messages, tell)
    (self.presence, self.mutes) = (presence, mutes)
    userParts = [messages, presence, mutes]
  }

  /// The problem of a service without a registry.
  static let missing = Problem(
    .notFound, "this service has no registry of devices; name a file for it in registry.path")

  /// The place where a request names its application.
  package enum Place: Sendable {
    case body, query
  }

  /// Returns the application that a request is for: the one that it names, or the only one of its key.
  ///
  /// An application that a key does not reach is refused as one that is not there: nobody learns of it.
  func application(
    _ key: String?, _ caller: APICaller, _ place: Place
  ) throws(Problem) -> Application {
    let reached = applications.reached(by: caller.grant)
    let pointer = place == .body ? "/application" : nil
    if let key {
      if let application = reached.first(where: { $0.key == key }) { return application }
      throw Problem(
        .forbidden,
        "the key \(caller.keyID) does not reach an application '\(key.shortened)'; use another key, or look at"
          + " 'applications' in notilua.yaml", pointer: pointer)
    }
    if reached.count == 1 { return reached[0] }
    guard let first = reached.first else {
      throw Problem(
        .forbidden,
        "the key \(caller.keyID) reaches no application; add its bundle id to the key, or use another")
    }
    switch place {
    case .body:
      throw Problem(
        .unprocessableContent,
        "'application' is missing, and the key reaches several; add one, such as '\(first.key)'", pointer: "")
    case .query:
      throw Problem(
        .badRequest,
        "'application' is missing in the query, and the key reaches several; add ?application=\(first.key)")
    }
  }

  /// Does something with the registry.
  ///
  /// - Throws: 503 where the registry fails, whose reason is in the log.
  func using<Value>(_ body: () async throws(RegistryError) -> Value) async throws(Problem) -> Value {
    do throws(RegistryError) {
      return try await body()
    } catch {
      tell("\(error)")
      throw Problem(
        .serviceUnavailable,
        "the registry cannot be used at the moment, and the log of the service says why; send the request again later",
        headers: [.retryAfter: "5"])
    }
  }
}
