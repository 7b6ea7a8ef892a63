import CLuaBoundary
import Localization
import LosslessJSON
import NotificationModel
import TimeZones
import WorkerProtocol

/// The state that a plugin's interpreter reaches in Swift beside the notification.
///
/// It lives behind a pointer: Lua's callbacks get at it without counting references.
package struct PluginContext: ~Copyable {
  /// The plugin's name.
  package let name: String
  /// The capabilities that the operator grants.
  let capabilities: [String]
  /// The part of deliveries that it may change; nil for none.
  let delivery: DeliveryGrant?
  /// The operator's settings, read only for Lua.
  let settings: UnsafeMutablePointer<JSONDocument>
  /// The document for results of host functions that become tables.
  let scratch: UnsafeMutablePointer<JSONDocument>
  /// The source of identifiers that the plugin asks for.
  package var random: RandomSource
  /// The time of the clock in a test; nil in production.
  let now: Double?
  /// The bytes of the last result or refusal, until Lua has copied them.
  var buffer = ByteBuffer(capacity: 256)

  /// The catalogs that there are; the plugin's own come first.
  let localizer: Localizer?
  let catalogs: [Int]
  let zones: ZoneTable
  /// A Boolean value that indicates whether a content extension may set the title, and may have buttons in
  /// its view.
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
    delivery = definition.delivery
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
