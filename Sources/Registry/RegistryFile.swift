import FileReading
import Foundation
import GRDB
import Glibc

/// The registry's file: a database of SQLite, in which a write that has returned outlives a loss of power.
///
/// The targets that keep something in it bring their tables as migrations.
package final class RegistryFile: Sendable {
  /// The tables of one target, which adds its migrations to those of the others.
  package typealias Tables = (inout DatabaseMigrator) -> Void

  /// The path of the file.
  package let path: String
  private let pool: DatabasePool
  private let commits: GroupCommit

  /// Opens the file, and makes it and its tables where there are none.
  package init(_ path: String, _ tables: [Tables]) throws(RegistryError) {
    self.path = path
    do {
      try RegistryMark.refuseOthers(path)
      try Self.create(path)
      pool = try DatabasePool(path: path, configuration: Self.configuration)
      try pool.writeWithoutTransaction { database in
        // Behind the journal's mode, with which GRDB sets a weaker one.
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try RegistryMark.set(database, path)
      }
      try Self.migrate(pool, tables)
      commits = GroupCommit(pool)
    } catch {
      throw RegistryError(error, path)
    }
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "registry"
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { database in
      // Debian's SQLite writes zeroes over what is deleted, which is every page once more.
      try database.execute(
        sql: "PRAGMA cache_size = -8192; PRAGMA secure_delete = FAST; PRAGMA journal_size_limit = 33554432")
    }
    return configuration
  }

  /// Makes the file for its owner alone: device tokens are in it.
  private static func create(_ path: String) throws {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard file >= 0 else {
      throw RegistryError(
        "the registry '\(path)': \(String(cString: strerror(errno))); name another file in registry.path")
    }
    close(file)
    // The name, too, is to outlive a loss of power.
    let folder = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  private static func migrate(_ pool: DatabasePool, _ tables: [Tables]) throws {
    var migrator = DatabaseMigrator()
    for table in tables { table(&migrator) }
    guard try !pool.read(migrator.hasBeenSuperseded) else {
      throw RegistryError(
        "the registry '\(pool.path)' is a newer Notilua's; use the version that wrote it, or a copy from before"
      )
    }
    try migrator.migrate(pool)
    guard try pool.writeWithoutTransaction({ try Int.fetchOne($0, sql: "PRAGMA synchronous") }) == 2 else {
      throw RegistryError("the registry '\(pool.path)': SQLite does not sync it; name a file on a local disk")
    }
  }

  /// Runs a body that writes, and returns after the commit is on the disk.
  ///
  /// Bodies run one after the other in the order of the calls; many share one commit. A body that throws undoes its own
  /// changes alone, and its error is ``RegistryError/thrown``. A body runs although its caller is cancelled.
  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(RegistryError) -> Value {
    let result = await withCheckedContinuation { continuation in
      commits.add(CommitEntry(body) { continuation.resume(returning: $0) })
    }
    do {
      return try result.get()
    } catch {
      throw RegistryError(error, path)
    }
  }

  /// Runs a body that reads, on what was committed before the call.
  package func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(RegistryError) -> Value {
    do {
      return try await pool.read(body)
    } catch {
      throw RegistryError(error, path)
    }
  }
}
