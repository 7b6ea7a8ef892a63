import APNsCredentials
import Delivery
import HTTP2Transport
import NIOCore
import NIOPosix
import NotificationModel

/// One push with everything kept that a person needs to find out why it does not arrive.
package struct APNsProbe: Sendable {
  /// A header.
  package struct Field: Sendable, Equatable {
    package var name: String
    package var value: String
  }

  /// The course and result of one push that `notilua send` made.
  package struct Report: Sendable {
    package var server: APNsOptions.Server
    /// The proxy that led there, if any.
    package var proxy: ProxyAddress?
    /// The address that the server's name led to, or the proxy's; nil where it led nowhere.
    package var address: String?
    /// As they were sent, without the provider token's signature and the device token's middle.
    package var headers: [Field] = []
    package var payload: [UInt8]
    package var responseHeaders: [Field] = []
    package var responseBody: [UInt8] = []
    package var answer: APNsAnswer?
    /// The reason of a GOAWAY.
    package var goAwayReason: String?
    /// The cause for which there is no answer.
    package var cause: String?
    /// The next step where there is none.
    package var advice: String?
    /// From the first packet to the answer.
    package var milliseconds = 0
    /// The rule that the push breaks by Notilua's own checks; it is sent all the same.
    package var refusal: DeliveryFailure?

    /// True when APNs accepted the push with status 200.
    package var isDelivered: Bool { answer?.status == 200 }
  }

  private let credential: Credential
  private let environment: PushEnvironment
  private let options: APNsOptions

  package init(_ credential: Credential, _ environment: PushEnvironment, _ options: APNsOptions) {
    self.credential = credential
    self.environment = environment
    self.options = options
  }

  /// Sends a notification, and waits for what comes of it.
  package func send(_ notification: PushNotification) throws -> Report {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer { try? group.syncShutdownGracefully() }
    let loop = group.next()
    return try loop.flatSubmit { () -> EventLoopFuture<Report> in
      let run = ProbeRun(notification, credential, environment, options, on: loop)
      return run.start()
    }.wait()
  }
}

/// One try of a probe; it stays with its event loop, and holds itself until it is over.
private final class ProbeRun: HTTP2ClientDelegate {
  private var report: APNsProbe.Report
  private let notification: PushNotification
  private let options: APNsOptions
  private let topic: String
  private let token: ProviderToken?
  private let connection: HTTP2ClientConnection
  private let promise: EventLoopPromise<APNsProbe.Report>
  private let eventLoop: any EventLoop
  private let startedAt = NIODeadline.now()
  private var hasSent = false
  private var own: ProbeRun?

  init(
    _ notification: PushNotification, _ credential: Credential, _ environment: PushEnvironment,
    _ options: APNsOptions, on eventLoop: any EventLoop
  ) {
    self.notification = notification
    self.options = options
    self.eventLoop = eventLoop
    promise = eventLoop.makePromise()
    let server = options.server(for: environment)
    report = APNsProbe.Report(server: server, payload: notification.payload)
    report.proxy = options.proxy(for: server)
    let only =
      credential.topics.count == 1
      ? APNsRequest.topic(bundleID: credential.topics[0], pushType: notification.headers.pushType) : nil
    topic = notification.headers.topic ?? only ?? ""
    var http2 = options.transport(to: server, credential)
    http2.keepsAllHeaders = true
    switch credential.secret {
    case .certificate: token = nil
    case .key(let key, let keyID, let teamID):
      token = ProviderTokenSource(key: key, keyID: keyID, teamID: teamID).current
    }
    report.refusal =
      APNsRequest.refusal(notification, topic: topic) ?? (topic.isEmpty ? APNsRequest.missingTopic : nil)
    connection = HTTP2ClientConnection(http2, on: eventLoop)
  }

  func start() -> EventLoopFuture<APNsProbe.Report> {
    own = self
    connection.delegate = self
    connection.connect()
    let limit = TimeAmount.nanoseconds(of: options.connectTimeout) + .nanoseconds(of: options.answerTimeout)
    let run = NIOLoopBound(self, eventLoop: eventLoop)
    let timer = eventLoop.scheduleTask(in: limit) {
      run.value.finish(run.value.connection.silence)
    }
    promise.futureResult.whenComplete { _ in timer.cancel() }
    return promise.futureResult
  }

  private func finish(_ failure: ConnectionFailure?) {
    guard own != nil else { return }
    own = nil
    report.address = connection.remoteAddress
    report.cause = failure?.cause
    report.advice = failure?.advice(options, report.server)
    report.milliseconds = Int((NIODeadline.now() - startedAt).nanoseconds / 1_000_000)
    connection.delegate = nil
    connection.close()
    promise.succeed(report)
  }

  func settingsChanged(_ connection: HTTP2ClientConnection) {
    guard !hasSent else { return }
    hasSent = true
    var headers = HTTP2HeaderBlock()
    APNsRequest.begin(&headers, authority: report.server.host)
    APNsRequest.add(notification, topic: topic, token: token?.text, to: &headers)
    report.headers = headers.shown { name, value in
      switch name {
      case ":path": "/3/device/" + Self.masked(notification.deviceToken ?? "")
      case "authorization":
        "bearer (provider token\(token.map { ", key \($0.keyID), team \($0.teamID)" } ?? ""))"
      default: value
      }
    }.map { APNsProbe.Field(name: $0.name, value: $0.value) }
    _ = connection.send(&headers, body: notification.payload, tag: 1)
    connection.flush()
  }

  /// Returns a device token with its middle left out.
  private static func masked(_ token: String) -> String {
    token.count < 16 ? "…" : "\(token.prefix(4))…\(token.suffix(4)) (\(token.count) digits)"
  }

  func answered(_ connection: HTTP2ClientConnection, _ tag: UInt64, _ response: HTTP2Response) {
    report.responseHeaders = response.headers.map { APNsProbe.Field(name: $0.name, value: $0.value) }
    report.responseBody = response.body
    report.answer = APNsAnswer(response)
    finish(nil)
  }

  func failed(_ connection: HTTP2ClientConnection, _ tag: UInt64, _ failure: HTTP2RequestFailure) {
    // A GOAWAY says why in a moment.
    let text =
      switch failure {
      case .notProcessed: "the server refused the request before looking at it"
      case .unknown: "the connection ended before the answer"
      case .reset(let code): "the server broke off its answer (\(code))"
      }
    let run = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.scheduleTask(in: .milliseconds(50)) { run.value.finish(ConnectionFailure(.ended, text)) }
  }

  func goneAway(
    _ connection: HTTP2ClientConnection, lastStreamID: Int32, _ code: HTTP2ErrorCode, debug: [UInt8]
  ) {
    let reason = APNsAnswer.read(debug).reason
    if !reason.isEmpty { report.goAwayReason = reason }
  }

  func ponged(_ connection: HTTP2ClientConnection) {}
  func turned(_ connection: HTTP2ClientConnection) {}

  func ended(_ connection: HTTP2ClientConnection, _ failure: ConnectionFailure?) {
    finish(failure ?? ConnectionFailure(.ended, "the server ended the connection"))
  }
}
