import Presence
import Testing

/// Random reports in any order, compared with a model that keeps every report and looks through all of them.
struct PresenceModelTests {
  /// A plain account of the rules: slow, and without any of the book's structure.
  private struct Model {
    struct Known {
      var state: PresenceState
      var since: Int64
      var reported: Int64
      var gateway: String
      var leaseEpoch: Int
      var connection: String?
    }

    var devices: [String: Known] = [:]
    /// By gateway: its lease, and how often its leases have begun.
    var leases: [String: Lease] = [:]
    /// The ends of leases from before a crash, by gateway and number.
    var former: [String: Int64] = [:]

    struct Lease {
      var end: Int64 = .min
      var epoch = 0
      var length: Int64 = 0
    }

    func holds(_ known: Known, at now: Int64) -> Bool {
      guard known.state == .connected || known.state == .background else { return true }
      return holdsLease(known, at: now)
    }

    private func holdsLease(_ known: Known, at now: Int64) -> Bool {
      if let lease = leases[known.gateway], lease.epoch == known.leaseEpoch { return now < lease.end }
      return now < former["\(known.gateway)/\(known.leaseEpoch)"] ?? .min
    }

    /// All that holds has one lease's time from now; after a crash it belongs to no gateway's next report.
    mutating func restart(isLast: Bool, at now: Int64) {
      for key in former.keys where former[key] ?? .min > now {
        former[key] = now + (lengths[key] ?? 0)
      }
      for (gateway, lease) in leases where lease.end > now {
        leases[gateway]?.end = now + lease.length
        if isLast { continue }
        former["\(gateway)/\(lease.epoch)"] = now + lease.length
        lengths["\(gateway)/\(lease.epoch)"] = lease.length
        leases[gateway] = Lease(end: .min, epoch: lease.epoch + 1)
      }
    }

    private var lengths: [String: Int64] = [:]

    mutating func renew(_ gateway: String, lease: Int64, at now: Int64) {
      let old = leases[gateway] ?? Lease()
      leases[gateway] = Lease(
        end: now + lease, epoch: now < old.end ? old.epoch : old.epoch + 1, length: lease)
    }

    mutating func end(_ gateway: String) { leases[gateway]?.end = .min }

    mutating func report(_ gateway: String, _ change: PresenceChange, at now: Int64) {
      guard let state = change.state else { return }
      let time = min(change.time ?? now, now)
      let key = "\(change.user)/\(change.device)"
      let known = devices[key].flatMap { holds($0, at: now) ? $0 : nil }
      if let known, isLate(change, state, time, known, from: gateway, at: now) { return }
      let isSame = known?.state == state
      devices[key] = Known(
        state: state, since: isSame ? known?.since ?? time : time, reported: time, gateway: gateway,
        leaseEpoch: leases[gateway]?.epoch ?? 0,
        connection: change.connection ?? (isSame ? known?.connection : nil))
    }

    private func isLate(
      _ change: PresenceChange, _ state: PresenceState, _ time: Int64, _ known: Known, from gateway: String,
      at now: Int64
    ) -> Bool {
      let isSame = gateway == known.gateway && holdsLease(known, at: now)
      if state == .connected { return time < known.reported - (isSame ? 0 : 10_000) }
      if known.state == .loggedOut, state != .loggedOut { return true }
      let hasConnection = known.state == .connected || known.state == .background
      if !isSame { return hasConnection || time <= known.reported }
      if hasConnection, let old = known.connection, let new = change.connection, old != new { return true }
      return time < known.reported
    }

    func decision(_ user: String, _ device: String, _ rule: PresenceRule, at now: Int64) -> PresenceDecision {
      let all = devices.filter { $0.key.hasPrefix("\(user)/") && holds($0.value, at: now) }
      if all["\(user)/\(device)"]?.state == .loggedOut { return .loggedOut }
      let looked = rule == .allDevices ? all : all.filter { $0.key == "\(user)/\(device)" }
      if looked.values.contains(where: { $0.state == .connected }) { return .online }
      let dues = looked.values.filter { $0.state == .background }.map { $0.since + 120_001 }
      guard let due = dues.max(), due > now else { return .push }
      return .scheduled(due: due)
    }
  }

  /// A generator whose numbers are the same in each run.
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  private static let users = ["u", "v"]
  private static let devices = ["phone", "pad", "web"]
  private static let gateways = ["a", "b", "c"]

  private static func change(at now: Int64, _ numbers: inout Numbers) -> PresenceChange {
    PresenceChange(
      .random(&numbers), devices.one(&numbers), of: users.one(&numbers),
      at: Bool.random(using: &numbers) ? nil : now - Int64.random(in: -20_000...60_000, using: &numbers),
      connection: [nil, "1", "2"].one(&numbers))
  }

  @Test(arguments: PresenceRule.allCases, 0..<10)
  func doesWhatTheModelDoes(_ rule: PresenceRule, _ seed: UInt64) throws {
    var numbers = Numbers(state: seed)
    for _ in 0..<500 { try Self.story(rule, &numbers) }
  }

  /// Compares one story of reports, leases, ends and restarts.
  private static func story(_ rule: PresenceRule, _ numbers: inout Numbers) throws {
    var model = Model()
    var settings = PresenceSettings()
    settings.rule = rule
    settings.limits.memory = .max / 2
    var book = PresenceBook(settings)
    var now = start
    for _ in 0..<20 {
      now += [0, 1, 500, 9000, 30_000, 119_000].one(&numbers)
      if Int.random(in: 0..<10, using: &numbers) == 0 {
        book = try restarted(book, &model, settings, at: now, &numbers)
      }
      try step(book, &model, at: now, &numbers)
      for user in users {
        let expected = devices.map { model.decision(user, $0, rule, at: now) }
        #expect(book.decide(PresenceUser(user), devices: devices, at: now) == expected)
      }
      let connections = model.devices.values.count {
        ($0.state == .connected || $0.state == .background) && model.holds($0, at: now)
          && $0.leaseEpoch == model.leases[$0.gateway]?.epoch
      }
      #expect(book.gateways(at: now).map { $0.connected + $0.background }.reduce(0, +) == connections)
    }
  }

  /// Returns the book of another process, which goes on from the last snapshot or from one after a crash.
  private static func restarted(
    _ book: PresenceBook, _ model: inout Model, _ settings: PresenceSettings, at now: Int64,
    _ numbers: inout Numbers
  ) throws -> PresenceBook {
    let isLast = Bool.random(using: &numbers)
    model.restart(isLast: isLast, at: now)
    let next = PresenceBook(settings)
    try next.restore(book.snapshot(at: now, isLast: isLast), at: now)
    return next
  }

  private static func step(
    _ book: PresenceBook, _ model: inout Model, at now: Int64, _ numbers: inout Numbers
  ) throws {
    let gateway = gateways.one(&numbers)
    switch Int.random(in: 0..<10, using: &numbers) {
    case 0:
      model.end(gateway)
      _ = book.end(GatewayName(application: "chat", gateway: gateway), at: now)
    case 1: book.expire(at: now)
    default:
      var report = GatewayReport(from: gateway, lease: [1000, 60_000].one(&numbers))
      for _ in 0..<Int.random(in: 0...3, using: &numbers) {
        report.changes.append(change(at: now, &numbers))
      }
      model.renew(gateway, lease: report.lease, at: now)
      for change in report.changes { model.report(gateway, change, at: now) }
      _ = try book.update(report, at: now)
    }
  }
}

extension PresenceState {
  fileprivate static func random(_ numbers: inout some RandomNumberGenerator) -> PresenceState {
    [.connected, .connected, .background, .suspended, .killed, .loggedOut].one(&numbers)
  }
}

extension Array {
  fileprivate func one(_ numbers: inout some RandomNumberGenerator) -> Element {
    self[Int.random(in: indices, using: &numbers)]
  }
}
