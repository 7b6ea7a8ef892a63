import LosslessJSON
import LuaSandbox
import NotificationModel
import WorkerProtocol

/// The first frame to a worker: all that it ever learns of the outside.
package struct WorkerConfiguration: Equatable, Sendable {
  package var plugins: [PluginDefinition]
  package var options: BatchRunner.Options
  package var seed: UInt64

  package init(plugins: [PluginDefinition], options: BatchRunner.Options, seed: UInt64) {
    self.plugins = plugins
    self.options = options
    self.seed = seed
  }

  package var body: [UInt8] {
    var writer = ByteWriter()
    writer.write(Frame.version)
    writer.write(seed)
    writer.write(UInt32(options.depthLimit))
    writer.write(options.duplicateKeys == .keepLast)
    writer.write(options.writesOutcomes)
    writer.write(options.traces)
    writer.write(options.writesOutput)
    writer.write(options.tellsWithdrawals)
    writer.write(options.presents)
    writer.write(options.keepsAttachments)
    writer.write(UInt32(clamping: options.quarantineAfter))
    writer.write(options.quarantineFor)
    writer.write(UInt32(plugins.count))
    for plugin in plugins { plugin.write(to: &writer) }
    return writer.bytes
  }

  package init(body: [UInt8]) throws(ByteReader.Truncated) {
    var reader = ByteReader(body)
    guard try reader.read(UInt32.self) == Frame.version else { throw .init() }
    seed = try reader.read(UInt64.self)
    options = BatchRunner.Options()
    options.depthLimit = Int(try reader.read(UInt32.self))
    options.duplicateKeys = try reader.readFlag() ? .keepLast : .reject
    options.writesOutcomes = try reader.readFlag()
    options.traces = try reader.readFlag()
    options.writesOutput = try reader.readFlag()
    options.tellsWithdrawals = try reader.readFlag()
    options.presents = try reader.readFlag()
    options.keepsAttachments = try reader.readFlag()
    options.quarantineAfter = Int(try reader.read(UInt32.self))
    options.quarantineFor = try reader.read(Int64.self)
    plugins = []
    for _ in 0..<(try reader.read(UInt32.self)) { plugins.append(try PluginDefinition(&reader)) }
  }
}

extension PluginDefinition {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(name)
    writer.write(path)
    writer.write(source)
    writer.write(settings)
    writer.write(onFault?.rawValue ?? "")
    writer.write(UInt32(capabilities.count))
    for capability in capabilities { writer.write(capability) }
    writer.write(UInt64(limits.memory))
    for duration in [limits.cpu, limits.wall] {
      writer.write(duration.components.seconds)
      writer.write(duration.components.attoseconds)
    }
    writer.write(UInt32(limits.depth))
    writer.write(limits.seed)
    writer.write(limits.polls)
    writer.write(testing != nil)
    if let testing {
      writer.write(testing.now.bitPattern)
      writer.write(testing.countsLines)
      writer.write(testing.isSuite)
      writer.write(testing.turnsKeys)
      writer.write(testing.turnsEquals)
    }
    writer.write(UInt32(catalogNumbers.count))
    for number in catalogNumbers { writer.write(UInt32(number)) }
    writer.write(UInt32(languages.count))
    for language in languages { writer.write(language) }
    writer.write(UInt32(modules.count))
    for module in modules {
      writer.write(module.name)
      writer.write(module.path)
      writer.write(module.source)
    }
  }

  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(name: try reader.readText(), path: try reader.readText(), source: try reader.readBytes())
    settings = try reader.readText()
    onFault = FaultPolicy(rawValue: try reader.readText())
    for _ in 0..<(try reader.read(UInt32.self)) { capabilities.append(try reader.readText()) }
    limits.memory = Int(truncatingIfNeeded: try reader.read(UInt64.self))
    limits.cpu = Duration(
      secondsComponent: try reader.read(Int64.self), attosecondsComponent: try reader.read(Int64.self))
    limits.wall = Duration(
      secondsComponent: try reader.read(Int64.self), attosecondsComponent: try reader.read(Int64.self))
    limits.depth = Int(try reader.read(UInt32.self))
    limits.seed = try reader.read(UInt64.self)
    limits.polls = try reader.readFlag()
    if try reader.readFlag() {
      testing = TestConditions(
        now: Double(bitPattern: try reader.read(UInt64.self)), countsLines: try reader.readFlag(),
        isSuite: try reader.readFlag())
      testing?.turnsKeys = try reader.readFlag()
      testing?.turnsEquals = try reader.readFlag()
    }
    for _ in 0..<(try reader.read(UInt32.self)) { catalogNumbers.append(Int(try reader.read(UInt32.self))) }
    for _ in 0..<(try reader.read(UInt32.self)) { languages.append(try reader.readText()) }
    for _ in 0..<(try reader.read(UInt32.self)) {
      modules.append(
        Module(name: try reader.readText(), path: try reader.readText(), source: try reader.readBytes()))
    }
  }
}

/// What a worker says of a plugin that it has loaded, or could not load.
package struct PluginReport: Equatable, Sendable {
  package var name: String
  /// Why it cannot run; empty where it can.
  package var failure: String
  package var description: String
  package var onFault: String
  package var capabilities: [String]
  package var hasLastChance: Bool
  /// What is wrong with it though it runs.
  package var warnings: [String]
  /// The categories that a content extension presents; nil for a service extension.
  package var categories: [String]?

  /// The most bytes of a failure: what a plugin throws while it is loaded may be of any length.
  private static let failureLimit = 4 << 10

  /// The most bytes of the reports of some plugins as the body of a frame.
  package static func bodyLimit(_ definitions: [PluginDefinition]) -> Int {
    definitions.reduce(1 << 10) { sum, definition in
      let isSuite = definition.testing?.isSuite == true
      let texts = isSuite ? PluginManifest.suiteTextLimit : PluginManifest.textLimit
      return sum + texts + failureLimit + definition.name.utf8.count + (1 << 10)
    }
  }

  package init(_ plugin: Plugin) {
    name = plugin.definition.name
    failure = (plugin.loadFault?.message ?? "").cut(to: Self.failureLimit)
    description = plugin.manifest.description
    onFault = plugin.onFault.rawValue
    capabilities = plugin.manifest.capabilities
    hasLastChance = plugin.hasLastChance
    warnings = plugin.manifest.warnings
    categories = plugin.manifest.content?.categories
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
    failure = try reader.readText().cut(to: 4096)
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

extension CapabilityRequest {
  /// The most bytes of a request as the body of a frame.
  package static let bodyLimit = (128 << 10) + 1024

  /// The request of a plugin, which is told by its place in the chain, as the body of a frame.
  package func body(plugin: Int) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(UInt32(plugin))
    switch self {
    case .cryptoOpen(let key, let sealed, let additionalData):
      writer.write(UInt8(0))
      writer.write(key)
      writer.write(sealed)
      writer.write(additionalData)
    case .runCase(let json):
      writer.write(UInt8(1))
      writer.write(json)
    }
    return writer.bytes
  }

  package static func read(
    _ body: [UInt8]
  ) throws(ByteReader.Truncated) -> (plugin: Int, request: CapabilityRequest) {
    var reader = ByteReader(body)
    let plugin = Int(try reader.read(UInt32.self))
    switch try reader.read(UInt8.self) {
    case 0:
      return (
        plugin,
        .cryptoOpen(
          key: try reader.readText(), sealed: try reader.readBytes(), additionalData: try reader.readBytes())
      )
    case 1: return (plugin, .runCase(try reader.readBytes()))
    default: throw .init()
    }
  }
}

extension CapabilityAnswer {
  /// The most bytes of an answer as the body of a frame.
  ///
  /// What is opened is no longer than what was sealed; what became of a case that a suite asks for may be.
  package static func bodyLimit(isSuite: Bool) -> Int { isSuite ? 1 << 20 : (64 << 10) + 1024 }

  package var body: [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .bytes(let bytes):
      writer.write(true)
      writer.write(bytes)
    case .failure(let reason):
      writer.write(false)
      writer.write(reason)
    }
    return writer.bytes
  }

  package init(body: [UInt8]) throws(ByteReader.Truncated) {
    var reader = ByteReader(body)
    self = try reader.readFlag() ? .bytes(try reader.readBytes()) : .failure(try reader.readText())
  }
}
