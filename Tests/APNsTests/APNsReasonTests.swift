import APNs
import APNsProtocol
import Delivery
import DeliveryTesting
import HTTP2Transport
import NotificationModel
import Testing

/// Every row of the table of reasons, as the sink takes it.
struct APNsReasonTests {
  /// The fate that the table of Apple's answers asks for, written out by hand beside the code's own.
  private static let table: [(reason: String, status: Int, fate: String)] = [
    ("BadCollapseId", 400, "permanent"), ("BadDeviceToken", 400, "gone"),
    ("BadExpirationDate", 400, "permanent"),
    ("BadMessageId", 400, "permanent"), ("BadPriority", 400, "permanent"), ("BadTopic", 400, "permanent"),
    ("DeviceTokenNotForTopic", 400, "permanent"), ("DuplicateHeaders", 400, "permanent"),
    ("IdleTimeout", 400, "again"), ("InvalidPushType", 400, "permanent"),
    ("MissingDeviceToken", 400, "permanent"), ("MissingTopic", 400, "permanent"),
    ("PayloadEmpty", 400, "permanent"), ("TopicDisallowed", 400, "blocked"),
    ("BadCertificate", 403, "blocked"), ("BadCertificateEnvironment", 403, "blocked"),
    ("ExpiredProviderToken", 403, "again"), ("Forbidden", 403, "permanent"),
    ("InvalidProviderToken", 403, "blocked"), ("MissingProviderToken", 403, "blocked"),
    ("UnrelatedKeyIdInToken", 403, "again"), ("BadEnvironmentKeyIdInToken", 403, "blocked"),
    ("BadEnvironmentKeyInToken", 403, "blocked"), ("BadPath", 404, "permanent"),
    ("MethodNotAllowed", 405, "permanent"), ("ExpiredToken", 410, "gone"), ("Unregistered", 410, "gone"),
    ("PayloadTooLarge", 413, "permanent"), ("TooManyProviderTokenUpdates", 429, "again"),
    ("TooManyRequests", 429, "retry 30"), ("InternalServerError", 500, "retry 900"),
    ("ServiceUnavailable", 503, "retry 900"), ("Shutdown", 503, "again"),
    ("FeatureNotEnabled", 403, "blocked"), ("MissingChannelId", 400, "permanent"),
    ("BadChannelId", 400, "permanent"), ("ChannelNotRegistered", 410, "permanent"),
    ("BadRequestParams", 400, "permanent"), ("BadRequestPayload", 400, "permanent"),
    ("MissingPushType", 400, "permanent"), ("CannotCreateChannelConfig", 400, "permanent"),
    ("TopicMismatch", 403, "blocked"),
    // What nobody has documented goes by its status.
    ("SomethingNew", 400, "permanent"), ("SomethingNew", 403, "blocked"), ("SomethingNew", 410, "gone"),
    ("SomethingNew", 413, "permanent"), ("SomethingNew", 429, "retry 30"), ("SomethingNew", 500, "retry 900"),
    ("SomethingNew", 599, "retry 900"), ("", 404, "permanent"),
  ]

  @Test func tableIsWhole() {
    #expect(
      Set(APNsReason.all.map(\.name)) == Set(Self.table.map(\.reason)).subtracting(["SomethingNew", ""]))
    for reason in APNsReason.all {
      #expect(Self.table.contains { $0.reason == reason.name && $0.status == reason.status })
    }
  }

  @Test(arguments: table.indices) func hasItsFate(_ index: Int) async throws {
    let row = Self.table[index]
    // The second request finds a server that has changed its mind.
    let server = try await TestServer { arrival, number, connection in
      if number == 1 {
        TestServer.refuse(arrival, connection, row.status, row.reason, timestamp: 1_700_000_000_000)
      } else {
        TestServer.accept(arrival, connection)
      }
    }
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], server.options(), on: $0) }
    let result = deliver(notifications(1), to: sink)[1]
    switch (row.fate, result) {
    case ("permanent", .permanent(let why)):
      #expect(!why.removesToken)
      #expect(why.status == row.status)
    case ("gone", .permanent(let why)):
      #expect(why.removesToken)
      #expect(why.timestamp == 1_700_000_000_000)
    case ("blocked", .blocked(let lane, let why)):
      #expect(lane.hasPrefix("test (production)"))
      #expect(why.reason == (row.reason.isEmpty ? "Status\(row.status)" : row.reason))
    case ("again", .done):
      // On another connection, with the same apns-id.
      #expect(server.connections == 2)
      #expect(Set(server.arrivals.map { $0.header("apns-id") }).count == 1)
    case ("retry 30", .retry(let after, _)): #expect(after == .seconds(30))
    case ("retry 900", .retry(let after, _)): #expect(after == .seconds(900))
    default: Issue.record("\(row) ended as \(String(describing: result))")
    }
    sink.close()
    await server.stop()
  }

  @Test func retryAfterIsHonoured() async throws {
    let server = try await TestServer { arrival, _, connection in
      TestServer.refuse(
        arrival, connection, 503, "ServiceUnavailable", headers: [.init("retry-after", "7")])
    }
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], server.options(), on: $0) }
    guard case .retry(after: .seconds(7), _) = deliver(notifications(1), to: sink)[1] else {
      Issue.record("the wish of the server was not honoured")
      return
    }
    sink.close()
    await server.stop()
  }

  @Test func everyReasonIsExplained() {
    for reason in APNsReason.all {
      #expect(!reason.meaning.isEmpty && !reason.advice.isEmpty)
      #expect(!reason.meaning.hasSuffix(".") && !reason.advice.hasSuffix("."))
      #expect((reason.fate == .retry) == (reason.retry != nil))
    }
  }
}
