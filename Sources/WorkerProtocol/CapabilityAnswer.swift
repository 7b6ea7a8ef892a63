/// The answer of the host to a ``CapabilityRequest``.
package enum CapabilityAnswer: Sendable, Equatable {
  case bytes([UInt8])
  case failure(String)
}

extension CapabilityAnswer {
  /// The most bytes of an answer as the body of a frame.
  ///
  /// Opened bytes are no longer than sealed ones; the result of a case that a suite asks for may be.
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
