/// A request of a plugin to the host, while its notification is suspended.
package enum CapabilityRequest: Sendable, Equatable {
  /// Open `sealed` with the key that the configuration knows by `key`.
  case cryptoOpen(key: String, sealed: [UInt8], additionalData: [UInt8])
  /// Run a case, which is JSON, and tell its outcome: only where cases are written in Lua.
  case runCase([UInt8])

  /// The capability that the plugin must have been granted.
  package var capability: String {
    switch self {
    case .cryptoOpen: "crypto"
    case .runCase: "test"
    }
  }

  /// A Boolean value that indicates whether the host accepts a request of this size.
  ///
  /// It keeps requests until they are answered.
  package var isWithinLimits: Bool {
    switch self {
    case .cryptoOpen(let key, let sealed, let additionalData):
      key.utf8.count <= 100 && sealed.count <= 64 << 10 && additionalData.count <= 64 << 10
    case .runCase(let json): json.count <= 128 << 10
    }
  }
}

extension CapabilityRequest {
  /// Returns the most requests of plugins on one notification; a test in Lua may run many cases.
  package static func limit(isSuite: Bool) -> Int { isSuite ? 10_000 : 100 }
  /// The most requests of one worker that wait for their answers: each holds a document and a Lua thread.
  package static let waitingLimit = 64
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

  /// Returns the request in a frame's body, with the place of its plugin in the chain.
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
