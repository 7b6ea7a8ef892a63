import APNsSimulator
import Testing

/// The order of the checks, and a simulation that begins anew.
struct SimulationTests {
  @Test func resetForgets() throws {
    let sample = try Sample()
    let simulation = sample.simulation()
    _ = simulation.answer(try sample.request())
    simulation.rules = SimulatorRules()
    simulation.reset()
    #expect(simulation.summary == "0 accepted, 0 refused")
    #expect(simulation.journal.lines().isEmpty)
  }

  /// The method goes before the path, that before the credential, and so on to the payload.
  @Test func looksInTheOrderOfAPNs() throws {
    let sample = try Sample()
    let simulation = sample.simulation()
    let wrong: [String: String?] = [
      "authorization": "bearer x", "apns-topic": "?", "apns-push-type": "?", "apns-id": "?",
      "apns-priority": "?",
    ]
    let steps: [(String, String?, String)] = [
      ("authorization", try sample.bearer(), "403 InvalidProviderToken"),
      ("apns-topic", "com.example.app", "400 BadTopic"), ("apns-push-type", "alert", "400 InvalidPushType"),
      ("apns-id", nil, "400 BadMessageId"), ("apns-priority", nil, "400 BadPriority"),
    ]
    var headers = wrong
    for (name, value, said) in steps {
      #expect(simulation.answer(try sample.request(headers, body: "")).said == said)
      headers[name] = .some(value)
    }
    #expect(simulation.answer(try sample.request(headers, body: "")).said == "400 PayloadEmpty")
  }
}
