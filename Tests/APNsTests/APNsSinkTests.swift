import APNs
import Applications
import Delivery
import DeliveryTesting
import Foundation
import NotificationModel
import Testing

/// The sink does what the suite asks of every one, also where the server does not.
struct APNsSinkTests {
  @Test func conforms() async throws {
    let server = try await TestServer()
    let breaches = try SinkConformance.breaches(notifications(200), within: 20) {
      try APNsSink([TestFiles.credential()], server.options { $0.capacity = 50 }, on: $0)
    }
    #expect(breaches == [])
    await server.stop()
  }

  @Test func conformsWhereNobodyAnswers() async throws {
    let server = try await TestServer { _, _, _ in }
    let breaches = try SinkConformance.breaches(notifications(20), within: 20) {
      try APNsSink(
        [TestFiles.credential()],
        server.options {
          $0.answerTimeout = .milliseconds(200)
          $0.deadline = .milliseconds(500)
        }, on: $0)
    }
    #expect(breaches == [])
    await server.stop()
  }

  @Test func conformsWithoutACredential() throws {
    let breaches = try SinkConformance.breaches(notifications(20), within: 5) {
      try APNsSink([], APNsOptions(), on: $0)
    }
    #expect(breaches == [])
  }

  /// Where two credentials serve an app, its application says which; the others go with the first.
  @Test func anApplicationNamesItsCredential() async throws {
    let server = try await TestServer()
    let table = try ApplicationTable([
      Application(key: "app", bundleID: "com.example.app", credential: "second")
    ])
    let credentials = [
      try TestFiles.credential("first", keyID: "FIRST00001"),
      try TestFiles.credential("second", keyID: "SECOND0002"),
    ]
    for (topic, keyID) in [("com.example.app", "SECOND0002"), ("com.example.other", "FIRST00001")] {
      let options = try server.options {
        $0.topic = topic
        $0.applications = table
      }
      let sink = try UsedSink { try APNsSink(credentials, options, on: $0) }
      #expect(deliver(notifications(1), to: sink).values.map { $0 == .done } == [true])
      sink.close()
      let token = server.arrivals.last?.header("authorization")?.dropFirst("bearer ".count) ?? ""
      let head = token.prefix { $0 != "." }.replacing("-", with: "+").replacing("_", with: "/")
      let padded = head + String(repeating: "=", count: (4 - head.count % 4) % 4)
      let json = Data(base64Encoded: String(padded)).map { String(decoding: $0, as: UTF8.self) }
      #expect(json?.contains(keyID) == true, "\(json ?? "")")
    }
    await server.stop()
  }

  /// Without its credential an application's pushes are not sent with another.
  @Test func anApplicationsCredentialIsNotReplaced() async throws {
    let server = try await TestServer()
    let table = try ApplicationTable([
      Application(key: "app", bundleID: "com.example.app", credential: "gone")
    ])
    let options = try server.options { $0.applications = table }
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], options, on: $0) }
    #expect(deliver(notifications(1), to: sink).values.map { $0 == .done } == [false])
    #expect(server.arrivals.isEmpty)
    sink.close()
    await server.stop()
  }
}
