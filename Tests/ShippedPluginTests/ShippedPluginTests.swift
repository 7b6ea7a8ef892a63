import ExtensionHost
import ExtensionRuntime
import Foundation
import LuaSandbox
import NotificationModel
import Testing
import WorkerProtocol
import Yams

/// Every case in `plugins/NAME/tests/*.yaml` comes out as it says.
struct ShippedPluginTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "plugins")

  static let plugins = try? PluginFolder.plugins(in: folder.path).map { PluginFolder.name(of: $0) }

  @Test func everyPluginHasReadmeAndCases() throws {
    let plugins = try #require(Self.plugins)
    #expect(plugins.count == 9)
    for plugin in plugins {
      for file in ["README.md", "tests/cases.yaml"] {
        #expect(FileManager.default.fileExists(atPath: Self.folder.appending(path: "\(plugin)/\(file)").path))
      }
    }
  }

  @Test(arguments: plugins ?? [])
  func comesOutAsItsCasesSay(_ name: String) throws {
    let file = Self.folder.appending(path: "\(name)/tests/cases.yaml")
    let cases = try #require(try Yams.compose(yaml: String(contentsOf: file, encoding: .utf8))?.sequence)
    #expect(!cases.isEmpty)
    for node in cases {
      let title = try #require(node["name"]?.string)
      for key in node.mapping?.keys.compactMap(\.string) ?? [] {
        #expect(
          ["name", "given", "settings", "keys", "received_at", "expect"].contains(key), "\(title): \(key)")
      }
      let expect = try #require(node["expect"]?.mapping)
      if let wanted = expect["load_error"]?.string {
        let fault = try #require(try plugin(name, node).loadFault, "\(name): \(title)")
        #expect(fault.message.hasSuffix(": " + wanted), "\(name): \(title): \(fault.message)")
        continue
      }
      let given = try #require(node["given"]?.string)
      let outcome = try run(name, node, given)
      for (keyNode, value) in expect {
        check(keyNode.string ?? "", value, outcome, given, "\(name): \(title)")
      }
    }
  }

  private func plugin(_ name: String, _ node: Node) throws -> Plugin {
    var text = "plugins:\n  - path: \(Self.folder.path)/\(name)\n    capabilities: [crypto]\n"
    if let settings = node["settings"] {
      let block = try Yams.serialize(node: settings).split(separator: "\n").map { "      \($0)\n" }.joined()
      text += "    settings:\n\(block)"
    }
    let configuration = try Configuration(yaml: text, name: "case")
    var definition = try #require(try configuration.definitions().first)
    definition.limits.polls = true
    return try Plugin(definition: definition, seed: 1)
  }

  private func run(_ name: String, _ node: Node, _ given: String) throws -> Outcome {
    let plugin = try plugin(name, node)
    #expect(plugin.loadFault == nil)
    var keys = KeyRing()
    for (key, value) in node["keys"]?.mapping ?? [:] {
      keys.add(key.string ?? "", key: Hex.decode(Array((value.string ?? "").utf8)) ?? [])
    }
    var options = Configuration().runnerOptions
    options.writesOutcomes = true
    options.writesOutput = false
    let runner = BatchRunner(chain: Chain(plugins: [plugin]), options: options)
    runner.onRequest = { [unowned runner] ticket, _, request in runner.answer(ticket, keys.answer(request)) }
    runner.begin(quarantined: 0)
    var given = given
    given.withUTF8 {
      runner.run(item: 0, UnsafeRawBufferPointer($0), receivedAt: node["received_at"]?.float ?? 0)
    }
    let members = runner.withResults { _, sections in String(decoding: sections[4], as: UTF8.self) }
    return try Outcome(json: "{\"line\":1,\(members)}")
  }

  private func check(_ key: String, _ value: Node, _ outcome: Outcome, _ given: String, _ title: String) {
    let place = Comment(rawValue: "\(title): \(key): \(outcome.json)")
    switch key {
    case "action": #expect(outcome.action.rawValue == value.string, place)
    case "reason": #expect(outcome.reason == value.string, place)
    case "withdraw": #expect(outcome.withdrawals == value.sequence?.compactMap(\.string), place)
    case "payload": #expect(outcome.payload == value.string, place)
    case "fault": #expect(outcome.faults.map(\.kind.rawValue) == [value.string], place)
    case "log": #expect(outcome.log.map(\.text) == value.sequence?.compactMap(\.string), place)
    case "unchanged":
      #expect(!outcome.isChanged, place)
      #expect(given.contains(outcome.payload), place)
    case "content":
      for (name, wanted) in value.mapping ?? [:] {
        #expect(content(name.string ?? "", outcome.payload) == wanted.string, place)
      }
    default: Issue.record("\(title): unknown expectation '\(key)'")
    }
    if key != "fault", key != "action" || value.string == "deliver" {
      #expect(outcome.faults.isEmpty || given.isEmpty || ["unchanged", "reason"].contains(key), place)
    }
  }

  private func content(_ name: String, _ payload: String) -> String? {
    var document = JSONDocument()
    guard let property = ContentProperty.all.first(where: { "\($0.name)" == name }),
      (try? document.parse(payload)) != nil, let line = try? NotificationLine(document),
      let node = document.read(property, of: line)
    else { return nil }
    return document.kind(of: node) == .string
      ? document.swiftString(of: node) : String(decoding: document.rawText(of: node), as: UTF8.self)
  }
}
