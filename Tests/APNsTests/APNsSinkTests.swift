import APNs
import Delivery
import DeliveryTesting
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
}
