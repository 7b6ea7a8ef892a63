import APNsProtocol
import EventLoop
import HTTP2Transport
import Logging
import NotificationModel

/// The objects that the connections of a door share; any thread uses it.
package final class DoorHall: Sendable {
  let options: FrontDoor.Options
  let gate: DoorGate
  let intake: PushIntake
  let metrics: DoorMetrics
  private let logger: Logger

  /// Makes what the connections of a door share.
  package init(
    _ options: FrontDoor.Options, _ gate: DoorGate, _ intake: PushIntake, _ metrics: DoorMetrics,
    _ logger: Logger
  ) {
    self.options = options
    self.gate = gate
    self.intake = intake
    self.metrics = metrics
    self.logger = logger
  }

  /// Hands a push on to the run, or answers it as the same push before it.
  func take(
    _ push: Push, _ client: PushClient, _ identity: PushIdentity?, _ connection: HTTP2ServerConnection,
    _ stream: Int32
  ) {
    guard case .answered(let answer) = intake.take(push, client, identity) else { return }
    metrics.count(answer, isRepeat: true)
    connection.respond(
      stream, status: answer.status, headers: answer.headers(apnsID: client.apnsID, isRepeat: true),
      body: answer.body)
  }

  /// Returns the response with an answer, which is counted.
  package func response(_ answered: PushAnswer) -> HTTP2Answer? {
    let client = answered.client
    guard case .stream(let connection, let stream) = client.place else { return nil }
    metrics.count(answered.answer, isRepeat: client.isRepeat)
    metrics.observe(MonotonicClock.now - client.beganAt)
    return HTTP2Answer(
      connection: connection, stream: stream, status: answered.answer.status,
      headers: answered.answer.headers(apnsID: client.apnsID, isRepeat: client.isRepeat),
      body: answered.answer.body)
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
