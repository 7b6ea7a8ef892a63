import APNsProtocol
import LosslessJSON
import NotificationModel

extension SimulatorRule {
  private enum Word: String, CaseIterable {
    case accept
    case stall
    case reset
    case close
    case abort
    case goaway
    case stopReading = "stop_reading"
  }

  /// Reads one rule.
  ///
  /// - Parameter place: what errors call it.
  init(_ document: inout JSONDocument, _ node: NodeID, place: String) throws(SimulatorError) {
    self.init()
    let reader = RuleReader(place: place)
    var rule = self
    var effects = 0
    try reader.each(&document, node) { key, node, document throws(SimulatorError) in
      switch key {
      case "match": rule.match = try Match(&document, node, place: "\(place).match")
      case "respond":
        effects += 1
        try rule.readAnswer(&document, node, place: "\(place).respond")
      case "goaway":
        effects += 1
        rule.effect = .goAway(try Departure(&document, node, place: "\(place).goaway"))
      case "do":
        effects += 1
        switch try reader.word(document, node, key, Word.self) {
        case .accept: (rule.effect, rule.isAccepted) = (.accept, true)
        case .stall: rule.effect = .stall
        case .reset: rule.effect = .reset(7)
        case .close: rule.effect = .close
        case .abort: rule.effect = .abort
        case .goaway: rule.effect = .goAway(Departure())
        case .stopReading: rule.effect = .stopReading
        }
      case "delay_ms":
        rule.delay = .milliseconds(try reader.integer(document, node, key, 0...86_400_000))
      case "accepted": rule.isAccepted = try reader.flag(document, node, key)
      case "body": rule.shape = try reader.word(document, node, key, BodyShape.self)
      case "without_id": rule.hidesID = try reader.flag(document, node, key)
      default:
        throw reader.unknown(
          key, ["match", "respond", "do", "goaway", "delay_ms", "accepted", "body", "without_id"])
      }
    }
    guard effects <= 1 else {
      throw SimulatorError("\(place) says two things to do; keep one of 'respond', 'do' and 'goaway'")
    }
    if rule.effect == .accept { rule.isAccepted = true }
    self = rule
  }

  private mutating func readAnswer(
    _ document: inout JSONDocument, _ node: NodeID, place: String
  ) throws(SimulatorError) {
    let reader = RuleReader(place: place)
    var (status, reason, timestamp): (Int?, String?, Int64?)
    try reader.each(&document, node) { key, node, document throws(SimulatorError) in
      switch key {
      case "status": status = try reader.integer(document, node, key, 200...599)
      case "reason": reason = try reader.text(document, node, key)
      case "timestamp": timestamp = Int64(try reader.integer(document, node, key, 0...Int.max))
      default: throw reader.unknown(key, ["status", "reason", "timestamp"])
      }
    }
    if status == 200 {
      (effect, isAccepted) = (.accept, true)
      return
    }
    guard let reason else {
      throw SimulatorError("\(place) has no reason; add one of APNs, or one that nobody knows")
    }
    var refusal = Refusal(reason, timestamp: timestamp)
    if let status { refusal.status = status }
    effect = .refuse(refusal)
  }
}

extension SimulatorRule.Match {
  fileprivate init(_ document: inout JSONDocument, _ node: NodeID, place: String) throws(SimulatorError) {
    self.init()
    let reader = RuleReader(place: place)
    var match = self
    try reader.each(&document, node) { key, node, document throws(SimulatorError) in
      switch key {
      case "token": match.token = try reader.text(document, node, key).lowercased()
      case "topic": match.topic = try reader.text(document, node, key)
      case "headers":
        try RuleReader(place: "\(place).headers").each(&document, node) {
          name, node, document throws(SimulatorError) in
          // A number without quotes is what YAML makes of `apns-priority: 5`.
          let isNumber = document.kind(of: node) == .number
          match.headers[name.lowercased()] =
            isNumber
            ? String(decoding: document.rawText(of: node), as: UTF8.self)
            : try reader.text(document, node, "headers.\(name)")
        }
      case "every": match.every = try reader.integer(document, node, key, 1...Int(Int32.max))
      case "first": match.first = try reader.integer(document, node, key, 1...Int(Int32.max))
      case "after": match.after = try reader.integer(document, node, key, 0...Int(Int32.max))
      default: throw reader.unknown(key, ["token", "topic", "headers", "every", "first", "after"])
      }
    }
    self = match
  }
}

extension SimulatorRule.Departure {
  /// Reads `{"reason":"Shutdown","code":0,"last_stream":1}`.
  init(_ document: inout JSONDocument, _ node: NodeID, place: String) throws(SimulatorError) {
    self.init()
    let reader = RuleReader(place: place)
    var departure = self
    try reader.each(&document, node) { key, node, document throws(SimulatorError) in
      switch key {
      case "reason": departure.reason = try reader.text(document, node, key)
      case "code": departure.code = UInt32(try reader.integer(document, node, key, 0...255))
      case "last_stream":
        departure.lastStream = Int32(try reader.integer(document, node, key, 0...Int(Int32.max)))
      default: throw reader.unknown(key, ["reason", "code", "last_stream"])
      }
    }
    self = departure
  }

  /// The debug data of the frame: `{"reason":…}`, or nothing.
  var debug: [UInt8] { reason.map { Refusal(status: 0, reason: $0).body } ?? [] }
}
