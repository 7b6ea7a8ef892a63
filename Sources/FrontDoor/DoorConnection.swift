import APNsProtocol
import ClientKeys
import EventLoop
import HTTP2Transport
import NotificationModel

/// One client's connection: its requests are judged at their headers, read at their end, and answered by the run.
final class DoorConnection: HTTP2ServerHandler {
  /// A request whose headers were accepted, until its body is there.
  private struct Admitted {
    var request: PushRequest
    var deviceToken: String
    var topic: String
    var sender: String
    /// The topics that the sender may push to.
    var topics: PushTopics
  }

  private let hall: DoorHall
  private var reader: DoorReader
  private var standing = ConnectionStanding()
  private var admitted: [Int32: Admitted] = [:]
  private var hasAllStreams = false
  private var isLeaving = false

  init(_ hall: DoorHall) {
    self.hall = hall
    reader = DoorReader(depthLimit: hall.options.depthLimit, duplicateKeys: hall.options.duplicateKeys)
  }

  // MARK: HTTP2ServerHandler

  func opened(_ connection: HTTP2ServerConnection) {
    guard let der = connection.peerCertificate else { return }
    do {
      standing = ConnectionStanding(certificate: try DoorCertificate(der: der))
    } catch {
      leave("BadCertificate", connection)
    }
  }

  func began(_ head: HTTP2Request, _ connection: HTTP2ServerConnection) {
    let request = PushRequest(head)
    do throws(Refusal) {
      let deviceToken = try RequestCheck.checkShape(request)
      // Longer ones could not be pushed to behind the door.
      if deviceToken.utf8.count > APNsHeader.deviceTokenLimit { throw Refusal("BadDeviceToken") }
      let admission = try hall.gate.admit(
        request, &standing, environment: hall.options.environment, at: .now)
      admitted[head.stream] = Admitted(
        request: request, deviceToken: deviceToken, topic: admission.topic, sender: admission.sender.name,
        topics: admission.sender.grant.topics)
      allowAllStreams(connection)
    } catch {
      refuse(error, request, connection, sender: standing.sender)
      if standing.isExhausted { leave("InvalidProviderToken", connection) }
    }
  }

  func received(_ request: HTTP2Request, _ connection: HTTP2ServerConnection) {
    guard var admitted = admitted.removeValue(forKey: request.stream) else { return }
    admitted.request.body = request.body
    do throws(Refusal) {
      try take(admitted, connection)
    } catch {
      refuse(error, admitted.request, connection, sender: admitted.sender)
    }
  }

  func refused(_ request: HTTP2Request, _ refusal: HTTP2Refusal, _ connection: HTTP2ServerConnection) {
    let sender = admitted.removeValue(forKey: request.stream)?.sender
    switch refusal {
    case .bodyTooLarge: refuse(Refusal("PayloadTooLarge"), PushRequest(request), connection, sender: sender)
    case .headersTooLarge:
      refuse(Refusal(status: refusal.status, reason: "HeadersTooLarge"), PushRequest(request), connection)
    case .tooSlow:
      refuse(
        Refusal(status: refusal.status, reason: "RequestTimeout"), PushRequest(request), connection,
        sender: sender)
    }
  }

  func cancelled(_ stream: Int32) { admitted[stream] = nil }

  func closed(_ connection: HTTP2ServerConnection) { admitted = [:] }

  // MARK: Requests

  /// A client that has shown who it is may have as many requests open as at APNs.
  private func allowAllStreams(_ connection: HTTP2ServerConnection) {
    if hasAllStreams { return }
    hasAllStreams = true
    if hall.options.streams != hall.options.firstStreams {
      connection.update(maxConcurrentStreams: hall.options.streams)
    }
  }

  /// Hands a push on to the run, or answers it as the same push before it.
  private func take(_ admitted: Admitted, _ connection: HTTP2ServerConnection) throws(Refusal) {
    let request = admitted.request
    var push = try reader.push(
      request, deviceToken: admitted.deviceToken, topic: admitted.topic,
      environment: hall.options.environment, withCertificate: standing.certificate != nil)
    push.topics = admitted.topics
    let client = PushClient(
      .stream(connection: connection.id, request.stream), apnsID: push.notification.apnsID,
      beganAt: MonotonicClock.now)
    let identity = request.id.map { id in
      PushIdentity(
        RepeatIdentity(
          sender: admitted.sender, id: id, deviceToken: admitted.deviceToken, secret: hall.intake.secret))
    }
    hall.take(push, client, identity, connection, request.stream)
  }

  private func refuse(
    _ refusal: Refusal, _ request: PushRequest, _ connection: HTTP2ServerConnection, sender: String? = nil
  ) {
    let given = request.id.flatMap { UUIDText.isCanonical($0) ? $0.lowercased() : nil }
    let answer = DoorAnswer.refused(refusal)
    let id = given ?? UUIDText.random()
    hall.noteRefusal(refusal, id: id, sender: sender)
    connection.respond(
      request.stream, status: answer.status, headers: answer.headers(apnsID: id, isRepeat: false),
      body: request.method == "HEAD" ? [] : answer.body)
  }

  /// Says goodbye with APNs' reason, and closes behind it.
  private func leave(_ reason: String, _ connection: HTTP2ServerConnection) {
    if isLeaving { return }
    isLeaving = true
    connection.goAway(lastStreamID: nil, code: 0, debug: Refusal(reason).body)
    connection.close()
  }
}
