import APNsSimulator
import NotificationModel
import Testing

/// How many streams a connection may have, what certificates allow, and how often a device gets a push.
struct ConnectionTests {
  @Test func oneStreamUntilATokenWasValid() throws {
    let sample = try Sample()
    let simulation = sample.simulation()
    var connection = ConnectionState(number: 1, streams: 1)
    let wrong = try sample.request(["authorization": "bearer x"])
    #expect(simulation.receive(wrong, &connection, at: Sample.now).streams == nil)
    // The push is refused for another reason, and the token was valid all the same.
    let refused = try sample.request(body: "")
    #expect(simulation.receive(refused, &connection, at: Sample.now).streams == 1000)
    #expect(simulation.receive(try sample.request(), &connection, at: Sample.now).streams == nil)
  }

  @Test func oneStreamBehindARefusalOnRequest() throws {
    var sample = try Sample()
    sample.rules.settings.streamsAfterRefusal = 1
    let simulation = sample.simulation()
    var connection = ConnectionState(number: 1, streams: 1)
    func streams(_ device: String) throws -> UInt32? {
      simulation.receive(try sample.request(device: device), &connection, at: Sample.now).streams
    }
    #expect(try streams("ab") == 1000)
    #expect(try streams("bad04000") == 1)
    #expect(try streams("bad04000") == nil)
    #expect(try streams("ab") == 1000)
    // "410" is no error of the sender.
    #expect(try streams("bad04100") == nil)
  }

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

  @Test func aDeviceGetsSoManyPushesOnRequest() throws {
    var sample = try Sample()
    sample.rules.settings.devicePushes = 2
    let simulation = sample.simulation()
    let said = try [0, 1, 2, 1000].map {
      simulation.answer(try sample.request(), at: Sample.now + $0).said
    }
    #expect(said == ["200", "200", "429 TooManyRequests", "200"])
  }

  @Test(arguments: [
    ("aa", "200"), ("bb", "400 DeviceTokenNotForTopic"), ("cc", "400 BadDeviceToken"),
    ("dd", "410 Unregistered"), ("ee", "400 BadDeviceToken"),
  ])
  func knownDevicesAreOfAnApp(_ device: String, _ said: String) throws {
    var sample = try Sample()
    sample.rules = try SimulatorRules(
      json: Array(
        #"""
        {"settings":{"refuse_other_devices":true,"devices":{
          "AA":{"topic":"com.example.app"},"bb":{"topic":"com.example.other"},
          "cc":{"environment":"production"},"dd":{"unregistered":1700000000000}}}}
        """#.utf8))
    let decision = sample.simulation().answer(try sample.request(device: device))
    #expect(decision.said == said)
    if device == "dd" {
      #expect(decision.body == #"{"reason":"Unregistered","timestamp":1700000000000}"#)
    }
  }

  @Test func aTeamHasItsTopics() throws {
    var sample = try Sample()
    sample.rules.settings.topics = ["com.example.other"]
    #expect(sample.simulation().answer(try sample.request()).said == "400 TopicDisallowed")
    let other = try sample.request(["apns-topic": "com.example.other.voip"])
    #expect(sample.simulation().answer(other).said == "200")
  }
}
