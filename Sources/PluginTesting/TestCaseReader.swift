import ConfigurationFiles
import FileReading
import Foundation
import LosslessJSON
import NotificationModel
import Notilua
import WorkerProtocol
import Yams

/// Reads cases from YAML, with the place of whatever is wrong.
package struct TestCaseReader {
  /// The keys that a case may have.
  static let keys = [
    "name", "tags", "skip", "plugins", "given", "request", "settings", "now", "time_zone", "seed", "keys",
    "strings", "capabilities", "on_fault", "limits", "present", "expect",
  ]
  /// The keys of `expect`.
  package static let expectationKeys = [
    "action", "reason", "withdraw", "payload", "content", "unchanged", "patch", "fault", "log", "warnings",
    "attachments", "headers", "view", "view_title", "view_actions", "view_desktop", "response", "us",
    "memory",
    "load_error", "snapshot",
  ]

  /// Those that most cases do not need.
  package static var optionalKeys: [String] { keys.filter { !["name", "given", "expect"].contains($0) } }

  let reader: YAMLReader
  let file: String
  /// The plugin in whose folder the file is.
  let plugin: String?
  /// Paths in the case begin here.
  let folder: String
  /// The folder that its files must be in, as a whole path; nil where they may be anywhere.
  var fileBound: String?

  /// - Parameters:
  ///   - file: the path of the file, or of the one in which the case is asked for.
  ///   - plugin: the path of the plugin in whose `tests` folder it is; nil where it is in none.
  ///   - name: what errors call the text; nil is the file.
  package init(file: String, plugin: String?, name: String? = nil) {
    self.file = file
    self.plugin = plugin
    folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    reader = YAMLReader(name: name ?? file, folder: folder)
  }

  // MARK: Files and cases

  /// All cases of a file.
  package func cases(_ text: String) throws(HostError) -> [TestCase] {
    guard let root = try reader.root(of: text), root.null == nil else {
      throw HostError(.usage, "\(file): no case there; begin one with '- name: …'")
    }
    guard let list = root.sequence else {
      throw reader.error(root, "a file of cases is a list; begin each case with '- name: …'")
    }
    if list.isEmpty { throw HostError(.usage, "\(file): no case there; begin one with '- name: …'") }
    var cases: [TestCase] = []
    var places: [String: Int] = [:]
    for node in list {
      let testCase = try testCase(node, isNested: false)
      if let line = places.updateValue(testCase.line, forKey: testCase.name) {
        throw reader.error(
          node, "the case of line \(line) is named '\(testCase.name)' too; give each a name of its own")
      }
      cases.append(testCase)
    }
    return cases
  }

  /// A case that Lua asks for: JSON, without a name and what it expects.
  ///
  /// Its files are regular ones below the folder of the tests: the test runs in a sandbox, and reads no others by it.
  package func nestedCase(_ json: [UInt8]) throws(HostError) -> TestCase {
    // JSON is YAML, and has none of what makes YAML dangerous.
    var document = JSONDocument(depthLimit: 64)
    guard json.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let root = try reader.root(of: String(decoding: json, as: UTF8.self))
    else { throw HostError(.usage, "the case is no JSON") }
    var bounded = self
    bounded.fileBound = PluginFolder.real(folder.isEmpty ? "." : folder) + "/"
    return try bounded.testCase(root, isNested: true)
  }

  private func testCase(_ node: Node, isNested: Bool) throws(HostError) -> TestCase {
    let known = isNested ? Self.keys.filter { !["name", "tags", "skip", "expect"].contains($0) } : Self.keys
    let members = try reader.members(node, "a case", known)
    var draft = Draft(node: node, plugin: plugin, file: file, isNested: isNested)
    for (key, value) in members { try read(key, value, &draft) }
    if draft.result.name.isEmpty, !isNested {
      throw reader.error(node, "the case has no name; add 'name: …'")
    }
    if !draft.hasExpectation {
      throw reader.error(node, "'\(draft.result.name)' expects nothing; add 'expect: { … }'")
    }
    try finishChain(&draft)
    try finishInputs(&draft)
    return draft.result
  }

  private func read(_ key: String, _ value: Node, _ draft: inout Draft) throws(HostError) {
    switch key {
    case "name":
      draft.result.name = try reader.text(value, "name")
      if draft.result.name.isEmpty { throw reader.error(value, "name is empty; say what the case shows") }
    case "tags":
      for item in value.scalar == nil ? try reader.list(value, "tags") : [value] {
        draft.result.tags.append(try reader.text(item, "a tag"))
      }
    case "skip": draft.result.skip = try skip(value)
    case "plugins": draft.result.chain = try chain(value)
    case "given": draft.given = value
    case "request":
      draft.request = try reader.members(
        value, "request", ["headers", "locale", "time_zone", "environment", "id", "device_token"])
    case "settings", "capabilities", "on_fault", "limits":
      try readOwn(key, value, &draft)
      draft.ownKey = value
    case "present": draft.result.presenting = try presenting(value)
    case "expect": try readExpectation(value, &draft)
    default: try readWorld(key, value, &draft.result)
    }
  }

  /// Returns the reason why a case does not run; nil for a text that says no.
  private func skip(_ value: Node) throws(HostError) -> String? {
    let reason = try reader.text(value, "skip")
    // What says no is no reason.
    let isNone = value.null != nil || reason.isEmpty || ["false", "no"].contains(reason.lowercased())
    return isNone ? nil : ["true", "yes"].contains(reason.lowercased()) ? "no reason is given" : reason
  }

  /// Reads what is said of the plugin that the case is of.
  private func readOwn(_ key: String, _ value: Node, _ draft: inout Draft) throws(HostError) {
    switch key {
    case "settings": draft.own.settings = try json(value, "settings")
    case "capabilities":
      draft.own.capabilities = []
      draft.own.delivery = nil
      draft.result.grantsAll = false
      for item in try reader.list(value, "capabilities") { try reader.capability(item, &draft.own) }
    case "on_fault":
      let word = try reader.text(value, "on_fault")
      guard let policy = FaultPolicy(rawValue: word) else {
        throw reader.error(value, "on_fault is '\(word)'; use skip, original, drop or halt")
      }
      draft.own.onFault = policy
    default:
      for (key, value) in try reader.members(value, "limits", ["wall", "cpu", "memory"]) {
        try reader.limit(key, value, "limits", &draft.own.limits)
      }
    }
  }

  private func readExpectation(_ value: Node, _ draft: inout Draft) throws(HostError) {
    draft.hasExpectation = true
    draft.result.expectation = try expectation(value)
    if draft.hasLoadError, value.mapping?.count ?? 0 > 1 {
      throw reader.error(
        value, "load_error stands alone: nothing else comes of a plugin that cannot be loaded")
    }
  }

  /// Puts what is said of the case's own plugin into its chain.
  private func finishChain(_ draft: inout Draft) throws(HostError) {
    guard case .own = draft.result.chain else {
      guard let ownKey = draft.ownKey else { return }
      throw reader.error(
        ownKey, "a case with 'plugins' says this of each plugin: 'plugins: [{ path: NAME, settings: … }]'")
    }
    guard plugin != nil else {
      throw reader.error(
        draft.node, "the file is in no plugin's folder 'tests'; say what to run with 'plugins: [NAME]'")
    }
    draft.result.chain = .own(draft.own)
  }

  private func chain(_ node: Node) throws(HostError) -> TestCase.Chain {
    if node.scalar != nil {
      guard try reader.text(node, "plugins") == "configured" else {
        throw reader.error(node, "plugins is neither a list nor 'configured', the chain of the configuration")
      }
      return .configured
    }
    var plugins: [Configuration.Plugin] = []
    for item in try reader.list(node, "plugins") {
      var plugin = try reader.plugin(item)
      let written = plugin.path.dropFirst(folder.count)
      if plugin.path.hasPrefix(folder), !written.contains("/") {
        plugin.path = beside(String(written))
        if !PluginFolder.isFolder(plugin.path), PluginFolder.isFile(plugin.path + ".lua") {
          plugin.path += ".lua"
        }
      }
      if plugin.grantedCapabilities.isEmpty { plugin.grantAll() }
      plugins.append(plugin)
    }
    if plugins.isEmpty { throw reader.error(node, "plugins is empty; name one") }
    return .named(plugins)
  }

  /// The plugin of that name beside the one that the case is of.
  private func beside(_ name: String) -> String {
    guard let plugin else { return folder + name }
    return (plugin.lastIndex(of: "/").map { String(plugin[...$0]) } ?? "") + name
  }
}
