import Digests
import WorkerProtocol

/// The presence as bytes: sessions, then users with their devices, and a digest by which damage shows.
package enum PresenceSnapshot {
  /// The bytes are none that were written whole, or another version's.
  package struct Damaged: Error {}

  private static let magic = Array("notilua presence 1\n".utf8)
  private static let digestSize = 32

  // MARK: Writing

  static func bytes(of table: PresenceTable, at time: Int64, isLast: Bool) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(magic)
    writer.write(isLast)
    let sessions = table.sessions.filter { $0.value.holds(at: time) }
    writer.write(UInt32(sessions.count))
    for (key, session) in sessions {
      write(key, session, isCurrent: table.current[session.gateway] == key, to: &writer)
    }
    for (user, records) in table.records {
      let known = records.filter { table.state(of: $0, at: time) != nil }
      if known.isEmpty { continue }
      writer.write(user.application)
      writer.write(user.user)
      writer.write(UInt32(known.count))
      for record in known { write(record, to: &writer) }
    }
    return writer.bytes + Digest.sha256(writer.bytes)
  }

  private static func write(
    _ key: SessionKey, _ session: GatewaySession, isCurrent: Bool, to writer: inout ByteWriter
  ) {
    writer.write(key)
    writer.write(session.gateway.application)
    writer.write(session.gateway.gateway)
    writer.write(session.number)
    writer.write(session.lease)
    writer.write(isCurrent)
  }

  private static func write(_ record: PresenceRecord, to writer: inout ByteWriter) {
    writer.write(record.device)
    writer.write(record.state.code)
    writer.write(record.since)
    writer.write(record.reported)
    writer.write(record.session)
    writer.write(record.connection != nil)
    if let connection = record.connection { writer.write(connection) }
  }

  // MARK: Reading

  static func read(
    _ snapshot: [UInt8], into table: inout PresenceTable, at time: Int64
  ) throws(Damaged) {
    let end = snapshot.count - digestSize
    guard end > 0, Array(snapshot[end...]) == Digest.sha256(Array(snapshot[..<end])) else { throw Damaged() }
    do {
      var reader = ByteReader(Array(snapshot[..<end]))
      guard try reader.readBytes() == magic else { throw Damaged() }
      let keys = try sessions(&reader, into: &table, at: time)
      while !reader.isAtEnd {
        let user = PresenceUser(application: try reader.readText(), user: try reader.readText())
        for _ in 0..<(try reader.read(UInt32.self)) {
          // What is of the future is so by another clock.
          table.put(try record(&reader, keys).turnedBack(to: time), user)
        }
      }
    } catch {
      throw Damaged()
    }
  }

  /// Reads the sessions; returns their new keys.
  private static func sessions(
    _ reader: inout ByteReader, into table: inout PresenceTable, at time: Int64
  ) throws -> [SessionKey: SessionKey] {
    let isLast = try reader.readFlag()
    var keys: [SessionKey: SessionKey] = [:]
    for _ in 0..<(try reader.read(UInt32.self)) {
      let key = try reader.read(SessionKey.self)
      let name = GatewayName(application: try reader.readText(), gateway: try reader.readText())
      let session = GatewaySession(
        gateway: name, number: try reader.read(Int64.self), lease: try reader.read(Int64.self),
        reported: time)
      // Of what changed behind a snapshot nobody knows: its gateway goes on with another session, and so reports all of
      // its connections again.
      let isCurrent = try reader.readFlag()
      keys[key] = table.begin(session, isCurrent: isLast && isCurrent)
    }
    return keys
  }

  private static func record(
    _ reader: inout ByteReader, _ keys: [SessionKey: SessionKey]
  ) throws -> PresenceRecord {
    let device = try reader.readText()
    guard let state = PresenceState(code: try reader.read(UInt8.self)) else { throw Damaged() }
    let since = try reader.read(Int64.self)
    let reported = try reader.read(Int64.self)
    // What has no connection may outlive its session; 0 is no session's key.
    let session = keys[try reader.read(SessionKey.self)] ?? 0
    guard session != 0 || !state.isAttached else { throw Damaged() }
    return PresenceRecord(
      device: device, state: state, since: since, reported: reported, session: session,
      connection: try reader.readFlag() ? try reader.readText() : nil)
  }
}

extension PresenceState {
  /// The number in snapshots, which stays.
  fileprivate var code: UInt8 {
    switch self {
    case .connected: 0
    case .background: 1
    case .suspended: 2
    case .killed: 3
    case .loggedOut: 4
    }
  }

  /// Makes the state of a number in snapshots; nil where none has it.
  fileprivate init?(code: UInt8) {
    guard let state = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = state
  }
}
