import Foundation
import GRDB
import Registry
import Testing

/// The registry's file: what a write promises, and which files are refused.
struct RegistryFileTests {
  private struct Refused: Error, Equatable {}

  /// A table of one column whose values are unique.
  private static func table(_ migrator: inout DatabaseMigrator) {
    migrator.registerMigration("pairs") { try $0.execute(sql: "CREATE TABLE pair (number INTEGER UNIQUE)") }
  }

  private static func numbers(_ file: RegistryFile) async throws -> [Int] {
    try await file.read { try Int.fetchAll($0, sql: "SELECT number FROM pair ORDER BY number") }
  }

  @Test func isForItsOwnerAloneAndSyncsEachCommit() async throws {
    try await RegistryFolder.withPath { path in
      let file = try RegistryFile(path, [Self.table])
      // https://www.sqlite.org/pragma.html#pragma_synchronous: 2 is FULL.
      #expect(try await file.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
      #expect(try await file.write { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
      for name in [path, path + "-wal", path + "-shm"] {
        let mode = try FileManager.default.attributesOfItem(atPath: name)[.posixPermissions] as? Int
        #expect(mode == 0o600, "\(name)")
      }
    }
  }

  @Test func bodiesRunInTheOrderOfTheirCalls() async throws {
    try await RegistryFolder.withPath { path in
      let file = try RegistryFile(path, [Self.table])
      let counts = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
        for number in 0..<3000 {
          group.addTask {
            let before = try await file.write { database in
              let before = try Int.fetchOne(database, sql: "SELECT count(*) FROM pair") ?? -1
              try database.execute(sql: "INSERT INTO pair VALUES (?)", arguments: [number])
              return before
            }
            return (number, before)
          }
        }
        return try await group.reduce(into: []) { $0.append($1.1) }
      }
      // Each saw all that ran before it, and no two saw the same.
      #expect(counts.sorted() == Array(0..<3000))
      #expect(try await Self.numbers(file) == Array(0..<3000))
    }
  }

  @Test func aBodyThatThrowsUndoesItsOwnChangesAlone() async throws {
    try await RegistryFolder.withPath { path in
      let file = try RegistryFile(path, [Self.table])
      let refusals = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<300 {
          group.addTask {
            do {
              try await file.write { database in
                try database.execute(sql: "INSERT INTO pair VALUES (?)", arguments: [number])
                if number % 3 == 0 { throw Refused() }
              }
              return false
            } catch {
              return (error as? RegistryError)?.thrown as? Refused == Refused()
            }
          }
        }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(refusals == 100)
      #expect(try await Self.numbers(file) == (0..<300).filter { $0 % 3 != 0 })
    }
  }

  @Test func aBreachOfAConstraintEndsOneCallAlone() async throws {
    try await RegistryFolder.withPath { path in
      let file = try RegistryFile(path, [Self.table])
      let failures = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<20 {
          group.addTask {
            do {
              try await file.write { try $0.execute(sql: "INSERT INTO pair VALUES (7)") }
              return false
            } catch {
              // The values are people's names, which stay out of messages.
              guard let error = error as? RegistryError, error.thrown == nil else { return false }
              return error.description.contains(path) && !error.description.contains("INSERT")
            }
          }
        }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(failures == 19)
      #expect(try await Self.numbers(file) == [7])
    }
  }

  @Test func aReadSeesWhatWasWrittenBeforeItAlsoAfterItIsOpenedAgain() async throws {
    try await RegistryFolder.withPath { path in
      let file = try RegistryFile(path, [Self.table])
      try await file.write { try $0.execute(sql: "INSERT INTO pair VALUES (1)") }
      #expect(try await Self.numbers(file) == [1])
      let again = try RegistryFile(path, [Self.table])
      #expect(try await Self.numbers(again) == [1])
    }
  }

  @Test func targetsBringTheirTablesOneAfterTheOther() async throws {
    try await RegistryFolder.withPath { path in
      _ = try RegistryFile(path, [Self.table])
      let file = try RegistryFile(
        path,
        [Self.table, { $0.registerMigration("more") { try $0.execute(sql: "CREATE TABLE more (number)") } }])
      #expect(try await file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM more") } == 0)
      let error = #expect(throws: RegistryError.self) { try RegistryFile(path, [Self.table]) }
      #expect(error?.description.contains("newer Notilua's") == true)
    }
  }

  @Test func anotherProgramsDatabaseIsRefusedAndLeftAsItIs() async throws {
    try await RegistryFolder.withPath { path in
      try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE theirs (number)") }
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      let error = #expect(throws: RegistryError.self) { try RegistryFile(path, [Self.table]) }
      #expect(error?.description == "'\(path)' is no registry; name another file in registry.path")
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
      #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    }
  }

  @Test(arguments: [
    "no database at all, and longer than a header of SQLite: " + String(repeating: "x", count: 99)
  ])
  func bytesThatAreNoDatabaseAreRefused(_ text: String) async throws {
    try await RegistryFolder.withPath { path in
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: RegistryError.self) { try RegistryFile(path, [Self.table]) }
      #expect(error?.description.contains("damaged, or it is no registry") == true)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(text.utf8))
    }
  }

  @Test func aFolderAPipeAndAMissingFolderAreRefused() async throws {
    try await RegistryFolder.withPath { path in
      #expect(throws: RegistryError.self) {
        try RegistryFile(URL(fileURLWithPath: path).deletingLastPathComponent().path, [Self.table])
      }
      #expect(mkfifo(path, 0o600) == 0)
      // It would be waited for where it was opened.
      #expect(throws: RegistryError.self) { try RegistryFile(path, [Self.table]) }
      let error = #expect(throws: RegistryError.self) { try RegistryFile(path + "/none/file", [Self.table]) }
      #expect(error?.description.contains("registry.path") == true)
    }
  }

  @Test func anEmptyFileBecomesARegistry() async throws {
    try await RegistryFolder.withPath { path in
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
      let file = try RegistryFile(path, [Self.table])
      #expect(try await Self.numbers(file).isEmpty)
    }
  }
}
