import Applications
import Composition
import EventLoop
import GRDB
import Muting
import NotificationModel
import Presence
import Registry

/// The messages of chat servers: accepted with their decisions, and pushed from there whatever happens to this process.
package final class MessageDesk: Sendable {
  /// The parts of a service that messages depend on.
  package struct Parts: Sendable {
    /// The registry's file.
    package var file: RegistryFile
    /// The presence of users.
    package var presence: PresenceBook
    /// The levels and quiet hours.
    package var muting: Muting
    /// The rule by which the devices of a user depend on each other.
    package var rule: PresenceRule
    /// The applications.
    package var applications: ApplicationTable
    /// The composers.
    package var composers: ComposerShelf
    /// The run that pushes are given to.
    package var taker: any PushTaker
    /// The metrics.
    package var metrics: MessageMetrics
    /// Given a sentence where the registry fails, from any thread.
    package var tell: @Sendable (String) -> Void

    /// Makes a value from its parts.
    package init(
      file: RegistryFile, presence: PresenceBook, muting: Muting, rule: PresenceRule,
      applications: ApplicationTable,
      composers: ComposerShelf, taker: any PushTaker, metrics: MessageMetrics,
      tell: @escaping @Sendable (String) -> Void
    ) {
      self.tell = tell
      self.file = file
      self.presence = presence
      self.muting = muting
      self.rule = rule
      self.applications = applications
      self.composers = composers
      self.taker = taker
      self.metrics = metrics
    }
  }

  let parts: Parts
  let settings: MessageSettings
  let clock: @Sendable () -> Int64
  let wakeup = Wakeup()

  /// Makes a desk.
  ///
  /// - Parameter clock: the time in milliseconds since 1970.
  package init(
    _ parts: Parts, _ settings: MessageSettings = MessageSettings(),
    clock: @escaping @Sendable () -> Int64 = { Timestamp.now }
  ) {
    self.parts = parts
    self.settings = settings
    self.clock = clock
  }

  /// Accepts messages for an application in their order, in one commit: the decisions on them hold when this returns.
  package func accept(
    _ requests: [MessageRequest], of application: Application
  ) async throws(MessageError) -> [Result<MessageAnswer, MessageError>] {
    let answers = try await write { [self] database in
      try decide(application) { decider in
        try requests.map { try accept($0, decider, in: database) }
      }
    }
    for case .success(let answer) in answers where !answer.isReplay {
      parts.metrics.count(answer.decisions, of: application.key)
    }
    wakeup.signal()
    return answers
  }

  /// The answer of a preview, whose changes are undone.
  private struct Undone: Error {
    var answer: Result<MessageAnswer, MessageError>
  }

  /// Decides on a message as if it came now, and keeps nothing of it.
  package func preview(
    _ request: MessageRequest, of application: Application
  ) async throws(MessageError) -> MessageAnswer {
    let answer: Result<MessageAnswer, MessageError>
    do throws(RegistryError) {
      answer = try await parts.file.write { [self] database in
        throw Undone(answer: try decide(application) { try accept(request, $0, in: database) })
      }
    } catch {
      guard let undone = error.thrown as? Undone else { throw .registry(error) }
      answer = undone.answer
    }
    return try answer.get()
  }

  private func accept(
    _ request: MessageRequest, _ decider: MessageDecider, in database: Database
  ) throws -> Result<MessageAnswer, MessageError> {
    var answer: Result<MessageAnswer, MessageError> = .failure(.otherMessage)
    do {
      // A failure undoes this message alone, and none of the others that share the commit.
      try database.inSavepoint {
        answer = .success(try MessageAcceptance(request: request, decider: decider).run(in: database))
        return .commit
      }
    } catch is MessageAcceptance.Conflict {
      return .failure(.otherMessage)
    }
    return answer
  }

  /// Returns the decisions on a message as they are now; nil where there is no such message.
  package func decisions(
    on id: String, of application: Application
  ) async throws(MessageError) -> MessageAnswer? {
    try await read { database in
      guard let message = try StoredMessage.find(id, of: application.key, in: database) else { return nil }
      return MessageAnswer(
        application: application.key, id: id,
        decisions: try DecisionTable.all(of: message.number, in: database), warnings: message.warnings)
    }
  }

  /// Calls a body with what decides on an application's messages.
  func decide<Result>(_ application: Application, _ body: (MessageDecider) throws -> Result) rethrows
    -> Result
  {
    try parts.composers.with(application.key) { composer in
      try body(
        MessageDecider(
          application: application, composer: composer, presence: parts.presence, muting: parts.muting,
          now: clock()))
    }
  }

  /// Reads from the registry.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(MessageError) -> Value {
    do throws(RegistryError) {
      return try await parts.file.read(body)
    } catch {
      throw .registry(error)
    }
  }

  /// Writes into the registry.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(MessageError) -> Value {
    do throws(RegistryError) {
      return try await parts.file.write(body)
    } catch {
      throw .registry(error)
    }
  }
}
