import FileReading
import GRDB
import Glibc

/// The application's mark in the head of a registry's file.
enum RegistryMark {
  /// "NtRg".
  private static let number = 0x4E74_5267

  /// Refuses what is no registry before anything is written: opening another program's database for writing may move its log.
  static func refuseOthers(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    let kind = FileKind(status)
    guard kind == .regular else { throw RegistryError(FileProblem.isNoFile(kind).message(path)) }
    guard status.st_size > 0 else { return }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    // What cannot be read this way is looked at again on the connection that writes.
    guard let queue = try? DatabaseQueue(path: path, configuration: configuration) else { return }
    if let isOther = try? queue.read(isOther), isOther { throw other(path) }
  }

  /// Marks an empty file.
  static func set(_ database: Database, _ path: String) throws {
    try database.inTransaction(.immediate) {
      guard try !isOther(database) else { throw other(path) }
      try database.execute(sql: "PRAGMA application_id = \(number)")
      return .commit
    }
  }

  private static func isOther(_ database: Database) throws -> Bool {
    let mark = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    if mark == number { return false }
    return try mark != 0 || Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") != 0
  }

  private static func other(_ path: String) -> RegistryError {
    RegistryError("'\(path)' is no registry; name another file in registry.path")
  }
}
