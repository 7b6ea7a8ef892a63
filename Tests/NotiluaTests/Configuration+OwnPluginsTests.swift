import ConfigurationFiles
import Foundation
import Notilua
import Testing
import WorkerProtocol

/// The plugins and catalogs of applications in the chain of a configuration.
struct ConfigurationOwnPluginsTests {
  private static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-own-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["plugins/a", "plugins/b", "own/c"] {
      let file = folder.appending(path: "\(name).lua")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("return { did_receive = function() end }".utf8).write(to: file)
    }
    for name in ["all", "chat", "mail"] {
      let catalog = """
        {"sourceLanguage":"en","strings":{"k":{"localizations":{"en":{"stringUnit":{"state":"translated","value":"\(name)"}}}}},"version":"1.0"}
        """
      try Data(catalog.utf8).write(to: folder.appending(path: "\(name).xcstrings"))
    }
    try body(folder.path + "/")
  }

  private static func configuration(_ yaml: String, _ folder: String) throws(HostError) -> Configuration {
    try Configuration(yaml: yaml, name: "c.yaml", folder: folder)
  }

  private static func applications(_ chat: String, _ mail: String = "") -> String {
    "applications:\n- { key: chat, bundle_id: com.example.chat\(chat) }\n- { key: mail, bundle_id: com.example.mail\(mail) }\n"
  }

  /// After those for all, in the order of the applications; one plugin may be in several.
  @Test func theyHaveTheKeyInTheirNames() throws {
    try Self.withFolder { folder in
      let yaml =
        "plugins: [plugins/b.lua]\n"
        + Self.applications(
          ", plugins: [own/c.lua, { path: plugins/b.lua, name: twice }]",
          ", plugins: [{ path: own/c.lua, settings: { a: 1 } }]")
      let definitions = try Self.configuration(yaml, folder).definitions()
      #expect(definitions.map(\.name) == ["b", "chat/c", "chat/twice", "mail/c"])
      #expect(definitions.map(\.scope?.application) == [nil, "chat", "chat", "mail"])
      #expect(definitions[3].settings == #"{"a":1}"#)
      #expect(definitions[3].scope?.bundleID == "com.example.mail")
    }
  }

  /// The folder's plugins are for all, but for those that an application has as its own.
  @Test func theFolderIsForTheOthers() throws {
    try Self.withFolder { folder in
      let yaml = Self.applications(", plugins: [plugins/a.lua]")
      #expect(try Self.configuration(yaml, folder).definitions().map(\.name) == ["b", "chat/a"])
      let own = Self.applications(", plugins: [own/c.lua]")
      var configuration = try Self.configuration(own, folder)
      configuration.pluginFolder = folder + "none"
      #expect(try configuration.definitions().map(\.name) == ["chat/c"])
      configuration.applications = []
      #expect(throws: HostError.self) { try configuration.definitions() }
    }
  }

  @Test func aDisabledOneIsLeftOut() throws {
    try Self.withFolder { folder in
      let yaml = Self.applications(", plugins: [{ path: own/c.lua, disabled: true }, plugins/a.lua]")
      let chain = try Self.configuration(yaml, folder).chain()
      #expect(chain.map(\.name) == [nil, "chat/a"] && chain[0].path == "\(folder)plugins/b.lua")
    }
  }

  @Test func aNameIsTakenOnce() throws {
    try Self.withFolder { folder in
      let yaml =
        "plugins: [{ path: plugins/a.lua, name: chat/c }]\n" + Self.applications(", plugins: [own/c.lua]")
      let error = #expect(throws: HostError.self) { try Self.configuration(yaml, folder).chain() }
      #expect(
        error?.message
          == "c.yaml:3:55: '\(folder)plugins/a.lua' and '\(folder)own/c.lua' are both named 'chat/c'; give one of them another name with 'name:'"
      )
    }
  }

  @Test func aChainInFullHasNoMore() throws {
    try Self.withFolder { folder in
      let configuration = try Self.configuration(Self.applications(", plugins: [own/c.lua]"), folder)
      let chain = try configuration.chain()
      #expect(try configuration.running(chain).chain() == chain)
      #expect(try configuration.running([chain[0]]).chain() == [chain[0]])
    }
  }

  /// An application's plugins see its texts before those for all; nobody else sees them.
  @Test func catalogsAreTheApplications() throws {
    try Self.withFolder { folder in
      let yaml =
        "plugins: [plugins/a.lua]\nstrings: { catalogs: all.xcstrings }\n"
        + Self.applications(
          ", plugins: [own/c.lua], catalogs: chat.xcstrings",
          ", plugins: [own/c.lua], catalogs: [mail.xcstrings]")
      let configuration = try Self.configuration(yaml, folder)
      let definitions = try configuration.definitions()
      let all = try configuration.catalogs()
      let chat = try configuration.catalogs(of: configuration.applications[0])
      let mail = try configuration.catalogs(of: configuration.applications[1])
      #expect(all.count == 1 && chat.count == 1 && mail.count == 1 && chat != mail && chat != all)
      #expect(definitions.map(\.catalogs) == [all, chat + all, mail + all])
      // The numbers by which a worker has them.
      var numbered = definitions
      let count = PluginDefinition.numberCatalogs(&numbered).count
      #expect(
        count == 3 && Set(numbered[1].catalogNumbers).intersection(numbered[2].catalogNumbers).count == 1)
    }
  }

  /// In its own tests a plugin has its application's texts, and runs on every line.
  @Test func itsTestsHaveItsTexts() throws {
    try Self.withFolder { folder in
      let yaml =
        "plugins: [plugins/a.lua]\n" + Self.applications(", plugins: [own/c.lua], catalogs: chat.xcstrings")
      let configuration = try Self.configuration(yaml, folder)
      let tested = configuration.tested(Configuration.Plugin(path: folder + "own/../own/c.lua"))
      let definition = try configuration.definition(of: tested)
      #expect(definition.scope == nil && definition.name == "c" && definition.catalogs.count == 1)
      let other = configuration.tested(Configuration.Plugin(path: folder + "plugins/a.lua"))
      #expect(try configuration.definition(of: other).catalogs.isEmpty)
    }
  }

  @Test func aCatalogThatIsNotThereIsNamed() throws {
    try Self.withFolder { folder in
      let yaml =
        "plugins: [plugins/a.lua]\n" + Self.applications(", catalogs: [chat.xcstrings, gone.xcstrings]")
      let error = #expect(throws: HostError.self) { try Self.configuration(yaml, folder).definitions() }
      #expect(error?.message.hasPrefix("c.yaml:3:72: ") == true, "\(error?.message ?? "")")
    }
  }

  /// A notification without a topic or an environment is for the app of apns.topic in apns.environment.
  @Test func whatIsNotNamedIsForTheDefault() throws {
    try Self.withFolder { folder in
      for (apns, topic, environment) in [
        ("", false, true), ("apns: { topic: com.example.chat }\n", true, true),
        ("apns: { topic: com.example.chat.voip, environment: sandbox }\n", true, false),
        ("apns: { topic: com.example.mail }\n", false, true),
      ] {
        let yaml = "plugins: [plugins/a.lua]\n\(apns)" + Self.applications(", plugins: [own/c.lua]")
        let scope = try Self.configuration(yaml, folder).definitions()[1].scope
        #expect(scope?.coversUnnamedTopic == topic && scope?.coversUnnamedEnvironment == environment)
      }
    }
  }
}
