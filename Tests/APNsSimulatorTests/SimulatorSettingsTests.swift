import APNsSimulator
import Testing

/// Settings of devices and topics.
struct SimulatorSettingsTests {
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
