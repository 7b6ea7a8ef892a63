import APNsCredentials
import Delivery
import EventLoop
import NIOCore
import NotificationModel

/// Chooses the credential of each push, and has a lane for each of them; it stays with its event loop.
final class APNsDispatcher {
  private let options: APNsOptions
  private let outgoing: Mailbox<APNsLetter>
  private let eventLoop: any EventLoop
  private var credentials: [Credential]
  private var tokens: [String: ProviderTokenSource] = [:]
  private var lanes: [String: APNsLane] = [:]
  /// Lanes of credentials that were replaced, until their last answer.
  private var retired: [APNsLane] = []
  private var letters: [APNsLetter] = []
  private var isTicking = false
  private var isPosting = false

  init(
    _ credentials: [Credential], _ options: APNsOptions, _ outgoing: Mailbox<APNsLetter>,
    on eventLoop: any EventLoop
  ) {
    self.credentials = credentials
    self.options = options
    self.outgoing = outgoing
    self.eventLoop = eventLoop
  }

  /// Gives notifications to their lanes.
  func take(_ notifications: [PushNotification]) {
    let now = NIODeadline.now()
    var touched: [ObjectIdentifier: APNsLane] = [:]
    for notification in notifications {
      if let lane = take(notification, now) { touched[ObjectIdentifier(lane)] = lane }
    }
    for lane in touched.values { lane.pump() }
    post()
    startTicking()
  }

  /// Gives a notification to its lane, or tells why there is none.
  private func take(_ notification: PushNotification, _ now: NIODeadline) -> APNsLane? {
    let environment = notification.environment ?? options.environment
    let chosen = choose(notification, environment)
    if let refusal = APNsRequest.refusal(notification, topic: chosen?.topic) {
      report(notification.ticket, .permanent(why: refusal))
      return nil
    }
    guard let (credential, topic) = chosen else {
      let what =
        "\(notification.headers.topic ?? options.topic ?? "a push without a topic") in \(environment.rawValue)"
      report(
        notification.ticket,
        .blocked(
          lane: "no credential for \(what)",
          why: DeliveryFailure(
            "NoCredential", "no credential serves \(what); add one with 'notilua credentials add'")))
      return nil
    }
    guard let topic, !topic.isEmpty else {
      report(notification.ticket, .permanent(why: APNsRequest.missingTopic))
      return nil
    }
    let lane = lane(credential, environment)
    lane.take(notification, topic: topic, now: now)
    return lane
  }

  /// Returns the credential that the application names, else one that names the topic, else one that serves any.
  private func choose(
    _ notification: PushNotification, _ environment: PushEnvironment
  ) -> (Credential, topic: String?)? {
    let headers = notification.headers
    let wanted =
      headers.topic ?? options.topic.map { APNsRequest.topic(bundleID: $0, pushType: headers.pushType) }
    var fallback: Credential?
    let name = options.credential(for: wanted, environment: environment)
    for credential in credentials where credential.serves(topic: wanted, environment: environment) {
      if let name, credential.name != name { continue }
      if !credential.topics.isEmpty {
        let own =
          credential.topics.count == 1
          ? APNsRequest.topic(bundleID: credential.topics[0], pushType: headers.pushType) : nil
        return (credential, wanted ?? own)
      }
      fallback = fallback ?? credential
    }
    return fallback.map { ($0, wanted) }
  }

  private func lane(_ credential: Credential, _ environment: PushEnvironment) -> APNsLane {
    let key = "\(environment.rawValue)/\(credential.name)"
    if let lane = lanes[key] { return lane }
    var source: ProviderTokenSource?
    if case .key(let signingKey, let keyID, let teamID) = credential.secret {
      // One for each key and team, whatever the environments: the rate counts together.
      // And over a reading of credentials: a new token within 20 minutes is one too many.
      let known = tokens["\(teamID)/\(keyID)"].flatMap { $0.signs(with: signingKey) ? $0 : nil }
      source = known ?? ProviderTokenSource(key: signingKey, keyID: keyID, teamID: teamID)
      tokens["\(teamID)/\(keyID)"] = source
    }
    let lane = APNsLane(
      credential, environment, options, tokens: source, on: eventLoop,
      APNsLane.Events(
        report: { [unowned self] in report($0, $1) },
        notice: { [unowned self] in
          letters.append(.notice($0))
          schedulePost()
        }))
    lanes[key] = lane
    return lane
  }

  /// Goes on with other credentials; pushes that wait are given to theirs.
  func replace(_ credentials: [Credential]) {
    self.credentials = credentials
    let old = Array(lanes.values)
    lanes.removeAll()
    let now = NIODeadline.now()
    for lane in old {
      retired.append(lane)
      for notification in lane.retire() { _ = take(notification, now) }
    }
    for lane in lanes.values { lane.pump() }
    post()
    startTicking()
  }

  // MARK: Reports

  private func report(_ ticket: UInt64, _ result: DeliveryResult) {
    options.metrics?.count(result)
    letters.append(.report(DeliveryReport(ticket, result)))
    schedulePost()
  }

  /// Schedules one delivery of all reports that this turn of the event loop makes.
  private func schedulePost() {
    guard !isPosting else { return }
    isPosting = true
    let own = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.execute { own.value.post() }
  }

  private func post() {
    isPosting = false
    outgoing.put(contentsOf: letters)
    letters.removeAll(keepingCapacity: true)
  }

  // MARK: Time

  private func startTicking() {
    guard !isTicking else { return }
    isTicking = true
    scheduleTick()
  }

  private func scheduleTick() {
    let isBusy = lanes.values.contains { !$0.isIdle } || retired.contains { !$0.isIdle }
    let own = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.scheduleTask(in: isBusy ? .milliseconds(50) : .seconds(1)) {
      own.value.tick()
    }
  }

  private func tick() {
    guard isTicking else { return }
    let now = NIODeadline.now()
    for lane in lanes.values { lane.tick(now) }
    for lane in retired { lane.tick(now) }
    retired.removeAll { $0.isIdle }
    post()
    measure()
    scheduleTick()
  }

  /// Has the metrics say what the lanes are doing.
  private func measure() {
    guard let metrics = options.metrics else { return }
    var load = APNsLoad()
    for lane in lanes.values { load.add(lane) }
    for lane in retired { load.add(lane) }
    metrics.take(load)
  }

  /// Tells of everything that is not told of, and ends.
  func close() {
    isTicking = false
    for lane in Array(lanes.values) + retired { lane.close() }
    post()
    options.metrics?.take(APNsLoad())
  }
}
