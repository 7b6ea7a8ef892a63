import ConfigurationFiles
import FileReading
import NotificationModel
import Yams

extension Configuration {
  /// Reads `notilua.yaml`; paths in it are taken from the folder that it is in.
  ///
  /// - Throws: ``HostError`` that names the file, the line and the key.
  public init(file path: String) throws(HostError) {
    let bytes = try readFile(path, .configuration, status: .usage)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw HostError(.usage, "\(path): not UTF-8; save it as UTF-8")
    }
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) + "/" } ?? ""
    try self.init(yaml: text, name: path, folder: folder)
  }

  /// Reads the text of a configuration; `name` is what errors call it.
  package init(yaml text: String, name: String, folder: String = "") throws(HostError) {
    self.init()
    pluginFolder = folder + "plugins"
    let reader = YAMLReader(name: name, folder: folder)
    guard let root = try reader.root(of: text), root.null == nil else { return }
    for (key, value) in try reader.members(root, "the configuration", Self.keys) {
      switch key {
      case "plugins":
        for node in try reader.list(value, "plugins") { plugins.append(try reader.plugin(node)) }
        if plugins.isEmpty {
          throw reader.error(
            value,
            "plugins is empty; leave it out to run every plugin of ./plugins, or run none with 'notilua run --no-plugins'"
          )
        }
      case "limits": try readLimits(value, reader)
      case "quarantine":
        for (key, value) in try reader.members(value, "quarantine", ["after", "for"]) {
          if key == "after" {
            quarantineAfter = try reader.integer(value, "quarantine.after", 0...1_000_000)
          } else {
            quarantineFor = try reader.duration(value, "quarantine.for")
          }
        }
      case "strings": strings = try reader.strings(value)
      case "apns": apns = try reader.apns(value)
      case "applications": applications = try reader.applications(value)
      case "outbox": outbox = try reader.outbox(value)
      case "door": door = try reader.door(value)
      case "api": api = try reader.api(value)
      case "outcomes": outcomes = try reader.outcomes(value)
      case "registry": registry = try reader.registry(value)
      case "messages": messages = try reader.messages(value)
      case "presence": presence = try reader.presence(value)
      case "operations": operations = try reader.operations(value)
      case "service": service = try reader.service(value)
      case "rules": relaxedRules = try reader.relaxedRules(value)
      case "presentation": presentation = try reader.presentation(value)
      case "workers": workers = try reader.integer(value, "workers", 1...256)
      case "duplicate_keys":
        switch try reader.text(value, "duplicate_keys") {
        case "reject": keepsLastDuplicate = false
        case "last": keepsLastDuplicate = true
        default: throw reader.error(value, "duplicate_keys is neither 'reject' nor 'last'")
        }
      default:
        for (keyName, node) in try reader.members(value, "keys", nil) {
          for (_, file) in try reader.members(node, "keys.\(keyName)", ["file"]) {
            keyFiles[keyName] = reader.path(try reader.text(file, "keys.\(keyName).file"))
            keyPlaces[keyName] = reader.place(file)
          }
        }
      }
    }
  }

  private static let keys = [
    "plugins", "limits", "quarantine", "strings", "apns", "applications", "outbox", "door", "api", "outcomes",
    "registry", "presence", "messages", "operations", "service", "rules", "presentation", "workers",
    "duplicate_keys",
    "keys",
  ]

  private mutating func readLimits(_ node: Node, _ reader: YAMLReader) throws(HostError) {
    for (key, value) in try reader.members(
      node, "limits", ["wall", "cpu", "memory", "source", "payload", "depth"])
    {
      switch key {
      case "source": sourceLimit = try reader.size(value, "limits.source")
      case "payload": payloadLimit = try reader.size(value, "limits.payload", 64...64 << 20)
      case "depth": depthLimit = try reader.integer(value, "limits.depth", 2...512)
      default: try reader.limit(key, value, "limits", &limits)
      }
    }
  }
}
