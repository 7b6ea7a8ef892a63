import CLuaBoundary
import Localization
import LosslessJSON
import NotificationModel
import TimeZones

/// What a plugin's interpreter reaches in Swift beside the notification.
///
/// It lives behind a pointer: Lua's callbacks get at it without counting references.
package struct PluginContext: ~Copyable {
  package let name: String
  /// The capabilities that the operator grants.
  let capabilities: [String]
  /// The operator's settings, read only for Lua.
  let settings: UnsafeMutablePointer<JSONDocument>
  /// Where results of host functions are that become tables.
  let scratch: UnsafeMutablePointer<JSONDocument>
  package var random: RandomSource
  /// Where the clock stands in a test.
  let now: Double?
  /// The bytes of the last result or refusal, until Lua has copied them.
  var buffer = ByteBuffer(capacity: 256)

  /// The catalogs that there are; the plugin's own come first.
  let localizer: Localizer?
  let catalogs: [Int]
  let zones: ZoneTable
  /// Whether a content extension may set the title, and may have buttons in its view.
  var overridesTitle = false
  var takesInteraction = false
  /// The languages of recipients whose request names none.
  let languages: [String]
  /// A text that is being made, and what it is made of.
  var text: [UInt8] = []
  var arguments = ArgumentList()

  init(
    definition: PluginDefinition, seed: UInt64, localizer: Localizer?, zones: ZoneTable
  ) throws(JSONError) {
    // First, while there is nothing to give back: what throws after the last property is set runs `deinit` too.
    let document = try PluginSettings.parse(definition.settings)
    name = definition.name
    self.localizer = localizer
    self.zones = zones
    // A number that the localizer does not have would be read beyond its memory.
    catalogs = definition.catalogNumbers.filter { $0 < localizer?.catalogCount ?? 0 }
    languages = definition.languages
    capabilities = definition.capabilities
    now = definition.testing?.now
    random = RandomSource(seed: seed)
    settings = .allocate(capacity: 1)
    settings.initialize(to: document)
    scratch = .allocate(capacity: 1)
    scratch.initialize(to: JSONDocument())
  }

  /// Gives back the memory of a large result, which Lua has made tables of.
  mutating func emptyScratch() {
    if scratch.pointee.capacity > 1 << 20 { scratch.pointee = JSONDocument() }
    if text.capacity > 1 << 20 { text = [] }
    if buffer.capacity > 1 << 20 { buffer = ByteBuffer(capacity: 256) }
  }

  deinit {
    settings.deinitialize(count: 1)
    settings.deallocate()
    scratch.deinitialize(count: 1)
    scratch.deallocate()
  }
}

/// Random numbers for identifiers, from a seed: the worker's system calls give it none.
package struct RandomSource: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A UUID of version 4 (RFC 9562 §5.4) in small letters.
  package mutating func uuid() -> String {
    let high = next() & ~0xF000 | 0x4000
    let low = next() & ~(3 << 62) | 2 << 62
    let digits = Array(
      Hex.encode(
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> (56 - 8 * UInt64($0 % 8))) }))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }
}
