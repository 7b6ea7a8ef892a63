/// The properties and functions that plugins have, in words: what a worker writes when it is started to describe itself.
package struct PluginInterface: Equatable, Sendable {
  /// A property of what handlers are called with.
  package struct Property: Equatable, Sendable {
    package var name: String
    /// The type in the notation of LuaCATS.
    package var type: String
    /// One line that stands alone.
    package var summary: String
    /// The capability that a plugin needs to write it; nil where it is read only.
    package var capability: String?

    /// Makes a value from its parts.
    package init(_ name: String, _ type: String, _ summary: String, capability: String? = nil) {
      self.name = name
      self.type = type
      self.summary = summary
      self.capability = capability
    }
  }

  /// The only argument of a worker that describes itself and ends: it runs no plugin, and does not lock itself.
  package static let argument = "describe"
  /// The most bytes of a description.
  package static let bodyLimit = 1 << 20

  package var request: [Property]
  package var notification: [Property]
  package var response: [Property]
  /// The functions, in the order of the manual.
  package var functions: [FunctionDescription]

  /// Makes a value from its parts.
  package init(
    request: [Property], notification: [Property], response: [Property], functions: [FunctionDescription]
  ) {
    self.request = request
    self.notification = notification
    self.response = response
    self.functions = functions
  }

  /// The bytes that a worker writes.
  package var body: [UInt8] {
    var writer = ByteWriter()
    writer.write(Frame.version)
    for properties in [request, notification, response] {
      writer.write(UInt32(properties.count))
      for property in properties {
        for text in [property.name, property.type, property.summary] { writer.write(text) }
        writer.write(optional: property.capability) { $0.write($1) }
      }
    }
    writer.write(UInt32(functions.count))
    for function in functions { function.write(to: &writer) }
    return writer.bytes
  }

  /// Reads what a worker wrote, which is of the same build.
  package init(body: [UInt8]) throws(ByteReader.Truncated) {
    var reader = ByteReader(body)
    guard try reader.read(UInt32.self) == Frame.version else { throw .init() }
    request = try Self.properties(&reader)
    notification = try Self.properties(&reader)
    response = try Self.properties(&reader)
    functions = []
    for _ in 0..<(try reader.read(UInt32.self)) { functions.append(try FunctionDescription(&reader)) }
    guard reader.isAtEnd else { throw .init() }
  }

  private static func properties(_ reader: inout ByteReader) throws(ByteReader.Truncated) -> [Property] {
    var properties: [Property] = []
    for _ in 0..<(try reader.read(UInt32.self)) {
      var property = Property(try reader.readText(), try reader.readText(), try reader.readText())
      property.capability = try reader.readOptional { reader throws(ByteReader.Truncated) in
        try reader.readText()
      }
      properties.append(property)
    }
    return properties
  }
}
