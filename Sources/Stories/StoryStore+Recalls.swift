import GRDB
import LosslessJSON
import NotificationModel

extension StoryStore {
  /// The effects of a recall on a notification.
  private enum Effect: String {
    /// It was waiting, and does not leave.
    case withdrawn
    /// APNs has it at the moment; its end says whether it was delivered.
    case underWay = "under_way"
    /// It had come to its end before.
    case tooLate = "too_late"
  }

  /// The most notifications of a name whose stories have its recall: those that came last.
  package static let recallLimit = 10_000

  /// Writes into the stories of the notifications that go by names that these were recalled.
  ///
  /// What came of that is read from the stories: their ends are written before.
  ///
  /// - Parameters:
  ///   - names: the names as recalls have them, of one app or of all.
  ///   - time: milliseconds since 1970.
  package func recall(_ names: [String], at time: Int64) throws(StoryError) {
    do {
      try pool.write { database in
        for name in names { try Self.recall(name, at: time, database) }
      }
    } catch {
      throw StoryError(path, error)
    }
  }

  private static func recall(_ text: String, at time: Int64, _ database: Database) throws {
    let (name, app) = NotificationName.parts(text)
    let rows = try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT event.apns_id, event.app FROM name JOIN event ON event.number = name.number
          WHERE name.name = ?1 AND (?2 IS NULL OR name.app = ?2) ORDER BY name.number DESC LIMIT ?3
          """), arguments: [name, app, recallLimit])
    var seen: Set<[String]> = []
    for row in rows.reversed() {
      let (apnsID, app): (String, String) = (row[0], row[1])
      guard seen.insert([apnsID, app]).inserted,
        let effect = try effect(apnsID, app, database)
      else { continue }
      var writer = JSONWriter()
      writer.member("effect", effect.rawValue)
      writer.member("name", name)
      try insert(
        StoryEvent(.recalled, at: time, apnsID: apnsID, app: app, members: writer.text), database)
    }
  }

  /// Returns the effect of a recall by what is in a story; nil where the queue has made a push, and said so.
  private static func effect(_ apnsID: String, _ app: String, _ database: Database) throws -> Effect? {
    let rows = try Row.fetchAll(
      database.cachedStatement(
        sql: "SELECT kind, members FROM event WHERE apns_id = ? AND app = ? AND kind >= 3 ORDER BY number"),
      arguments: [apnsID, app])
    guard let last = rows.last, rows.contains(where: { $0[0] == StoryEvent.Kind.ended.rawValue }) else {
      return .underWay
    }
    let text: String = last[1]
    let members = try? JSONValue("{\(text)}")
    if last[0] == StoryEvent.Kind.recalled.rawValue {
      let isTakenBack = ["replaced", "removed"].contains { members?["effect"] == .string($0) }
      return isTakenBack ? nil : .tooLate
    }
    return members?["outcome"] == .string("withdrawn") ? .withdrawn : .tooLate
  }
}
