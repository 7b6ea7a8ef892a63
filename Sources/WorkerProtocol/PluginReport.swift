import NotificationModel

/// The report of a worker on a plugin that it has loaded, or could not load.
package struct PluginReport: Equatable, Sendable {
  package var name: String
  /// The cause for which it cannot run; empty where it can.
  package var failure: String
  package var description: String
  package var onFault: String
  package var capabilities: [String]
  package var hasLastChance: Bool
  /// The mistakes in it that do not keep it from running.
  package var warnings: [String]
  /// The categories that a content extension presents; nil for a service extension.
  package var categories: [String]?

  /// The most bytes of the texts that the host is told: description, categories, capabilities and warnings.
  package static let textLimit = 64 << 10
  /// The same for a file of tests, whose description has the names of all.
  package static let suiteTextLimit = 512 << 10
  /// The most bytes of a failure: what a plugin throws while it is loaded may be of any length.
  private static let failureLimit = 4 << 10

  package init(
    name: String, failure: String, description: String, onFault: FaultPolicy, capabilities: [String],
    hasLastChance: Bool, warnings: [String], categories: [String]?
  ) {
    self.name = name
    self.failure = failure.cut(to: Self.failureLimit)
    self.description = description
    self.onFault = onFault.rawValue
    self.capabilities = capabilities
    self.hasLastChance = hasLastChance
    self.warnings = warnings
    self.categories = categories
  }

  /// The most bytes of the reports of some plugins as the body of a frame.
  package static func bodyLimit(_ definitions: [PluginDefinition]) -> Int {
    definitions.reduce(1 << 10) { sum, definition in
      let isSuite = definition.testing?.isSuite == true
      let texts = isSuite ? suiteTextLimit : textLimit
      return sum + texts + failureLimit + definition.name.utf8.count + (1 << 10)
    }
  }

  /// The reports of all plugins and the version of Landlock in force, as the body of a frame.
  package static func body(_ reports: [PluginReport], landlock: Int32) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(landlock)
    writer.write(UInt32(reports.count))
    for report in reports {
      for text in [report.name, report.failure, report.description, report.onFault] {
        writer.write(text)
      }
      writer.write(report.hasLastChance)
      writer.write(report.categories != nil)
      for list in [report.capabilities, report.warnings, report.categories ?? []] {
        writer.write(UInt32(list.count))
        for text in list { writer.write(text) }
      }
    }
    return writer.bytes
  }

  /// Returns the reports in a frame's body, and the version of Landlock in force.
  package static func read(
    _ body: [UInt8]
  ) throws(ByteReader.Truncated) -> (reports: [PluginReport], landlock: Int32) {
    var reader = ByteReader(body)
    let landlock = try reader.read(Int32.self)
    var reports: [PluginReport] = []
    for _ in 0..<(try reader.read(UInt32.self)) { reports.append(try PluginReport(&reader)) }
    return (reports, landlock)
  }

  private init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    name = try reader.readText()
    failure = try reader.readText().cut(to: Self.failureLimit)
    description = try reader.readText()
    onFault = try reader.readText()
    hasLastChance = try reader.readFlag()
    let isContent = try reader.readFlag()
    capabilities = []
    for _ in 0..<(try reader.read(UInt32.self)) { capabilities.append(try reader.readText()) }
    warnings = []
    for _ in 0..<(try reader.read(UInt32.self)) { warnings.append(try reader.readText()) }
    var categories: [String] = []
    for _ in 0..<(try reader.read(UInt32.self)) { categories.append(try reader.readText()) }
    self.categories = isContent ? categories : nil
  }
}
