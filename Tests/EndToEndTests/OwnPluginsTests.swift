import Foundation
import Testing

/// The plugins and texts of an application are not another's, in a filter and in a service.
@Suite(.serialized)
struct OwnPluginsTests {
  private static func catalog(_ text: String) -> String {
    """
    {"sourceLanguage":"en","strings":{"hello":{"localizations":{"en":{"stringUnit":{"state":"translated","value":"\(text)"}}}}},"version":"1.0"}
    """
  }

  /// Puts its mark and the text that it finds behind what others put there.
  private static let mark = """
    return { description = 'marks', did_receive = function(request, content)
      local text = notilua.localize('hello')
      content.user_info.by = (content.user_info.by or '') .. request.settings.mark .. '=' .. text .. ';'
      if content.body == 'fail ' .. request.settings.mark then error('told to') end
    end, time_will_expire = function() end }
    """
  private static let test = """
    - name: marks with its text
      given: { aps: { alert: a, mutable-content: 1 } }
      settings: { mark: m }
      expect: { payload: { aps: { alert: a, mutable-content: 1 }, by: m=Hello from chat; } }

    """
  private static let plugins = """
    plugins: [{ path: plugins/p, settings: { mark: all } }]
    applications:
      - key: chat
        bundle_id: com.example.app
        kind: development
        plugins: [{ path: own/mark, settings: { mark: c } }]
        catalogs: chat/Localizable.xcstrings
      - key: talk
        bundle_id: com.example.talk
        kind: development
        plugins: [{ path: own/mark, settings: { mark: t } }]
        catalogs: talk/Localizable.xcstrings
    quarantine: { after: 2, for: 1h }

    """

  private static func files(_ write: (String, String) throws -> Void) throws {
    try write("plugins/p/init.lua", mark)
    try write("own/mark/init.lua", mark)
    try write("own/mark/tests/cases.yaml", test)
    try write("chat/Localizable.xcstrings", catalog("Hello from chat"))
    try write("talk/Localizable.xcstrings", catalog("Hello from talk"))
  }

  private static func withFolder(_ body: (URL) throws -> Void) throws {
    try Program.withFolder { folder in
      try files { name, text in
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      try Data((plugins + "apns: { topic: com.example.talk, environment: sandbox }\n").utf8)
        .write(to: folder.appending(path: "notilua.yaml"))
      try body(folder)
    }
  }

  private static func line(_ topic: String?, _ environment: String?, _ body: String = "a") -> String {
    let headers = topic.map { #""headers":{"apns-topic":"\#($0)"},"# } ?? ""
    let place = environment.map { #""environment":"\#($0)","# } ?? ""
    return
      "{\(place)\(headers)\"payload\":{\"aps\":{\"alert\":{\"body\":\"\(body)\"},\"mutable-content\":1}}}\n"
  }

  private static let chat = "all=hello;c=Hello from chat;"
  private static let talk = "all=hello;t=Hello from talk;"

  @Test func aFilterRunsTheApplicationsAlone() throws {
    let rows: [(topic: String?, environment: String?, by: String)] = [
      ("com.example.app", "sandbox", Self.chat), ("com.example.talk", "sandbox", Self.talk),
      ("com.example.app.voip", "sandbox", Self.chat), ("com.example.app", "production", "all=hello;"),
      ("com.example.other", "sandbox", "all=hello;"), (nil, nil, Self.talk),
      ("com.example.app", nil, Self.chat),
      (nil, "production", "all=hello;"),
    ]
    try Self.withFolder { folder in
      let input = rows.map { Self.line($0.topic, $0.environment) }.joined()
      let ended = try Program.run(
        ["run", "--quiet", "--emit", "payloads"], input: Data(input.utf8), in: folder)
      #expect(ended.status == 0, "\(ended.errors)")
      let marks = ended.text.split(separator: "\n").map { line in
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return object.flatMap { $0["payload"] as? [String: Any] }.flatMap(Self.mark(_:))
      }
      #expect(marks == rows.map(\.by))
    }
  }

  @Test func explainSaysWhichApplicationAPluginIsOf() throws {
    try Self.withFolder { folder in
      let ended = try Program.run(
        ["explain"], input: Data(Self.line("com.example.app", "sandbox").utf8), in: folder)
      #expect(ended.text.contains("  chat/mark  changed"), "\(ended.text)")
      #expect(
        ended.text.contains(
          "talk/mark  did not run: of application 'talk', com.example.talk in sandbox; the notification's topic is \"com.example.app\""
        ), "\(ended.text)")
    }
  }

  /// The plugin's own tests find the texts of the application that has it; `check` counts it once for each.
  @Test func testAndCheckKnowThem() throws {
    try Self.withFolder { folder in
      let tested = try Program.run(["test", "own/mark"], in: folder)
      #expect(tested.status == 0 && tested.text.contains("1 passed"), "\(tested.text)\(tested.errors)")
      let checked = try Program.run(["check"], in: folder)
      #expect(checked.text.hasSuffix("3 plugins, 0 errors, 0 warnings\n"), "\(checked.text)\(checked.errors)")
      try Data("{".utf8).write(to: folder.appending(path: "talk/Localizable.xcstrings"))
      let broken = try Program.run(["check"], in: folder)
      #expect(broken.status == 65 && broken.text.contains("notilua.yaml:12:15: "), "\(broken.text)")
    }
  }

  /// A flag that names plugins names the whole chain.
  @Test func aFlagNamesTheWholeChain() throws {
    try Self.withFolder { folder in
      let ended = try Program.run(
        ["run", "--quiet", "--emit", "payloads", "--plugin", "plugins/p"],
        input: Data(Self.line("com.example.app", "sandbox").utf8), in: folder)
      #expect(ended.text.contains("\"by\":\"all=hello;\""), "\(ended.text)\(ended.errors)")
    }
  }

  /// Returns the payload as the plugins left it, also where an outcome has it.
  private static func mark(_ object: [String: Any]) -> String? {
    (object["payload"] as? [String: Any] ?? object)["by"] as? String
  }

  /// The pushes of two applications through one service: each runs its own plugins, also after a reload, and a fault of
  /// one is no fault of the other's.
  @Test func aServiceRunsTheApplicationsAlone() throws {
    let more = "api: { listen: '127.0.0.1:28477', keys: api-keys }\noutcomes: { path: outcomes }"
    let service = try RunningService(port: 28525, more: more) { service in
      try Self.files { try service.write($0, $1) }
      try service.configure(Self.applicationsOnly, plugin: ", settings: { mark: all }")
      let made = try GuidePage.run(
        """
        notilua keys api add --keys api-keys --scope send --topic com.example.app --topic com.example.talk --out app.key
        (umask 077; printf 'header = "Authorization: Bearer %s"\\n' "$(cat app.key)" > curl.key)
        """, in: service.folder)
      try #require(made.status == 0, "\(made.errors)")
    }
    func push(_ topic: String, _ body: String = "a") throws -> [String: Any] {
      let headers = #"{"apns-topic":"\#(topic)","apns-id":"\#(UUID().uuidString.lowercased())"}"#
      let (status, outcome) = try service.call(
        28477,
        #"{"device_token":"ab01","environment":"sandbox","headers":\#(headers),"payload":{"aps":{"alert":{"body":"\#(body)"},"mutable-content":1}}}"#
      )
      #expect(status == "202")
      return outcome
    }
    #expect(Self.mark(try push("com.example.app")) == Self.chat)
    #expect(Self.mark(try push("com.example.talk")) == Self.talk)
    // Other texts of one application are another generation.
    try service.write("chat/Localizable.xcstrings", Self.catalog("Welcome to chat"))
    try service.write(
      "own/mark/tests/cases.yaml", Self.test.replacing("Hello from chat", with: "Welcome to chat"))
    let reloaded = try service.ctl("reload")
    #expect(
      reloaded.status == 0 && reloaded.text.contains("1 case passed"), "\(reloaded.text)\(reloaded.errors)")
    #expect(Self.mark(try push("com.example.app")) == "all=hello;c=Welcome to chat;")
    #expect(Self.mark(try push("com.example.talk")) == Self.talk)
    // A plugin that is set aside for one application runs for the other.
    for _ in 0..<2 {
      let faults = try push("com.example.app", "fail c")["faults"] as? [[String: Any]]
      #expect(faults?.first?["plugin"] as? String == "chat/mark")
    }
    #expect(Self.mark(try push("com.example.app")) == "all=hello;")
    #expect(Self.mark(try push("com.example.talk")) == Self.talk)
    // The counts of a plugin come with the next batches.
    let ofChat = "\nnotilua_plugin_faults_total{plugin=\"chat/mark\",kind=\"error\"} 2\n"
    #expect(
      Program.wait(seconds: 60) { (try? service.metrics.contains(ofChat)) == true })
    #expect(
      try service.metrics.contains("\nnotilua_plugin_faults_total{plugin=\"talk/mark\",kind=\"error\"} 0\n"))
  }

  /// The configuration of a service beside its first plugin.
  private static let applicationsOnly =
    "workers: 1\n" + plugins.split(separator: "\n").dropFirst().joined(separator: "\n")
}
