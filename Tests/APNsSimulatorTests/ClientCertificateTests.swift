import APNsProtocol
import APNsSimulator
import NotificationModel
import Testing

/// The topics and environments that a certificate allows.
struct ClientCertificateTests {
  private static func certificate(
    _ topics: [String] = ["com.example.app"], _ environments: Set<PushEnvironment> = [.sandbox],
    validFor seconds: Int64 = 60
  ) -> ClientCertificate {
    ClientCertificate(topics: topics, environments: environments, notAfter: Sample.now / 1000 + seconds)
  }

  @Test(
    arguments: [
      (certificate(), "com.example.app", "200"), (certificate(), nil, "200"),
      (certificate(), "com.example.other", "400 TopicDisallowed"),
      (certificate(), "?", "400 BadTopic"),
      (certificate(["com.example.app", "com.example.app.voip"]), nil, "400 MissingTopic"),
      (certificate(["com.example.app", "com.example.app.voip"]), "com.example.app.voip", "200"),
      (certificate(["com.example.app"], [.production]), nil, "403 BadCertificateEnvironment"),
      (certificate(["com.example.app"], [.production, .sandbox]), nil, "200"),
      (certificate(["com.example.app"], [.sandbox], validFor: 0), nil, "403 BadCertificate"),
      (certificate([], [.sandbox]), nil, "403 BadCertificate"),
    ] as [(ClientCertificate, String?, String)])
  func aCertificateAllowsItsTopics(_ certificate: ClientCertificate, _ topic: String?, _ said: String) throws
  {
    let sample = try Sample()
    var connection = ConnectionState(number: 1, certificate: certificate, streams: 1000)
    let request = try sample.request(["authorization": nil, "apns-topic": topic])
    #expect(sample.simulation().receive(request, &connection, at: Sample.now).said == said)
  }

  @Test func locationIsForTokensOnly() throws {
    let sample = try Sample()
    let topic = "com.example.app.location-query"
    let request = try sample.request(["apns-topic": topic, "apns-push-type": "location"])
    var connection = ConnectionState(number: 1, certificate: Self.certificate([topic]), streams: 1000)
    #expect(
      sample.simulation().receive(request, &connection, at: Sample.now).said == "400 InvalidPushType")
    #expect(sample.simulation().answer(request).said == "200")
  }
}
