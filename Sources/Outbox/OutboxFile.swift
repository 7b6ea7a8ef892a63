import Delivery
import EventLoop
import FileReading
import Foundation
import GRDB
import Glibc

/// The outbox's file: a database of SQLite, in which a commit that has returned outlives a loss of power.
final class OutboxFile {
  let path: String
  private(set) var queue: DatabaseQueue
  /// The time that a process waits for another that has the file locked.
  private static let busySeconds = 5.0
  /// The identity of the file that was opened: another may stand at its path later.
  private var identity: (device: UInt, number: UInt)?

  /// Opens the file, and makes it where there is none.
  ///
  /// - Throws: ``OutboxError``; ``OutboxError/Kind/corrupt`` where its bytes are no outbox's.
  init(_ path: String, isReadOnly: Bool = false) throws(OutboxError) {
    self.path = path
    try Self.refuseOtherKinds(path)
    do {
      if !isReadOnly {
        try Self.create(path)
        try Self.refuseForeign(path)
      }
      queue = try Self.connection(path, isReadOnly: isReadOnly)
      if !isReadOnly { try Self.prepare(queue, path) }
      identity = Self.identity(path)
      let version = try queue.read { try OutboxSchema.version($0) }
      guard version == OutboxSchema.current else {
        throw OutboxError(
          .other,
          "'\(path)' has the form \(version), and this Notilua knows \(OutboxSchema.current); use the version that wrote it"
        )
      }
    } catch {
      throw OutboxError(error, path)
    }
  }

  /// Opens what stands at its path now.
  ///
  /// - Throws: ``OutboxError``; then it is as it was.
  func reopen() throws(OutboxError) {
    let file = try OutboxFile(path)
    (queue, identity) = (file.queue, file.identity)
  }

  /// Refuses what is no regular file before it is opened: a pipe would be waited for.
  static func refuseOtherKinds(_ path: String) throws(OutboxError) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    let kind = FileKind(status)
    guard kind == .regular else { throw OutboxError(.other, FileProblem.isNoFile(kind).message(path)) }
  }

  private static func connection(_ path: String, isReadOnly: Bool) throws -> DatabaseQueue {
    var configuration = GRDB.Configuration()
    configuration.busyMode = .timeout(busySeconds)
    configuration.readonly = isReadOnly
    configuration.label = "outbox"
    configuration.prepareDatabase { database in
      // For a file that is made now: batches of up to 256 KiB want large pages. Debian's SQLite writes zeroes over
      // what is deleted, which is every page once more.
      try database.execute(
        sql: "PRAGMA page_size = 16384; PRAGMA cache_size = -4096; PRAGMA secure_delete = FAST")
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Looks at a file before anything is written: opening another program's database for writing may move its log.
  private static func refuseForeign(_ path: String) throws {
    // What cannot be read this way is looked at again on the connection that writes.
    let stage = try? connection(path, isReadOnly: true).read { try OutboxSchema.stage($0) }
    if stage == .foreign { throw OutboxError.foreign(path) }
  }

  /// Sets what a commit must keep to, and makes the tables where the file has none.
  private static func prepare(_ queue: DatabaseQueue, _ path: String) throws {
    if try queue.read({ try OutboxSchema.stage($0) }) == .foreign { throw OutboxError.foreign(path) }
    try queue.writeWithoutTransaction { database in
      try setLog(database)
      // Behind the journal's mode, which brings a weaker setting with it.
      // The log is cut to the size at which it is moved, once it was.
      try database.execute(
        sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 33554432")
      guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2,
        try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal"
      else {
        throw OutboxError(.other, "'\(path)': SQLite does not keep to what it must; use a local disk")
      }
    }
    try OutboxSchema.make(queue)
  }

  /// Turns the log on.
  ///
  /// Two processes that make one file at once may both be told that it is locked, without having waited.
  private static func setLog(_ database: Database) throws {
    for attempt in 0... {
      do {
        _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        return
      } catch let error as DatabaseError
        where error.resultCode.primaryResultCode == .SQLITE_BUSY && attempt < Int(busySeconds) * 100
      {
        usleep(10_000)
      }
    }
  }

  private static func identity(_ path: String) -> (device: UInt, number: UInt)? {
    var status = stat()
    return stat(path, &status) == 0 ? (UInt(status.st_dev), UInt(status.st_ino)) : nil
  }

  /// A Boolean value that indicates whether the file stands where it was opened.
  ///
  /// A process that finds it damaged sets it aside.
  var isInPlace: Bool {
    guard let identity, let now = Self.identity(path) else { return false }
    return identity == now
  }

  /// Makes the file for its owner alone: device tokens stand in it.
  private static func create(_ path: String) throws {
    var file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if file >= 0 {
      defer { close(file) }
      // The tables follow in one transaction; until then it is an empty file, which any run goes on with.
      return try sync(folder(of: path))
    }
    let refusal = errno
    file = open(path, O_RDWR | O_CLOEXEC)
    if file < 0, errno != EACCES, errno != EROFS {
      // There is none, and what kept it from being made is the cause.
      let cause = errno == ENOENT ? refusal : errno
      throw OutboxError(.other, "'\(path)': \(systemMessage(cause)); choose another path")
    }
    if file >= 0 { close(file) }
  }

  /// Puts a file, or the names in a folder, on the disk.
  static func sync(_ path: String) throws {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw OutboxError(.other, "'\(path)': \(systemMessage()); look at it")
    }
    defer { close(file) }
    guard fsync(file) == 0 else {
      throw OutboxError(.full, "'\(path)': it cannot be put on the disk; look at the disk")
    }
  }

  static func folder(of path: String) -> String {
    // Foundation's own ends the program where the path has one character.
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The path of the file itself, where the one given is a link: what stands beside it, locks and logs, is for all who
  /// come by any path.
  static func resolved(_ path: String) -> String {
    var path = path
    // As many links as the kernel follows; the last may lead to a file that is not there yet.
    for _ in 0..<40 {
      if let whole = realpath(path, nil) {
        defer { Glibc.free(whole) }
        return String(cString: whole)
      }
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
      path = target.hasPrefix("/") ? target : "\(folder(of: path))/\(target)"
    }
    return path
  }

  /// Returns true where a file is a database, is none yet, or was an outbox before its bytes were damaged.
  static func mayBeOne(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return true }
    defer { try? file.close() }
    guard let head = try? file.read(upToCount: 16), !head.isEmpty else { return true }
    return head == Data("SQLite format 3\0".utf8) || access(path + "-delivery", F_OK) == 0
  }

  /// Does what must hold together.
  func write<Result>(_ body: (Database) throws -> Result) throws(OutboxError) -> Result {
    do { return try queue.write(body) } catch { throw OutboxError(error, path) }
  }

  func read<Result>(_ body: (Database) throws -> Result) throws(OutboxError) -> Result {
    do { return try queue.read(body) } catch { throw OutboxError(error, path) }
  }

  /// Moves what was committed from the log to the file itself, as far as readers let it.
  func checkpoint() throws(OutboxError) {
    do {
      try queue.writeWithoutTransaction { database in
        _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(PASSIVE)")
      }
    } catch { throw OutboxError(error, path) }
  }

  /// Moves the log to the file and gives its bytes back to the disk, unless another process reads.
  func removeLog() throws(OutboxError) {
    do {
      try queue.writeWithoutTransaction { database in
        // Readers are not waited for.
        try database.execute(sql: "PRAGMA busy_timeout = 0")
        defer { try? database.execute(sql: "PRAGMA busy_timeout = \(Int(Self.busySeconds) * 1000)") }
        _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      }
    } catch { throw OutboxError(error, path) }
  }

  /// Another number whenever another process has committed.
  func dataVersion() throws(OutboxError) -> Int64 {
    try read { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
  }

  /// The bytes that are in use.
  func used() throws(OutboxError) -> Int {
    try read { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
      return (pages - free) * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
    }
  }

  /// Returns the number of notifications that have no result yet.
  static func waiting(_ database: Database) throws -> Int {
    var count = try Int.fetchOne(database, sql: "SELECT count(*) FROM held WHERE state = 0") ?? 0
    count += try Int.fetchOne(database, sql: "SELECT sum(count) FROM batch") ?? 0
    let rows = try Row.fetchCursor(database, sql: "SELECT gone FROM progress")
    while let row = try rows.next() {
      count -= (row[0] as Data).reduce(0) { $0 + $1.nonzeroBitCount }
    }
    return count
  }

  /// The bytes of the file.
  var size: Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// The bytes of the log.
  var logSize: Int {
    var status = stat()
    return stat(path + "-wal", &status) == 0 ? Int(status.st_size) : 0
  }

  /// The bytes that the file system of a path has free for this user.
  static func free(_ path: String) -> Int {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return .max }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}

/// An error of an outbox, as one sentence: place, cause, next step.
package struct OutboxError: Error, CustomStringConvertible {
  /// The cause, as far as callers tell one from another.
  package enum Kind: Sendable {
    /// The disk, or the file's limit, is full.
    case full
    /// Another process has it.
    case busy
    /// Its bytes are no outbox's, or not any longer.
    case corrupt
    case other
  }

  package let kind: Kind
  package let description: String

  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  static func foreign(_ path: String) -> OutboxError {
    OutboxError(.other, "'\(path)' is another program's database; choose another path")
  }

  /// Makes an error from one of SQLite, in our words.
  init(_ error: any Error, _ path: String) {
    if let own = error as? OutboxError {
      self = own
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.other, "'\(path)': \(error)")
      return
    }
    switch error.resultCode.primaryResultCode {
    case .SQLITE_FULL: self.init(.full, "'\(path)': no space is left on its disk; make some")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.busy, "'\(path)': another process has locked it; let it end")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(
        .corrupt,
        "'\(path)': its bytes are damaged, or it is no outbox; a run with --sink takes over what can be read of it"
      )
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN:
      self.init(.other, "'\(path)': it cannot be opened or written; check the path and who may write it")
    case .SQLITE_IOERR:
      self.init(.full, "'\(path)': its disk cannot be read or written; look at the disk")
    default:
      self.init(.other, "'\(path)': SQLite: \(error.message ?? "error \(error.resultCode.rawValue)")")
    }
  }
}
