import LuaSandbox
import NotificationModel
import Notilua
import PluginRuntime
import Testing
import WorkerProtocol

/// A plugin of an application runs on its notifications alone, by what their senders wrote.
struct PluginScopeTests {
  private static func scope(
    unnamedTopic: Bool = false, unnamedEnvironment: Bool = false
  ) -> PluginScope {
    PluginScope(
      application: "chat", bundleID: "com.example.chat", environment: .production,
      coversUnnamedTopic: unnamedTopic, coversUnnamedEnvironment: unnamedEnvironment)
  }

  private static func covers(_ scope: PluginScope, _ topic: String?, _ environment: String?) -> Bool {
    scope.covers(.init(topic: topic, environment: environment))
  }

  @Test(arguments: [
    ("com.example.chat", true), ("com.example.chat.voip", true),
    ("com.example.chat.push-type.liveactivity", true), ("com.example.chat.other", false),
    ("com.example", false), ("com.example.chatter", false), ("COM.EXAMPLE.CHAT", false), ("", false),
    // Two texts that look alike are two topics.
    ("com.example.cha\u{300}t", false),
  ])
  func aTopicIsTheApps(_ topic: String, _ isOwn: Bool) {
    #expect(Self.covers(Self.scope(), topic, "production") == isOwn)
    #expect(!Self.covers(Self.scope(), topic, "sandbox"))
    #expect(!Self.covers(Self.scope(unnamedTopic: true, unnamedEnvironment: true), topic, "sandbox"))
  }

  @Test func whatIsNotNamedIsTheConfigurations() {
    for named in [false, true] {
      let scope = Self.scope(unnamedTopic: named, unnamedEnvironment: named)
      #expect(Self.covers(scope, nil, "production") == named)
      #expect(Self.covers(scope, "com.example.chat", nil) == named)
      #expect(Self.covers(scope, nil, nil) == named)
      #expect(!Self.covers(scope, "com.example.mail", nil))
      #expect(!Self.covers(scope, nil, "sandbox"))
    }
  }

  @Test func theReasonNamesWhatIsAnother() {
    #expect(
      Self.scope().explanation(.init(topic: "com.example.mail", environment: "production"))
        == "of application 'chat', com.example.chat in production; the notification's topic is \"com.example.mail\""
    )
    #expect(
      Self.scope().explanation(.init(topic: "com.example.chat", environment: nil)).hasSuffix(
        "the notification's environment is absent"))
    #expect(
      Self.scope().explanation(.init(topic: nil, environment: nil)).hasSuffix(
        "the notification's topic is absent"))
  }

  /// The names of the plugins that ran.
  private static func run(_ sources: [(name: String, source: String, scope: PluginScope?)], _ line: String)
    throws -> [String]
  {
    var plugins: [Plugin] = []
    for (name, source, scope) in sources {
      var definition = PluginDefinition(
        name: name, path: "\(name).lua",
        source: Array(
          "return { capabilities = { 'delivery' }, did_receive = function(r, c) \(source) end }".utf8))
      definition.capabilities = ["delivery"]
      definition.delivery = DeliveryGrant(fields: [.topic], topics: nil, coversUnnamed: true)
      definition.scope = scope
      let plugin = try Plugin(definition: definition, seed: 1)
      #expect(plugin.loadFault == nil, "\(plugin.loadFault?.message ?? "")")
      plugins.append(plugin)
    }
    var options = RunnerOptions()
    options.writesOutcomes = true
    let runner = BatchRunner(chain: Chain(plugins: plugins), options: options)
    runner.begin(quarantined: 0)
    var line = line
    line.withUTF8 { runner.run(item: 0, UnsafeRawBufferPointer($0), receivedAt: 0) }
    let members = runner.withResults { _, sections in String(decoding: sections[4], as: UTF8.self) }
    let outcome = try Outcome(json: "{\"line\":1,\(members)}")
    #expect(outcome.faults.isEmpty, "\(outcome.faults)")
    return outcome.plugins.map(\.name)
  }

  private static func line(_ topic: String) -> String {
    #"{"environment":"production","headers":{"apns-topic":"\#(topic)"},"payload":{"aps":{"alert":"a"}}}"#
  }

  /// A plugin that writes another topic neither escapes the plugins of its application nor reaches those of another.
  @Test func aTopicThatAPluginWroteIsNotTheSenders() throws {
    let mail = PluginScope(application: "mail", bundleID: "com.example.mail", environment: .production)
    let sources: [(String, String, PluginScope?)] = [
      ("chat/a", "r.topic = 'com.example.mail'", Self.scope()), ("chat/b", "", Self.scope()),
      ("mail/a", "error('reached')", mail), ("all", "", nil),
    ]
    #expect(try Self.run(sources, Self.line("com.example.chat")) == ["chat/a", "chat/b", "all"])
    #expect(try Self.run(Array(sources.dropFirst(3)), Self.line("com.example.mail")) == ["all"])
    let others = sources.filter { $0.0 != "mail/a" }
    #expect(try Self.run(others, Self.line("com.example.mail")) == ["all"])
  }
}
