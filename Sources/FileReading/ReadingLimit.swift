/// The most that is read of one kind of input.
///
/// ``all`` is the table of every such limit; the guide to the configuration has the same rows.
package struct ReadingLimit: Sendable, Equatable {
  /// The unit of a limit.
  package enum Unit: Sendable {
    case bytes
    case files
    case levels
    case values
  }

  /// The thing that is read.
  package let subject: String
  /// The most that is read of it.
  package let count: Int
  package let unit: Unit
  /// The next step where there is more.
  package let advice: String

  private init(_ subject: String, _ count: Int, _ unit: Unit, _ advice: String) {
    self.subject = subject
    self.count = count
    self.unit = unit
    self.advice = advice
  }

  /// The limit with its unit, such as `1 MiB`.
  package var text: String {
    switch unit {
    case .bytes: Self.size(count)
    case .files: "\(count) files"
    case .levels: "\(count) levels"
    case .values: "\(count) values"
    }
  }

  /// Returns the same limit with another count, where the configuration sets it.
  package func with(count: Int) -> ReadingLimit { ReadingLimit(subject, count, unit, advice) }

  private static func size(_ bytes: Int) -> String {
    for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes > 0 && bytes % (1 << shift) == 0
    {
      return "\(bytes >> shift) \(unit)"
    }
    return "\(bytes) bytes"
  }
}

extension ReadingLimit {
  package static let configuration = ReadingLimit(
    "A configuration", 1 << 20, .bytes, "move long settings into the plugins")
  package static let cases = ReadingLimit("A file of test cases", 16 << 20, .bytes, "split it")
  package static let luaFile = ReadingLimit(
    "A Lua file (`limits.source`)", 256 << 10, .bytes, "raise limits.source or split it")
  package static let luaSum = ReadingLimit(
    "The Lua files of a chain, with `lib` once for each plugin", 64 << 20, .bytes, "take modules out")
  package static let folder = ReadingLimit(
    "A folder of plugins, or a plugin's folder with all below it", 10_000, .files,
    "move what is no plugin out of it")
  package static let folderDepth = ReadingLimit(
    "Folders in a plugin's folder", 32, .levels, "move what is no plugin out of it")
  package static let catalog = ReadingLimit(
    "A file of texts", 64 << 20, .bytes, "split it into several tables")
  package static let catalogSum = ReadingLimit(
    "The files of texts of a folder", 256 << 20, .bytes, "leave some out")
  package static let catalogFiles = ReadingLimit(
    "A folder of texts, with its `.lproj` folders", 10_000, .files, "leave some out")
  package static let payloads = ReadingLimit(
    "A file of payloads, but for those of `run` and `record`", 256 << 20, .bytes, "split it")
  package static let notification = ReadingLimit(
    "The notification of `send`", 1 << 20, .bytes, "send a smaller one")
  package static let message = ReadingLimit(
    "The message of `compose`", 64 << 10, .bytes, "shorten its texts")
  package static let snapshot = ReadingLimit("A snapshot", 64 << 20, .bytes, "give the case fewer lines")
  package static let key = ReadingLimit(
    "A key, a passphrase or a sealing key", 4 << 10, .bytes, "check the path")
  package static let credential = ReadingLimit(
    "A credential", 1 << 20, .bytes, "check the path: no credential is that large")
  package static let clientKeys = ReadingLimit(
    "The file of `door.keys` or `api.keys`", 1 << 20, .bytes, "remove keys from it")
  package static let certificates = ReadingLimit("The file of `--trust`", 4 << 20, .bytes, "check the path")
  package static let salt = ReadingLimit("The file of `--salt`", 1 << 20, .bytes, "name a smaller one")
  package static let simulatorRules = ReadingLimit("The simulator's rules", 16 << 20, .bytes, "split them")
  package static let yamlDepth = ReadingLimit(
    "Nesting in YAML, with aliases written out", 512, .levels, "write it flatter")
  package static let yamlAliases = ReadingLimit(
    "What the aliases of a YAML file stand for, together", 400_000, .values, "use fewer aliases")
  package static let yamlAliasTexts = ReadingLimit(
    "The texts of these", 64 << 20, .bytes, "use fewer aliases")
  package static let yamlValue = ReadingLimit(
    "One value in YAML, as JSON", 16 << 20, .bytes, "write it smaller")
  package static let settingsDepth = ReadingLimit("Nesting in `settings`", 64, .levels, "write them flatter")
  package static let pluginTable = ReadingLimit(
    "`description`, `categories` and `capabilities` of a plugin, together", 64 << 10, .bytes,
    "write them shorter")
  package static let testNames = ReadingLimit(
    "The names of the tests of a file", 512 << 10, .bytes, "split it")

  /// A file of time zone data; nobody names one.
  package static let zoneFile = ReadingLimit("A file of /usr/share/zoneinfo", 64 << 10, .bytes, "report it")

  /// A file that the kernel writes; nobody names one.
  package static let kernelFile = ReadingLimit("A file of /proc", 4 << 10, .bytes, "report it")

  /// A file that a service writes itself.
  package static let presence = ReadingLimit(
    "The snapshot of the presence", 1 << 30, .bytes, "remove it")

  /// Every limit, in the order of the guide.
  package static let all: [ReadingLimit] = [
    configuration, yamlDepth, yamlAliases, yamlAliasTexts, yamlValue, settingsDepth, luaFile, luaSum, folder,
    folderDepth,
    pluginTable, testNames, catalog, catalogSum, catalogFiles, cases, snapshot, payloads, notification,
    message, key, credential, clientKeys,
    certificates, salt, simulatorRules,
  ]
}
