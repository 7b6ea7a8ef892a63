import Foundation
import Testing

/// A plugin that writes a topic that the sender's key is not for has a fault, and the push goes on as its policy says.
@Suite(.serialized)
struct SenderTopicsTests {
  private static let plugin = """
    return { capabilities = { "delivery" }, did_receive = function(request, content)
      content.title = "changed"
      request.topic = content.body
    end }
    """
  private static let grant =
    ", capabilities: [delivery: { fields: [topic], topics: [com.example.app, com.example.talk] }]"

  private static func service(
    _ port: Int, more: String = "", plugin: String = ""
  ) throws -> RunningService {
    try RunningService(port: port, more: more) { service in
      try service.write("plugins/p/init.lua", Self.plugin)
      try service.configure("workers: 1", plugin: grant + plugin)
      let made = try GuidePage.run(
        """
        notilua keys api add --keys api-keys --scope send --topic com.example.app --out app.key
        (umask 077; printf 'header = "Authorization: Bearer %s"\\n' "$(cat app.key)" > curl.key)
        """, in: service.folder)
      try #require(made.status == 0, "\(made.errors)")
    }
  }

  private static func faults(_ outcome: [String: Any]) -> [[String: Any]] {
    outcome["faults"] as? [[String: Any]] ?? []
  }

  private static let message =
    "init.lua:3: request.topic cannot be 'com.example.talk'; the key of the push's sender is not for that topic: add the"
    + " topic to the key, or write another"

  /// The answer at the door is that of a push that was accepted.
  @Test func atTheDoor() throws {
    let service = try Self.service(28471)
    let refused = try service.outcome(of: "com.example.talk")
    #expect(refused["action"] as? String == "deliver" && refused["changed"] as? Bool == false)
    let fault = try #require(Self.faults(refused).first)
    #expect(fault["kind"] as? String == "error" && fault["then"] as? String == "skip")
    #expect((fault["message"] as? String)?.hasSuffix(Self.message) == true, "\(fault)")
    #expect(service.event(Self.message) != nil, "\(service.log)")
    let allowed = try service.outcome(of: "com.example.app")
    #expect(Self.faults(allowed).isEmpty && allowed["changed"] as? Bool == true, "\(allowed)")
    // Another generation may be granted it while the service runs, and a batch is that generation's.
    try service.configure("workers: 1", plugin: "")
    #expect(try service.ctl("reload").status == 0)
    let ungranted = try service.outcome(of: "com.example.app")
    #expect(
      (Self.faults(ungranted).first?["message"] as? String)?.contains("needs the capability 'delivery'")
        == true)
    try service.configure("workers: 1", plugin: Self.grant)
    #expect(try service.ctl("reload").status == 0)
    let again = try service.outcome(of: "com.example.talk")
    #expect(Self.faults(again).count == 1 && again["changed"] as? Bool == false)
  }

  @Test func thePolicyOfThePluginDecides() throws {
    let service = try Self.service(28472, plugin: ", on_fault: drop")
    let refused = try service.outcome(of: "com.example.talk")
    #expect(
      refused["action"] as? String == "drop" && Self.faults(refused).first?["then"] as? String == "drop")
  }

  @Test func atTheAPI() throws {
    let service = try Self.service(
      28473, more: "api: { listen: '127.0.0.1:28474', keys: api-keys }\noutcomes: { path: outcomes }")
    func envelope(_ topic: String) -> String {
      #"{"device_token":"ab01","payload":{"aps":{"alert":{"body":"\#(topic)"},"mutable-content":1}}}"#
    }
    let refused = try service.call(28474, envelope("com.example.talk"))
    #expect(refused.status == "202" && refused.outcome["action"] as? String == "deliver")
    let fault = try #require(Self.faults(refused.outcome).first)
    #expect((fault["message"] as? String)?.hasSuffix(Self.message) == true, "\(fault)")
    let allowed = try service.call(28474, envelope("com.example.app.voip"))
    #expect(allowed.status == "202" && Self.faults(allowed.outcome).isEmpty, "\(allowed)")
    let headers = ["apns-topic": "com.example.app.voip"] as NSDictionary
    #expect(allowed.outcome["headers"] as? NSDictionary == headers)
  }
}
