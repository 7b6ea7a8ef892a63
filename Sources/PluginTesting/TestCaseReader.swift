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
  /// What a case may have.
  static let keys = [
    "name", "tags", "skip", "plugins", "given", "request", "settings", "now", "time_zone", "seed", "keys",
    "strings", "capabilities", "on_fault", "limits", "present", "expect",
  ]
  /// The keys of `expect`.
  package static let expectationKeys = [
    "action", "reason", "withdraw", "payload", "content", "unchanged", "patch", "fault", "log", "warnings",
    "attachments", "view", "view_title", "view_actions", "response", "us", "memory", "load_error", "snapshot",
  ]

  /// Those that most cases do not need.
  package static var optionalKeys: [String] { keys.filter { !["name", "given", "expect"].contains($0) } }

  let reader: YAMLReader
  private let file: String
  /// The plugin in whose folder the file is.
  private let plugin: String?
  /// Paths in the case begin here.
  private let folder: String
  /// What the whole paths of its files must begin with; nil where they may be any.
  private var fileBound: String?

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
    var own = Configuration.Plugin(path: plugin ?? "")
    // What a plugin may ask for is the operator's to decide, and no matter of most cases.
    own.capabilities = Capability.names
    var result = TestCase(
      name: "", subject: plugin.map { PluginFolder.name(of: $0) } ?? file, file: file,
      line: node.mark?.line ?? 1,
      chain: .own(own))
    result.files = [file]
    var request: [(String, Node)] = []
    var given: Node?
    var ownKey: Node?
    var hasExpectation = isNested
    var hasLoadError = false
    for (key, value) in members {
      switch key {
      case "name":
        result.name = try reader.text(value, "name")
        if result.name.isEmpty { throw reader.error(value, "name is empty; say what the case shows") }
      case "tags":
        for item in value.scalar == nil ? try reader.list(value, "tags") : [value] {
          result.tags.append(try reader.text(item, "a tag"))
        }
      case "skip":
        let reason = try reader.text(value, "skip")
        // What says no is no reason.
        let isNone = value.null != nil || reason.isEmpty || ["false", "no"].contains(reason.lowercased())
        result.skip =
          isNone ? nil : ["true", "yes"].contains(reason.lowercased()) ? "no reason is given" : reason
      case "plugins": result.chain = try chain(value)
      case "given": given = value
      case "request":
        request = try reader.members(
          value, "request", ["headers", "locale", "time_zone", "environment", "id", "device_token"])
      case "settings":
        own.settings = try json(value, "settings")
        ownKey = value
      case "capabilities":
        own.capabilities = []
        result.grantsAll = false
        for item in try reader.list(value, "capabilities") {
          own.capabilities.append(try reader.text(item, "a capability"))
        }
        ownKey = value
      case "on_fault":
        let word = try reader.text(value, "on_fault")
        guard let policy = FaultPolicy(rawValue: word) else {
          throw reader.error(value, "on_fault is '\(word)'; use skip, original, drop or halt")
        }
        own.onFault = policy
        ownKey = value
      case "limits":
        for (key, value) in try reader.members(value, "limits", ["wall", "cpu", "memory"]) {
          try reader.limit(key, value, "limits", &own.limits)
        }
        ownKey = value
      case "present": result.presenting = try presenting(value)
      case "now": result.now = try moment(value)
      case "time_zone":
        result.timeZone = try timeZone(value)
        result.fixedConditions.insert(.timeZone)
      case "seed":
        result.seed = UInt64(try reader.integer(value, "seed", 0...Int.max))
        result.fixedConditions.insert(.seed)
      case "keys": result.keys = try keys(value)
      case "strings":
        let strings = try reader.strings(value)
        for (path, place) in zip(strings.catalogs, strings.places) {
          guard fileBound == nil || PluginFolder.real(path).hasPrefix(fileBound ?? "") else {
            throw HostError(.usage, "\(place): '\(path)' is not below the folder of the tests; put it there")
          }
        }
        result.strings = strings
        result.files += strings.catalogs
      default:
        hasExpectation = true
        result.expectation = try expectation(value)
        hasLoadError = result.expectation.loadError != nil
        if hasLoadError, value.mapping?.count ?? 0 > 1 {
          throw reader.error(
            value, "load_error stands alone: nothing else comes of a plugin that cannot be loaded")
        }
      }
    }
    if result.name.isEmpty, !isNested { throw reader.error(node, "the case has no name; add 'name: …'") }
    if !hasExpectation { throw reader.error(node, "'\(result.name)' expects nothing; add 'expect: { … }'") }
    if case .own = result.chain {
      guard plugin != nil else {
        throw reader.error(
          node, "the file is in no plugin's folder 'tests'; say what to run with 'plugins: [NAME]'")
      }
      result.chain = .own(own)
    } else if let ownKey {
      throw reader.error(
        ownKey, "a case with 'plugins' says this of each plugin: 'plugins: [{ path: NAME, settings: … }]'")
    }
    if let given {
      try readGiven(given, &result)
      for index in result.inputs.indices where !request.isEmpty {
        result.inputs[index].line = try enveloped(result.inputs[index].line, request, node)
      }
    } else if isNested || !hasLoadError, result.skip == nil {
      throw reader.error(node, "the case is given nothing; add 'given: { aps: { alert: … } }'")
    }
    return result
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
      if plugin.capabilities.isEmpty { plugin.capabilities = Capability.names }
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

  // MARK: Presenting

  private func presenting(_ node: Node) throws(HostError) -> TestCase.Presenting {
    var presenting = TestCase.Presenting()
    for (key, value) in try reader.members(node, "present", ["view", "response", "media", "attachments"]) {
      switch key {
      case "view":
        let json = "{\"elements\":\(try self.value(value).text)}"
        do throws(NotificationView.Problem) {
          let viewReader = try ViewReader(Array(json.utf8))
          presenting.view = try viewReader.view(viewReader.root)
        } catch {
          throw reader.error(value, "view is no list of elements: \(error.message)")
        }
      case "response":
        presenting.call = .init(kind: .didReceiveResponse)
        for (key, value) in try reader.members(value, "response", ["action_identifier", "user_text"]) {
          let word = try reader.text(value, key)
          if key == "user_text" {
            presenting.call.userText = word
          } else {
            presenting.call.actionIdentifier = word
          }
        }
        if presenting.call.actionIdentifier.isEmpty {
          throw reader.error(value, "response has no action_identifier; name the action that was chosen")
        }
      case "media":
        switch try reader.text(value, "media") {
        case "play": presenting.call = .init(kind: .mediaPlay)
        case "pause": presenting.call = .init(kind: .mediaPause)
        default: throw reader.error(value, "media is neither 'play' nor 'pause'")
        }
      default:
        _ = try reader.list(value, "attachments")
        presenting.attachments = try self.value(value).text
      }
    }
    return presenting
  }

  // MARK: What is given

  private func readGiven(_ node: Node, _ result: inout TestCase) throws(HostError) {
    if node.scalar != nil {
      result.inputs = [.init(line: Array(try reader.text(node, "given").utf8), place: nil)]
      return
    }
    guard let mapping = node.mapping else {
      throw reader.error(node, "given is a payload, its text, or { file: … }")
    }
    guard mapping["file"] != nil, mapping["aps"] == nil else {
      result.inputs = [.init(line: Array(try json(node, "given").utf8), place: nil)]
      return
    }
    var path = ""
    var line: Node?
    var isAll = false
    for (key, value) in try reader.members(node, "given", ["file", "line", "lines"]) {
      switch key {
      case "file": path = reader.path(try reader.text(value, "file"))
      case "line": line = value
      default:
        guard try reader.text(value, "lines") == "all" else {
          throw reader.error(value, "lines is not 'all'; one of them is 'line: 3'")
        }
        isAll = true
      }
    }
    if line != nil, isAll { throw reader.error(node, "given has line and lines; name one line, or all") }
    result.files.append(path)
    if let fileBound, !PluginFolder.real(path).hasPrefix(fileBound) {
      throw reader.error(node, "'\(path)' is not below the folder of the tests; put it there")
    }
    guard !PluginFolder.exists(path) || PluginFolder.isFile(path) else {
      throw reader.error(node, "'\(path)' is no file; name one with payloads")
    }
    let payloads: PayloadFile
    do throws(HostError) {
      payloads = try PayloadFile(path, form: .file)
      if isAll {
        result.inputs = try payloads.payloads().map { .init(line: $0.bytes, place: $0.place) }
        if result.inputs.isEmpty { throw HostError(.noInput, "'\(path)': no payload there") }
      } else {
        let number = try line.map { node throws(HostError) in try reader.integer(node, "line", 1...Int.max) }
        let found = try payloads.payload(line: number)
        if number == nil, !payloads.isOnePayload, payloads.lines.count > 1 {
          throw HostError(
            .usage, "'\(path)' has \(payloads.lines.count) payloads; say 'line: 1', or 'lines: all'")
        }
        result.inputs = [.init(line: found.bytes, place: found.place)]
      }
    } catch {
      throw error.message.hasPrefix(file) ? error : reader.error(node, error.message)
    }
  }

  /// The envelope form of a payload, with what the case says of its request.
  private func enveloped(_ line: [UInt8], _ request: [(String, Node)], _ node: Node) throws(HostError)
    -> [UInt8]
  {
    var document = JSONDocument(depthLimit: 1024)
    let isRead = line.withUnsafeBytes { (try? document.parse($0)) != nil }
    if isRead, document.kind(of: document.root) == .object, document.member(document.root, "payload") != nil {
      throw reader.error(
        node, "given is an envelope already; put what 'request' says into it, or give the payload alone")
    }
    var writer = JSONWriter()
    writer.beginObject()
    for (key, value) in request {
      writer.key(key)
      try reader.write(value, &writer, stringsOnly: key == "headers")
    }
    writer.key("payload")
    writer.raw(String(decoding: line, as: UTF8.self))
    writer.endObject()
    return Array(writer.text.utf8)
  }

  private func json(_ node: Node, _ place: String) throws(HostError) -> String {
    guard node.mapping != nil else { throw reader.error(node, "\(place) is not a mapping of keys to values") }
    return try value(node).text
  }

  func value(_ node: Node) throws(HostError) -> JSONValue {
    var writer = JSONWriter()
    try reader.write(node, &writer)
    do throws(JSONError) {
      return try JSONValue(writer.text)
    } catch {
      throw reader.error(node, "this is no JSON value: \(error.cause.rawValue)")
    }
  }

  // MARK: The world

  private func moment(_ node: Node) throws(HostError) -> Double {
    let text = try reader.text(node, "now")
    // To the end of the year 9999, as people write years.
    if let seconds = Double(text), (0...253_402_300_799).contains(seconds) { return seconds }
    let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
    if Self.isPossible(text) {
      for style in styles { if let date = try? style.parse(text) { return date.timeIntervalSince1970 } }
    }
    throw reader.error(
      node, "now is '\(text)'; write it as 2026-01-31T22:30:00Z, or in seconds since 1970")
  }

  /// Whether the calendar has the day and the day the time: Foundation would go on counting.
  private static func isPossible(_ text: String) -> Bool {
    guard let match = text.prefixMatch(of: /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/),
      let year = Int(match.1), let month = Int(match.2), let day = Int(match.3), (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    return (1...days).contains(day) && match.4 < "24" && match.5 < "60" && match.6 < "60"
  }

  private func timeZone(_ node: Node) throws(HostError) -> String {
    let name = try reader.text(node, "time_zone")
    // The C library reads a name that is no file as POSIX has it, with another sign.
    let isFile = !name.contains("..") && PluginFolder.isFile("/usr/share/zoneinfo/\(name)")
    guard name == "UTC" || isFile else {
      throw reader.error(
        node,
        "time_zone is '\(name)', which this machine does not know; write it as Europe/Berlin, and see that tzdata is installed"
      )
    }
    return name
  }

  private func keys(_ node: Node) throws(HostError) -> [String: [UInt8]] {
    var keys: [String: [UInt8]] = [:]
    for (name, value) in try reader.members(node, "keys", nil) {
      guard let key = Hex.decode(Array(try reader.text(value, "keys.\(name)").utf8)), key.count == 32 else {
        throw reader.error(value, "keys.\(name) is not a key of 64 hexadecimal digits; quote it")
      }
      keys[name] = key
    }
    return keys
  }
}
