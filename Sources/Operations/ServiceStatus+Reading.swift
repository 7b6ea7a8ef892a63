extension ServiceStatus {
  /// Reads what ``json(at:)`` has written; nil for anything else.
  package init?(json: [UInt8]) {
    guard let values = JSONMembers(json), let state = values.text("state").flatMap({ State(rawValue: $0) }),
      let since = values.time("since"), let started = values.time("started"),
      let process = values.number("process"), let version = values.text("version"),
      let configuration = values.text("configuration")
    else { return nil }
    self.init(
      state: state, since: since, startedAt: started, process: Int32(clamping: process), version: version,
      configuration: configuration)
    generation = values.number("generation") ?? 0
    connections = values.number("connections") ?? 0
    waiting = values.number("waiting") ?? 0
    oldest = values.time("oldest")
    obstacles = values.texts("obstacles")
  }
}

extension DrainResult {
  /// Reads what ``json`` has written; nil for anything else.
  package init?(json: [UInt8]) {
    guard let values = JSONMembers(json), let left = values.number("left") else { return nil }
    self.init(left: left, isLeftDurable: values.flag("left_is_durable"))
  }
}
