import LosslessJSON
import NotificationModel

/// The first frame to a worker: all that it ever learns of the outside.
package struct WorkerConfiguration: Equatable, Sendable {
  package var plugins: [PluginDefinition]
  package var options: RunnerOptions
  package var seed: UInt64

  package init(plugins: [PluginDefinition], options: RunnerOptions, seed: UInt64) {
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
    writer.write(options.content.rawValue)
    writer.write(UInt32(clamping: options.quarantineAfter))
    writer.write(options.quarantineFor)
    writer.write(APNsRule.allCases.filter(options.relaxedRules.contains)) { $0.write(place: $1) }
    writer.write(UInt32(plugins.count))
    for plugin in plugins { plugin.write(to: &writer) }
    return writer.bytes
  }

  package init(body: [UInt8]) throws(ByteReader.Truncated) {
    var reader = ByteReader(body)
    guard try reader.read(UInt32.self) == Frame.version else { throw .init() }
    seed = try reader.read(UInt64.self)
    options = RunnerOptions()
    options.depthLimit = Int(try reader.read(UInt32.self))
    options.duplicateKeys = try reader.readFlag() ? .keepLast : .reject
    options.writesOutcomes = try reader.readFlag()
    options.traces = try reader.readFlag()
    guard let content = ResultContent(rawValue: try reader.read(UInt8.self)) else { throw .init() }
    options.content = content
    options.quarantineAfter = Int(try reader.read(UInt32.self))
    options.quarantineFor = try reader.read(Int64.self)
    options.relaxedRules = Set(
      try reader.readList(limit: APNsRule.allCases.count) { reader throws(ByteReader.Truncated) in
        try reader.readCase(APNsRule.self)
      })
    plugins = []
    for _ in 0..<(try reader.read(UInt32.self)) { plugins.append(try PluginDefinition(&reader)) }
  }
}
