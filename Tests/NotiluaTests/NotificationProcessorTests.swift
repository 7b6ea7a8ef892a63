import ConfigurationFiles
import FileReading
import Foundation
import LuaSandbox
import NotificationModel
import NotificationViews
import Notilua
import NotiluaInProcess
import PluginRuntime
import Testing
import WorkerHost
import WorkerProtocol

/// The processor that Swift programs use, in both isolations.
struct NotificationProcessorTests {
  private static func configuration(_ source: String, _ more: String = "") throws -> Configuration {
    let folder = FileManager.default.temporaryDirectory.appending(path: "processor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try source.write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
    return try Configuration(
      yaml: "plugins: [p.lua]\nworkers: 1\nlimits: { cpu: 200ms }\n\(more)", name: "c.yaml",
      folder: folder.path + "/")
  }

  /// The worker that the tests were built with.
  private static let worker: String = {
    var url = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: url.appending(path: "notilua-worker").path), url.path != "/"
    {
      url.deleteLastPathComponent()
    }
    return url.appending(path: "notilua-worker").path
  }()

  private static let isolations: [NotificationProcessor.Isolation] = [.process(worker: worker), .inProcess]

  /// The answer is the same wherever plugins run, and what is no payload has none.
  @Test(arguments: isolations)
  func asksAContentExtension(_ isolation: NotificationProcessor.Isolation) async throws {
    let configuration = try Self.configuration(
      "return { kind = 'content', categories = { 'C' }, did_receive = function(_, view) view.text('x') end }")
    let processor = try NotificationProcessor(configuration, isolation: isolation, form: .requests)
    func reply(_ payload: String) async throws -> PresentationReply {
      try await processor.present(PresentationRequest(payload: Array(payload.utf8)))
    }
    guard case .answer(let answer) = try await reply(#"{"aps":{"category":"C"}}"#),
      case .answer(let other) = try await reply(#"{"aps":{"category":"D"}}"#),
      case .none(let reason) = try await reply("{")
    else {
      Issue.record("the replies are of other kinds")
      return
    }
    #expect(answer.made?.plugin == "p" && answer.made?.view.elements == [.text([.init("x")], .body, .start)])
    #expect(other == PresentationAnswer() && !reason.isEmpty)
  }

  @Test(arguments: isolations)
  func givesTheOutcomeOfEachNotification(_ isolation: NotificationProcessor.Isolation) async throws {
    let configuration = try Self.configuration(
      """
      return { did_receive = function(_, content)
        if content.body == "drop" then return notilua.drop("asked") end
        if content.body == "loop" then while true do end end
        content.title = "for " .. content.body
        table.insert(content.attachments, { identifier = "i", url = "file:///a.png" })
      end }
      """)
    let processor = try NotificationProcessor(configuration, isolation: isolation)
    let delivered = try await processor.process("{\"aps\":{\"alert\":\"Ada\"},\n \"n\":1.0}")
    #expect(delivered.action == .deliver)
    #expect(delivered.isChanged)
    #expect(
      delivered.payload == "{\"aps\":{\"alert\":{\"body\":\"Ada\",\"title\":\"for Ada\"}},\n \"n\":1.0}")
    #expect(delivered.attachments.map(\.url) == ["file:///a.png"])
    let dropped = try await processor.process("{\"aps\":{\"alert\":\"drop\"}}")
    #expect(dropped.action == .drop)
    #expect(dropped.reason == "asked")
    let faulted = try await processor.process("{\"aps\":{\"alert\":\"loop\"}}")
    #expect(faulted.action == .deliver)
    #expect(faulted.faults.map(\.kind) == [.timeout])
    #expect(faulted.payload == "{\"aps\":{\"alert\":\"loop\"}}")
    let rejected = try await processor.process("{\"aps\":")
    #expect(rejected.action == .reject)
    #expect(rejected.offset == 7)
  }

  @Test(arguments: isolations)
  func servesManyAtOnce(_ isolation: NotificationProcessor.Isolation) async throws {
    let configuration = try Self.configuration(
      "return { did_receive = function(_, content) content.badge = content.badge + 1 end }")
    let processor = try NotificationProcessor(configuration, isolation: isolation)
    try await withThrowingTaskGroup(of: (Int, String).self) { group in
      for number in 0..<500 {
        group.addTask { (number, try await processor.process("{\"aps\":{\"badge\":\(number)}}").payload) }
      }
      for try await (number, payload) in group { #expect(payload == "{\"aps\":{\"badge\":\(number + 1)}}") }
    }
  }

  @Test(arguments: isolations)
  func saysWhyAPluginCannotBeLoaded(_ isolation: NotificationProcessor.Isolation) throws {
    let configuration = try Self.configuration("return 1")
    do {
      _ = try NotificationProcessor(configuration, isolation: isolation)
      Issue.record("it was loaded")
    } catch {
      #expect(error.status == .plugins)
      #expect(error.message.contains("returns a number instead of the plugin's table"), "\(error.message)")
    }
  }

  @Test(arguments: isolations)
  func findsTextsInTheCatalogsOfTheConfiguration(_ isolation: NotificationProcessor.Isolation) async throws {
    var configuration = try Self.configuration(
      "return { did_receive = function() notilua.localize_alert() end }")
    let folder = FileManager.default.temporaryDirectory.appending(path: "strings-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "de.lproj"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try "HELLO = \"Hallo %@\";".write(
      to: folder.appending(path: "de.lproj/Localizable.strings"), atomically: true, encoding: .utf8)
    configuration.strings.catalogs = [folder.path]
    let processor = try NotificationProcessor(configuration, isolation: isolation)
    for number in 0..<3 {
      let outcome = try await processor.process(
        #"{"locale":"de-CH","payload":{"aps":{"alert":{"loc-key":"HELLO","loc-args":["\#(number)"]}}}}"#)
      #expect(outcome.payload == #"{"aps":{"alert":{"body":"Hallo \#(number)"}}}"#)
      #expect(outcome.localized.map(\.language) == ["de"])
      #expect(outcome.localized.map(\.key) == ["HELLO"])
    }
    configuration.strings.catalogs = ["/nowhere.xcstrings"]
    #expect(throws: HostError.self) { try NotificationProcessor(configuration, isolation: isolation) }
  }
}

/// Settings that a Swift program gives as text.
extension NotificationProcessorTests {
  private static let malformed = [
    "{", "x", "", #"{"a":NaN}"#, #"{"a":1} {}"#, #"{"a":1,"a":2}"#, "{\"a\":\"\u{1}\"}", "\u{FEFF}{}",
    String(repeating: "[", count: 100_000),
  ]

  private func failure(_ settings: String, _ isolation: NotificationProcessor.Isolation) throws -> HostError?
  {
    var configuration = try Self.configuration("return { did_receive = function() end }")
    configuration.plugins[0].settings = settings
    configuration.plugins[0].place = nil
    do throws(HostError) {
      _ = try NotificationProcessor(configuration, isolation: isolation)
      return nil
    } catch {
      return error
    }
  }

  /// RFC 8259 says which of these are JSON: none.
  @Test(arguments: malformed) func refusesSettingsThatAreNotJSON(_ settings: String) throws {
    let errors = try Self.isolations.map { isolation in
      let error = try #require(try failure(settings, isolation))
      // The plugins lie in a folder of their own each time.
      return (error.status, error.message.split(separator: "/").last.map(String.init) ?? "")
    }
    #expect(errors[0] == errors[1])
    #expect(errors[0].0 == .usage)
    #expect(errors[0].1.hasPrefix("p.lua: the settings are "), "\(errors)")
  }

  @Test(arguments: isolations)
  func takesSettingsAsDeepAsTheLimit(_ isolation: NotificationProcessor.Isolation) throws {
    func nested(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    #expect(try failure(nested(64), isolation) == nil)
    #expect(
      try #require(try failure(nested(65), isolation)).message.contains("nested deeper than 64 levels"))
    #expect(PluginSettings.depthLimit == ReadingLimit.settingsDepth.count)
    #expect(PluginReport.textLimit == ReadingLimit.pluginTable.count)
    #expect(PluginReport.suiteTextLimit == ReadingLimit.testNames.count)
  }

  /// The runtime takes what no host has looked at, and gives its memory back once: under valgrind a second time shows.
  @Test func givesMemoryBackOnceWhereSettingsAreMalformed() throws {
    for settings in Self.malformed {
      let definition = PluginDefinition(
        name: "p", path: "p.lua", source: Array("return { did_receive = function() end }".utf8),
        settings: settings)
      #expect(throws: LuaFault.self) { _ = try Plugin(definition: definition, seed: 1) }
    }
  }
}
