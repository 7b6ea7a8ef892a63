import LosslessJSON
import NotificationModel

/// The settings and rules of the simulator; the first rule that matches a push decides about it.
package struct SimulatorRules: Sendable, Equatable {
  package var settings = SimulatorSettings()
  package var rules: [SimulatorRule] = []

  package init() {}

  /// Reads `{"settings":{…},"rules":[{"match":{…},"respond":{…}}]}`.
  ///
  /// - Throws: ``SimulatorError`` that names the place, such as `rules[2].respond.status`.
  package init(json: [UInt8], base: SimulatorSettings = SimulatorSettings()) throws(SimulatorError) {
    var document = JSONDocument()
    let failure: JSONError? = json.withUnsafeBytes { bytes in
      do throws(JSONError) {
        try document.parse(bytes)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw SimulatorError("the rules are no JSON, \(failure); fix them") }
    settings = base
    let reader = RuleReader(place: "")
    try reader.each(&document, document.root) { key, node, document throws(SimulatorError) in
      switch key {
      case "settings": try settings.read(&document, node)
      case "rules":
        guard document.kind(of: node) == .array else { throw SimulatorError("rules is not a list; use [ ]") }
        for (index, item) in document.elements(of: node).enumerated() {
          rules.append(try SimulatorRule(&document, item, place: "rules[\(index)]"))
        }
      default: throw reader.unknown(key, ["settings", "rules"])
      }
    }
  }
}

extension SimulatorSettings {
  private static let keys = [
    "streams", "first_streams", "streams_after_refusal", "limit_token_updates", "refuse_other_keys",
    "goaway_on_bad_certificate", "idle_seconds", "device_pushes", "device_seconds", "topics", "devices",
    "refuse_other_devices",
  ]

  fileprivate mutating func read(_ document: inout JSONDocument, _ node: NodeID) throws(SimulatorError) {
    let reader = RuleReader(place: "settings")
    var read = self
    try reader.each(&document, node) { key, node, document throws(SimulatorError) in
      func count(_ range: ClosedRange<Int> = 1...Int(Int32.max)) throws(SimulatorError) -> Int {
        try reader.integer(document, node, key, range)
      }
      switch key {
      case "streams": read.streams = UInt32(try count())
      case "first_streams": read.firstStreams = UInt32(try count())
      case "streams_after_refusal":
        read.streamsAfterRefusal = document.kind(of: node) == .null ? nil : UInt32(try count())
      case "limit_token_updates": read.limitsTokenUpdates = try reader.flag(document, node, key)
      case "refuse_other_keys": read.refusesOtherKeys = try reader.flag(document, node, key)
      case "goaway_on_bad_certificate": read.goesAwayOnBadCertificate = try reader.flag(document, node, key)
      case "refuse_other_devices": read.refusesOtherDevices = try reader.flag(document, node, key)
      case "idle_seconds": read.idleSeconds = document.kind(of: node) == .null ? nil : try count()
      case "device_pushes": read.devicePushes = document.kind(of: node) == .null ? nil : try count()
      case "device_seconds": read.deviceSeconds = try count()
      case "topics":
        read.topics = []
        for item in document.elements(of: node) {
          read.topics.insert(try reader.text(document, item, key))
        }
      case "devices":
        read.devices = [:]
        let inner = RuleReader(place: "settings.devices")
        try inner.each(&document, node) { token, node, document throws(SimulatorError) in
          read.devices[token.lowercased()] = try Device(&document, node, place: "settings.devices.TOKEN")
        }
      default: throw reader.unknown(key, Self.keys)
      }
    }
    self = read
  }
}

extension SimulatorSettings.Device {
  fileprivate init(_ document: inout JSONDocument, _ node: NodeID, place: String) throws(SimulatorError) {
    let reader = RuleReader(place: place)
    var device = Self()
    try reader.each(&document, node) { key, node, document throws(SimulatorError) in
      switch key {
      case "topic": device.topic = try reader.text(document, node, key)
      case "environment":
        device.environment = PushEnvironment(rawValue: try reader.text(document, node, key))
        if device.environment == nil {
          throw SimulatorError("\(place).environment is neither sandbox nor production; use one of them")
        }
      case "unregistered":
        device.unregistered = Int64(try reader.integer(document, node, key, 0...Int.max))
      default: throw reader.unknown(key, ["topic", "environment", "unregistered"])
      }
    }
    self = device
  }
}
