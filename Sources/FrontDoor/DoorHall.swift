import APNsProtocol
import EventLoop
import HTTP2Transport
import Logging
import NotificationModel
import Synchronization

/// The objects that the connections of a door share; any thread uses it.
final class DoorHall: Sendable {
  let options: FrontDoor.Options
  let gate: DoorGate
  let desk: DoorDesk
  let metrics: DoorMetrics
  /// The secret of the identities of pushes; it lives as long as they do.
  let secret: [UInt8]
  private let entrance: @Sendable (DoorPush) -> Void
  private let logger: Logger

  init(
    _ options: FrontDoor.Options, _ gate: DoorGate, _ desk: DoorDesk, _ metrics: DoorMetrics,
    secret: [UInt8],
    entrance: @escaping @Sendable (DoorPush) -> Void, _ logger: Logger
  ) {
    self.options = options
    self.gate = gate
    self.desk = desk
    self.metrics = metrics
    self.secret = secret
    self.entrance = entrance
    self.logger = logger
  }

  /// Hands a push on to the run, or answers it as the same push before it.
  func take(
    _ push: Push, _ client: DoorDesk.Client, _ identity: RepeatIdentity?,
    _ connection: HTTP2ServerConnection
  ) {
    switch desk.admit(client, identity) {
    case .new(let number):
      var push = push
      push.notification.repeatIdentity = identity?.bytes ?? []
      entrance(
        DoorPush(
          push, number: number, admittedAt: client.beganAt,
          due: client.beganAt + options.deadline.nanoseconds))
    case .joined: break
    case .answered(let answer):
      metrics.count(answer, isRepeat: true)
      connection.respond(
        client.stream, status: answer.status,
        headers: answer.headers(apnsID: client.apnsID, isRepeat: true), body: answer.body)
    }
  }

  /// Counts and logs a request that was refused.
  func noteRefusal(_ refusal: Refusal, id: String, sender: String?) {
    metrics.count(status: refusal.status, reason: refusal.reason)
    var metadata: Logger.Metadata = [
      "id": "\(id)", "status": "\(refusal.status)", "reason": "\(refusal.reason)",
      "sender": "\(sender ?? "-")",
    ]
    if let cause = refusal.cause { metadata["cause"] = "\(cause)" }
    logger.info("refused", metadata: metadata)
  }
}
