import NotificationModel

extension PluginDefinition {
  func write(to writer: inout ByteWriter) {
    writer.write(name)
    writer.write(path)
    writer.write(source)
    writer.write(settings)
    writer.write(onFault?.rawValue ?? "")
    writer.write(UInt32(capabilities.count))
    for capability in capabilities { writer.write(capability) }
    writer.write(optional: delivery) { $1.write(to: &$0) }
    writer.write(optional: scope) { $1.write(to: &$0) }
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

  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(name: try reader.readText(), path: try reader.readText(), source: try reader.readBytes())
    settings = try reader.readText()
    onFault = FaultPolicy(rawValue: try reader.readText())
    for _ in 0..<(try reader.read(UInt32.self)) { capabilities.append(try reader.readText()) }
    delivery = try reader.readOptional { reader throws(ByteReader.Truncated) in try DeliveryGrant(&reader) }
    scope = try reader.readOptional { reader throws(ByteReader.Truncated) in try PluginScope(&reader) }
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
