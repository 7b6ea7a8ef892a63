import Delivery
import DeliveryTesting
import Foundation
import NotificationModel
import Outbox
import Testing

/// What becomes of an outbox whose file cannot be written, is locked, is another's or is damaged.
struct OutboxFileTests {
  /// Runs SQL by Debian's own program, as somebody else would.
  private static func sqlite(_ path: String, _ sql: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
    process.arguments = [path] + sql
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  @Test func onlyItsOwnerMayReadIt() throws {
    let sample = try OutboxSample()
    try sample.open()
    for file in try FileManager.default.contentsOfDirectory(atPath: sample.folder.path) {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: sample.folder.appending(path: file).path)
      #expect((attributes[.posixPermissions] as? Int ?? 0) & 0o077 == 0, "\(file)")
    }
  }

  @Test func whatItMustBeIsReadBack() throws {
    let sample = try OutboxSample()
    try sample.open()
    #expect(try Self.sqlite(sample.path, "PRAGMA journal_mode") == "wal\n")
    #expect(try Self.sqlite(sample.path, "PRAGMA application_id") == "\(0x4E74_4F62)\n")
  }

  @Test func aFileOfAnotherKindIsLeftAlone() throws {
    let sample = try OutboxSample()
    try Data("precious\n".utf8).write(to: URL(fileURLWithPath: sample.path))
    for delivers in [true, false] {
      let error = #expect(throws: OutboxError.self) { try sample.open(delivers: delivers) }
      #expect(error?.description.contains("is no outbox; choose another path") ?? false)
    }
    #expect(try String(contentsOfFile: sample.path, encoding: .utf8) == "precious\n")
  }

  @Test func anOutboxThatIsNoDatabaseAnyLongerIsSetAside() throws {
    let sample = try OutboxSample()
    try sample.open()
    sample.kill()
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: sample.path + suffix) }
    try Data(repeating: 0x41, count: 100_000).write(to: URL(fileURLWithPath: sample.path))
    try sample.open()
    sample.take(notification("m"))
    sample.turn()
    #expect(sample.states == ["m": ["delivered"]])
    #expect(sample.notices.contains { $0.contains("is set aside as") })
    let files = try FileManager.default.contentsOfDirectory(atPath: sample.folder.path)
    #expect(files.contains { $0.hasPrefix("outbox.damaged-") })
  }

  @Test func anotherProgramsDatabaseIsLeftAlone() throws {
    let sample = try OutboxSample()
    _ = try Self.sqlite(sample.path, "CREATE TABLE precious (a); INSERT INTO precious VALUES (1)")
    let error = #expect(throws: OutboxError.self) { try sample.open() }
    #expect(error?.description.contains("another program's database") ?? false)
    #expect(try Self.sqlite(sample.path, "SELECT a FROM precious") == "1\n")
  }

  /// Files that a run leaves which is killed while it makes its outbox, and those that version 0.1.0 left.
  @Test(arguments: [
    "", "PRAGMA page_size=16384; VACUUM", "PRAGMA journal_mode=WAL; CREATE TABLE x (a); DROP TABLE x",
    "PRAGMA journal_mode=WAL; CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)",
    "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)",
  ])
  func whatIsLeftOfAnUnfinishedOneIsTakenOver(_ sql: String) throws {
    for keepsLog in [true, false] {
      let sample = try OutboxSample()
      _ = FileManager.default.createFile(atPath: sample.path, contents: Data())
      // The log stays beside the file, as behind a process that was killed.
      _ = try Self.sqlite(sample.path, keepsLog ? ".dbconfig no_ckpt_on_close on" : "", sql)
      try sample.open()
      sample.take(notification("m"))
      sample.turn()
      #expect(sample.states == ["m": ["delivered"]])
      sample.outbox?.close()
      sample.kill()
      #expect(
        try Self.sqlite(sample.path, "PRAGMA integrity_check; PRAGMA application_id")
          == "ok\n\(0x4E74_4F62)\n")
      #expect(try Self.sqlite(sample.path, "SELECT * FROM grdb_migrations") == "1\n")
    }
  }

  @Test func aLogWithoutItsFileIsTakenOver() throws {
    let sample = try OutboxSample()
    for suffix in ["-wal", "-shm", "-journal"] {
      _ = FileManager.default.createFile(
        atPath: sample.path + suffix, contents: Data(repeating: 7, count: 32768))
    }
    try sample.open()
    sample.take(notification("m"))
    sample.turn()
    #expect(sample.states == ["m": ["delivered"]])
  }

  @Test(arguments: [
    "CREATE TABLE precious (a)", "PRAGMA application_id=1", "PRAGMA user_version=1",
    "PRAGMA journal_mode=WAL; CREATE TABLE precious (a); INSERT INTO precious VALUES (1)",
    "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY); INSERT INTO grdb_migrations VALUES ('v1')",
    "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY, more TEXT)",
    "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY); CREATE TABLE precious (a)",
    "CREATE VIEW grdb_migrations AS SELECT 1 AS identifier WHERE 0; CREATE TABLE precious (a)",
  ])
  func noByteOfAnotherProgramsDatabaseChanges(_ sql: String) throws {
    for keepsLog in [true, false] {
      let sample = try OutboxSample()
      _ = try Self.sqlite(sample.path, keepsLog ? ".dbconfig no_ckpt_on_close on" : "", sql)
      let contents = {
        ["", "-wal"].map { FileManager.default.contents(atPath: sample.path + $0) ?? Data() }
      }
      let before = contents()
      for delivers in [true, false] {
        let error = #expect(throws: OutboxError.self) { try sample.open(delivers: delivers) }
        #expect(error?.description.contains("another program's database; choose another path") ?? false)
        #expect(contents() == before)
      }
    }
  }

  @Test func anEmptyFileIsSaidToBeEmpty() throws {
    let sample = try OutboxSample()
    _ = FileManager.default.createFile(atPath: sample.path, contents: Data())
    let error = #expect(throws: OutboxError.self) { _ = try OutboxInventory(sample.path).status() }
    #expect(error?.description.contains("it is empty; 'notilua run --outbox' makes an outbox of it") ?? false)
  }

  @Test func aFileOfALaterFormIsLeftAlone() throws {
    let sample = try OutboxSample()
    try sample.open()
    sample.kill()
    _ = try Self.sqlite(sample.path, "INSERT INTO grdb_migrations VALUES ('2')")
    let error = #expect(throws: OutboxError.self) { try sample.open() }
    #expect(error?.description.contains("use the version that wrote it") ?? false)
  }

  @Test func aFullFileKeepsWhatItHasAndTheInputWaits() throws {
    let sample = try OutboxSample()
    try sample.open(delivers: false)
    sample.take(notification("kept"))
    sample.turn()
    // The limit of the file itself: the same error as of a full disk.
    try sample.limitPages(4)
    for number in 0..<2000 { sample.take(notification("m\(number)", token: "t\(number)")) }
    sample.turn(8)
    #expect(sample.outbox?.room == 0 && sample.accepted == ["kept"])
    #expect(sample.notices.filter { $0.contains("no space is left") }.count == 1)
    // There is room again: nothing was lost, and nothing is there twice.
    try sample.limitPages(1 << 30)
    sample.turn(8)
    #expect(sample.accepted.count == 2001 && sample.outbox?.room ?? 0 > 0)
    #expect(sample.outbox?.waiting == 2001)
    #expect(sample.notices.contains { $0.contains("goes on") })
  }

  @Test func whatCannotBeKeptIsGivenBackWhereTheRunIsGivenUp() throws {
    let sample = try OutboxSample()
    try sample.open(delivers: false)
    try sample.limitPages(4)
    for number in 0..<600 { sample.take(notification("m\(number)")) }
    sample.turn(4)
    sample.outbox?.abandon()
    #expect(sample.accepted.isEmpty && sample.ends.count == 600)
    #expect(
      sample.ends.values.allSatisfy {
        if case .undelivered(let why)? = $0.first { return why.reason == "NotKept" && $0.count == 1 }
        return false
      })
  }

  @Test func aSinkGoesOnOnceAFullDiskHasRoom() throws {
    let sample = try OutboxSample()
    sample.sink = MemorySink(limit: 5, on: sample.reactor)
    try sample.open()
    for number in 0..<40 { sample.take(notification("m\(number)", token: "t\(number)")) }
    sample.turn(1)
    try sample.limitPages(4)
    // Each of these wants a row of its own.
    sample.memory.answer = { _ in
      .retry(after: .seconds(1), why: DeliveryFailure("Busy", String(repeating: "b", count: 4000)))
    }
    sample.turn(10)
    try sample.limitPages(1 << 30)
    sample.memory.answer = { _ in .done }
    for _ in 0..<40 {
      sample.time += 3000
      sample.turn(2)
    }
    #expect(sample.states.count == 40 && sample.states.values.allSatisfy { $0 == ["delivered"] })
  }

  @Test func aLimitOfItsOwnMakesTheInputWait() throws {
    let sample = try OutboxSample()
    sample.options.sizeLimit = 1 << 20
    sample.options.freeLimit = 0
    try sample.open(delivers: false)
    for number in 0..<2000 { sample.take(notification("m\(number)", token: "t\(number)", size: 1000)) }
    sample.turn(8)
    #expect(sample.outbox?.room == 0)
    #expect(sample.notices.contains { $0.contains("outbox.size") })
    sample.kill()
    // The limit holds, and what was accepted is there; who delivers from it makes room.
    let accepted = sample.accepted.count
    #expect((400..<1000).contains(accepted))
    // Pages are written whole: of a batch the last one is partly empty.
    let used = try OutboxInventory(sample.path).status().used
    #expect(used <= (1 << 20) + 8 * 16384, "\(used) of \(accepted)")
    try sample.open()
    sample.turn(30)
    #expect(sample.memory.delivered.count == accepted && sample.outbox?.room ?? 0 > 0)
  }

  @Test func aDiskThatIsNearlyFullMakesTheInputWait() throws {
    let sample = try OutboxSample()
    sample.options.freeLimit = 1 << 50
    try sample.open(delivers: false)
    sample.turn(8)
    #expect(sample.outbox?.room == 0)
    #expect(sample.notices.contains { $0.contains("outbox.free") })
  }

  @Test func aLockedFileIsWaitedFor() throws {
    let sample = try OutboxSample()
    try sample.open()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
    process.arguments = [sample.path]
    let input = Pipe()
    process.standardInput = input
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    input.fileHandleForWriting.write(Data("BEGIN IMMEDIATE; SELECT 'locked';\n".utf8))
    #expect(output.fileHandleForReading.availableData == Data("locked\n".utf8))
    sample.take(notification("m"))
    sample.turn(1)
    #expect(
      sample.accepted.isEmpty && sample.notices.contains { $0.contains("another process has locked it") })
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    sample.turn(8)
    #expect(sample.states == ["m": ["delivered"]])
  }

  @Test func aFolderThatCannotBeWrittenIsSaid() throws {
    let sample = try OutboxSample()
    let path = sample.folder.appending(path: "no-such-folder/outbox").path
    let error = #expect(throws: OutboxError.self) {
      _ = try Outbox(path, OutboxOptions(), sink: nil, audit: nil, on: sample.reactor)
    }
    #expect(error?.description.contains("No such file or directory; choose another path") ?? false)
  }

  @Test func aBatchWhoseBytesChangedIsKeptBesideTheOthers() throws {
    let sample = try OutboxSample()
    try sample.open(delivers: false)
    for group in 0..<3 {
      for number in 0..<100 { sample.take(notification("m\(group)-\(number)", token: "t\(group)-\(number)")) }
      sample.turn()
    }
    sample.kill()
    // One bit of the second batch's body.
    _ = try Self.sqlite(
      sample.path,
      "UPDATE batch SET body = CAST(substr(body, 1, 500) || x'FF' || substr(body, 502) AS BLOB) WHERE id = 2")
    try sample.open()
    sample.turn(20)
    #expect(sample.memory.delivered.count == 200)
    #expect(sample.notices.contains { $0.contains("notifications (100) cannot be read") })
    let files = try FileManager.default.contentsOfDirectory(atPath: sample.folder.path)
    let aside = try #require(files.first { $0.hasPrefix("outbox.damaged-batch-2") })
    let attributes = try FileManager.default.attributesOfItem(
      atPath: sample.folder.appending(path: aside).path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func aRowWhoseBytesChangedIsKeptBesideTheOthers() throws {
    let sample = try OutboxSample()
    sample.memory.answer = { _ in .retry(after: .zero, why: DeliveryFailure("Busy", "busy")) }
    try sample.open()
    sample.take(notification("a", token: "1"), notification("b", token: "2"))
    sample.turn()
    sample.kill()
    _ = try Self.sqlite(
      sample.path, "UPDATE held SET body = x'00' WHERE ticket = (SELECT min(ticket) FROM held)")
    try sample.open()
    sample.memory.answer = { _ in .done }
    for _ in 0..<6 {
      sample.time += 5000
      sample.turn()
    }
    #expect(sample.memory.delivered.map(\.identifier) == ["b"])
    #expect(sample.notices.contains { $0.contains("notifications (1) cannot be read") })
  }

  @Test func whoAcceptsNoticesThatTheFileWasSetAside() throws {
    let sample = try OutboxSample()
    try sample.open(delivers: false)
    sample.take(notification("before"))
    sample.turn()
    // As a process does that finds it damaged.
    for suffix in ["", "-wal"] {
      try FileManager.default.moveItem(
        atPath: sample.path + suffix, toPath: sample.path + ".damaged-1" + suffix)
    }
    sample.take(notification("after"))
    sample.turn(8)
    #expect(sample.accepted == ["before", "after"])
    var names: [String] = []
    try OutboxInventory(sample.path).forEach(.init()) {
      names.append($0.notification.identifier)
      return true
    }
    #expect(names == ["after"])
  }

  /// Fifty that wait to be tried again, in a file that is marked as damaged.
  private func marked() throws -> OutboxSample {
    let sample = try OutboxSample()
    sample.memory.answer = { _ in .retry(after: .seconds(5), why: DeliveryFailure("Busy", "busy")) }
    try sample.open()
    for number in 0..<50 { sample.take(notification("m\(number)", token: "t\(number)")) }
    sample.turn(8)
    sample.kill()
    _ = FileManager.default.createFile(atPath: sample.path + "-damaged", contents: nil)
    return sample
  }

  @Test func whatIsTakenOverIsNotOverwrittenByWhatComes() throws {
    let sample = try marked()
    try sample.open()
    for number in 50..<100 { sample.take(notification("m\(number)", token: "t\(number)")) }
    sample.turn(8)
    sample.memory.answer = { _ in .done }
    for _ in 0..<20 {
      sample.time += 5000
      sample.turn()
    }
    #expect(
      sample.states.count == 100 && sample.states.values.allSatisfy { $0 == ["delivered"] },
      "\(sample.states.count)")
    #expect(!FileManager.default.fileExists(atPath: sample.path + "-damaged"))
  }

  @Test func recallsFindWhatWasTakenOver() throws {
    let sample = try marked()
    sample.memory.answer = { _ in .done }
    try sample.open()
    sample.outbox?.withdraw("m3")
    for _ in 0..<20 {
      sample.time += 5000
      sample.turn()
    }
    #expect(sample.states["m3"] == ["withdrawn"] && sample.memory.delivered.count == 49)
  }

  @Test func aRescueThatWasKilledBeginsAgain() throws {
    let sample = try marked()
    // Set aside, and half of the new file is there.
    let aside = sample.path + ".damaged-1"
    try aside.write(toFile: sample.path + "-damaged", atomically: false, encoding: .utf8)
    try FileManager.default.moveItem(atPath: sample.path, toPath: aside)
    try Data(repeating: 7, count: 5000).write(to: URL(fileURLWithPath: sample.path + ".new"))
    // Nobody else makes a file in its place.
    #expect(throws: OutboxError.self) { try sample.open(delivers: false) }
    sample.memory.answer = { _ in .done }
    try sample.open()
    for _ in 0..<20 {
      sample.time += 5000
      sample.turn()
    }
    #expect(sample.memory.delivered.count == 50)
    #expect(!FileManager.default.fileExists(atPath: sample.path + ".new"))
  }

  @Test(arguments: ["outbox", "FOLDER/outbox", "second"])
  func aLinkMayLeadToAFileThatIsNotThereYet(_ target: String) throws {
    let sample = try OutboxSample()
    let link = sample.folder.appending(path: "link").path
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: target.replacing("FOLDER", with: sample.folder.path))
    try FileManager.default.createSymbolicLink(
      atPath: sample.folder.appending(path: "second").path, withDestinationPath: "./outbox")
    let outbox = try Outbox(
      link, OutboxOptions(), sink: MemorySink(on: sample.reactor), audit: nil, on: sample.reactor)
    #expect(throws: OutboxError.self) {
      _ = try Outbox(
        sample.path, OutboxOptions(), sink: MemorySink(on: sample.reactor), audit: nil, on: sample.reactor)
    }
    #expect(outbox.room > 0 && FileManager.default.fileExists(atPath: sample.path))
    // A circle is no path.
    let circle = sample.folder.appending(path: "circle").path
    try FileManager.default.createSymbolicLink(atPath: circle, withDestinationPath: "circle")
    #expect(throws: OutboxError.self) {
      _ = try Outbox(circle, OutboxOptions(), sink: nil, audit: nil, on: sample.reactor)
    }
  }

  @Test func aLinkIsNoWayAroundTheLock() throws {
    let sample = try OutboxSample()
    try sample.open()
    let link = sample.folder.appending(path: "link").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: sample.path)
    #expect(throws: OutboxError.self) {
      _ = try Outbox(
        link, OutboxOptions(), sink: MemorySink(on: sample.reactor), audit: nil, on: sample.reactor)
    }
  }

  @Test func ofAFileWithDamagedPagesTheRestIsTakenOver() throws {
    let sample = try OutboxSample()
    try sample.open(delivers: false)
    for group in 0..<12 {
      for number in 0..<100 {
        sample.take(notification("m\(group)-\(number)", token: "t\(group)-\(number)", size: 500))
      }
      sample.turn()
    }
    sample.kill()
    _ = try Self.sqlite(sample.path, "PRAGMA wal_checkpoint(TRUNCATE)")
    // Some pages in the middle, as a bad disk leaves them.
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: sample.path))
    let size = try file.seekToEnd()
    try file.seek(toOffset: size / 2 / 16384 * 16384)
    try file.write(contentsOf: Data(repeating: 0xEE, count: 3 * 16384))
    try file.close()
    // It may show at once or while it is read; then the next start sets it aside.
    var failures: [String] = []
    for _ in 0..<3 {
      do {
        try sample.open()
        sample.outbox?.events.failed = { failures.append($0) }
        sample.turn(40)
        if failures.isEmpty { break }
        failures.removeAll()
      } catch let error as OutboxError {
        failures = [error.description]
      }
      sample.kill()
    }
    #expect(failures.isEmpty)
    #expect(sample.memory.delivered.count >= 600, "\(sample.notices)")
    #expect(Set(sample.memory.delivered.map(\.identifier)).count == sample.memory.delivered.count)
    #expect(sample.notices.contains { $0.contains("damaged") })
  }

  /// What was accepted is known again after a restart, as long as that is asked for, one row a commit.
  @Test func repeatsAreRememberedBesideTheNotifications() throws {
    let sample = try OutboxSample()
    sample.options.keepsRepeatsFor = .seconds(60)
    try sample.open()
    for number in 1...3 {
      var push = notification("m\(number)")
      push.repeatIdentity = Array(repeating: UInt8(number), count: 16)
      sample.take(push)
    }
    sample.take(notification("without"))
    sample.turn()
    let first = try #require(try sample.outbox?.repeats())
    sample.kill()
    sample.time += 59_000
    try sample.open()
    let second = try #require(try sample.outbox?.repeats())
    #expect(second.secret == first.secret && second.secret.count == 32)
    #expect(second.commits.map(\.identities) == [(1...3).flatMap { Array(repeating: UInt8($0), count: 16) }])
    sample.time += 2000
    #expect(try sample.outbox?.repeats()?.commits.isEmpty == true)
    // A run without a door asks for none.
    sample.kill()
    sample.options.keepsRepeatsFor = nil
    try sample.open()
    #expect(try sample.outbox?.repeats()?.secret == nil)
  }
}
