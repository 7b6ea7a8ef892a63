/// The names of an interpreter's chunks, for messages: Lua shows of a long one only its end.
struct ChunkNames {
  /// The bytes that Lua has for a name with what ends it, `LUA_IDSIZE`; `...` stands for what is left out.
  private static let room = 60
  private static let dots = Array("...".utf8)

  private var long: [(shown: [UInt8], whole: [UInt8])] = []

  /// Notes a name.
  mutating func add(_ name: String) {
    let whole = Array(name.utf8)
    guard whole.count >= Self.room else { return }
    let shown = Self.dots + whole.suffix(Self.room - 1 - Self.dots.count)
    if !long.contains(where: { $0.shown == shown }) { long.append((shown, whole)) }
  }

  /// Returns a text of Lua's with whole names in it.
  func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    if long.isEmpty { return String(decoding: bytes, as: UTF8.self) }
    var bytes = Array(bytes)
    // Once, so that a text of nothing but names stays short.
    for name in long { bytes.replace(name.shown, with: name.whole, maxReplacements: 1) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
