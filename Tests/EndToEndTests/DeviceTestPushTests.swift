import Foundation
import Testing

/// A test push to a registered device says each step, and stops where nothing would come.
@Suite(.serialized)
struct DeviceTestPushTests {
  /// A service with a registry, and a key for one of its two applications.
  private final class Registry {
    let service: RunningService
    private let port: Int

    init(_ port: Int) throws {
      self.port = port
      let more = """
        api: { listen: '127.0.0.1:\(port)', socket: api.sock, keys: api-keys }
        outcomes: { path: outcomes }
        registry: { path: registry }
        applications:
          - { key: chat, bundle_id: com.example.app, kind: development }
          - { key: talk, bundle_id: com.example.talk, kind: development }
        """
      service = try RunningService(port: port - 1, more: more) { service in
        try service.write("plugins/p/init.lua", "return { did_receive = function() end }")
        try service.configure()
        let made = try GuidePage.run(
          """
          notilua keys api add --keys api-keys --scope send --scope devices --scope read --topic com.example.app --out app.key
          (umask 077; printf 'header = "Authorization: Bearer %s"\\n' "$(cat app.key)" > curl.key)
          """, in: service.folder)
        try #require(made.status == 0, "\(made.errors)")
      }
    }

    /// Sends a request, and returns the status and the body's object.
    func ask(_ method: String, _ path: String, _ body: String) throws -> (status: String, body: [String: Any])
    {
      let ended = try Program.run(
        [
          "-sS", "-K", "curl.key", "-X", method, "-H", "Content-Type: application/json", "--data", body, "-o",
          "answer", "-w", "%{http_code}", "http://127.0.0.1:\(port)\(path)",
        ], program: "/usr/bin/curl", in: service.folder)
      let answer = try Data(contentsOf: service.folder.appending(path: "answer"))
      return (ended.text, try #require(try JSONSerialization.jsonObject(with: answer) as? [String: Any]))
    }

    func register(_ name: String, _ token: String, _ more: String = "") throws {
      let answer = try ask("PUT", "/v1/devices/\(name)", #"{"user":"anna","token":"\#(token)"\#(more)}"#)
      #expect(answer.status == "201", "\(answer)")
    }
  }

  @Test func theStepsAreTold() throws {
    let registry = try Registry(28521)
    try registry.register(
      "phone", "ab01",
      #","locales":["de"],"time_zone":"Europe/Berlin","permission":{"state":"granted","parts":["alert","badge"]}"#
    )
    let (status, body) = try registry.ask("POST", "/v1/test", #"{"device":"phone","body":"Works?"}"#)
    #expect(status == "202" && body["outcome"] as? String == "accepted", "\(body)")
    #expect(body["device"] as? String == "phone" && body["application"] as? String == "chat")
    let steps = try #require(body["steps"] as? [[String: String]])
    #expect(steps.map { $0["step"] } == ["registered", "permission", "composed", "accepted"])
    #expect(steps[0]["text"]?.hasPrefix("for user 'anna' since ") == true)
    #expect(steps[1]["text"] == "granted: alert, badge")
    #expect(steps[2]["text"]?.hasSuffix("bytes for com.example.app in sandbox, without a sound") == true)
    // What is queued for the registration goes with it, which its name does.
    let removed = try Program.run(
      ["-sS", "-K", "curl.key", "-X", "DELETE", "http://127.0.0.1:28521/v1/devices/phone"],
      program: "/usr/bin/curl", in: registry.service.folder)
    #expect(removed.status == 0 && removed.text.isEmpty, "\(removed.text)")
    let id = try #require(body["apns_id"] as? String)
    #expect(
      Program.wait(seconds: 60) {
        let story = try? registry.ask("GET", "/v1/notifications/\(id)", "")
        let events = story?.body["events"] as? [[String: Any]] ?? []
        return events.contains { $0["outcome"] as? String == "withdrawn" }
      })
    let ended = try registry.ask("POST", "/v1/test", #"{"device":"phone"}"#)
    #expect(ended.status == "422" && ended.body["pointer"] as? String == "/device", "\(ended)")
    #expect((ended.body["detail"] as? String)?.contains("(deleted); register it again") == true)
  }

  @Test func itStopsWhereNothingWouldCome() throws {
    let registry = try Registry(28523)
    try registry.register("denied", "ab02", #","permission":{"state":"denied"}"#)
    try registry.register("silent", "ab03", #","permission":{"state":"granted","parts":["badge"]}"#)
    for (name, status, said) in [
      ("denied", "422", "the user has refused notifications; have the user change that"),
      ("silent", "422", "granted: badge; have the user change that"),
      ("gone", "404", "there is no such device"),
    ] {
      let answer = try registry.ask("POST", "/v1/test", #"{"device":"\#(name)"}"#)
      #expect(answer.status == status && answer.body["pointer"] as? String == "/device", "\(answer)")
      #expect((answer.body["detail"] as? String)?.contains(said) == true, "\(answer)")
    }
    let sent = try Program.run(
      ["send", "--device", "denied", "--api-key", "app.key"], in: registry.service.folder)
    #expect(sent.status == 1 && sent.text.isEmpty)
    #expect(
      sent.errors.hasPrefix("notilua: api.sock: a push would not be seen on 'denied': the user has refused"),
      "\(sent.errors)")
    // Another application's devices are as if they were not there.
    let other = try registry.ask("POST", "/v1/test", #"{"device":"denied","application":"talk"}"#)
    #expect(other.status == "403", "\(other)")
  }

  @Test(arguments: [
    (["--device", "p"], "--device needs the file of a key"),
    (["--device", "p", "--api-key", "k", "--device-token", "ab"], "leave them and the file out"),
    (["--device", "p", "--api-key", "k", "file"], "leave them and the file out"),
    (["--application", "chat", "--alert", "a"], "--application is for --device"),
  ])
  func aMistakeOfTheCommandIsNamed(_ arguments: [String], _ said: String) throws {
    let ended = try Program.run(["send"] + arguments, input: "")
    #expect(ended.status == 64 && ended.errors.contains(said), "\(ended.errors)")
  }

  @Test func aSocketIsNeeded() throws {
    try Program.withFolder { folder in
      try Data("key".utf8).write(to: folder.appending(path: "app.key"))
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: folder.appending(path: "app.key").path)
      let order = ["send", "--device", "p", "--api-key", "app.key"]
      let unnamed = try Program.run(order, in: folder)
      #expect(unnamed.status == 64 && unnamed.errors.contains("name it in api.socket"), "\(unnamed.errors)")
      let dead = try Program.run(order + ["--api-socket", "none.sock"], in: folder)
      #expect(
        dead.status == 69 && dead.errors.contains("none.sock: no service listens here"), "\(dead.errors)")
    }
  }
}
