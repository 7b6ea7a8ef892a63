import GRDB
import Registry

/// The decisions on messages to a user, as a part of the user; queued pushes are withdrawn with the devices.
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
