import Delivery
import Foundation
import Outbox
import Testing

/// One process delivers, and looking which one it is refuses nobody.
struct DeliveryLockTests {
  /// Opens the lock's file and locks it as flock(2) does, which is all that version 0.1.0 does.
  private static func flocked(_ sample: OutboxSample, _ operation: Int32, _ text: String = "") -> FileHandle?
  {
    let path = sample.path + "-delivery"
    _ = FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
    guard let file = FileHandle(forUpdatingAtPath: path), flock(file.fileDescriptor, operation | LOCK_NB) == 0
    else {
      return nil
    }
    return file
  }

  @Test func theDelivererIsSaidWhileItRuns() throws {
    let sample = try OutboxSample()
    try sample.open()
    #expect(try OutboxInventory(sample.path).deliverer == getpid())
    sample.kill()
    #expect(try OutboxInventory(sample.path).deliverer == nil)
  }

  @Test func aDelivererOfVersion010IsSeenAndExcludes() throws {
    let sample = try OutboxSample()
    try sample.open()
    sample.kill()
    let file = try #require(Self.flocked(sample, LOCK_EX, "4711\n"))
    #expect(try OutboxInventory(sample.path).deliverer == 4711)
    let error = #expect(throws: OutboxError.self) { try sample.open() }
    #expect(error?.kind == .busy && error?.description.contains("another process delivers") ?? false)
    try file.close()
    try sample.open()
  }

  @Test func aRunOfVersion010IsExcluded() throws {
    let sample = try OutboxSample()
    try sample.open()
    let file = try #require(FileHandle(forUpdatingAtPath: sample.path + "-delivery"))
    #expect(flock(file.fileDescriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
  }

  @Test func aStatusOfVersion010IsWaitedFor() throws {
    let sample = try OutboxSample()
    let file = try #require(Self.flocked(sample, LOCK_SH))
    let closer = Thread {
      usleep(200_000)
      try? file.close()
    }
    closer.start()
    try sample.open()
  }

  @Test func lookingRefusesNoRun() throws {
    let sample = try OutboxSample()
    try sample.open()
    sample.kill()
    let path = sample.path
    let looker = Thread {
      while !Thread.current.isCancelled { _ = try? OutboxInventory(path).deliverer }
    }
    looker.start()
    defer { looker.cancel() }
    for _ in 0..<100 {
      try sample.open()
      sample.kill()
    }
  }
}
