import GRDB
import Registry

/// What is kept of users in decisions on messages; what is queued is withdrawn with their devices.
extension MessageDesk: UserParts {
  package func forget(_ user: String, application: String) async throws(RegistryError) {
    try await parts.file.write { database in
      try database.execute(
        sql: """
          DELETE FROM decision WHERE user = ? AND message IN (SELECT number FROM message WHERE application = ?)
          """, arguments: [user, application])
      try database.execute(
        sql: "DELETE FROM seen WHERE application = ? AND user = ?", arguments: [application, user])
    }
  }
}
