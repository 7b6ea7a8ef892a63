import EventLoop
import Foundation
import Generations
import Glibc
import Testing

/// A change of files is seen, however they come into their place.
struct FolderWatchTests {
  /// Watches paths, and returns how often something has changed behind `change`.
  private static func changes(
    _ paths: [String], behind change: () throws -> Void, least: Int = 1
  ) throws -> Int {
    let reactor = try Reactor()
    var count = 0
    var problems: [String] = []
    let watch = FolderWatch(
      on: reactor, paths: { paths }, changed: { count += 1 }, failed: { problems.append($0) })
    watch.begin()
    #expect(count == 1, "what has changed before is not looked at")
    try change()
    // A change that is never seen ends the test's own time, and not this loop.
    let end = MonotonicClock.now + 60_000_000_000
    while count <= least, MonotonicClock.now < end { reactor.turn(timeout: .seconds(1)) }
    // What belongs to one change is one change.
    let quiet = MonotonicClock.now + 1_000_000_000
    while MonotonicClock.now < quiet { reactor.turn(timeout: .milliseconds(100)) }
    #expect(problems == [])
    return count - 1
  }

  @Test func writingAFileIsAChange() throws {
    let folder = try GenerationFolder()
    let count = try Self.changes([folder.path("plugins/p")]) {
      for version in 0..<5 { try folder.write("plugins/p/init.lua", "return { -- \(version)\n }") }
    }
    #expect(count == 1)
  }

  @Test(arguments: ["plugins/p/lib/deep/new.lua", "plugins/p/tests/cases.yaml", "plugins/p/x.lua"])
  func aNewFileIsAChange(_ name: String) throws {
    let folder = try GenerationFolder()
    let count = try Self.changes([folder.path("plugins/p")]) { try folder.write(name, "return 1") }
    #expect(count >= 1)
  }

  @Test func aFolderThatTakesThePlaceOfAnotherIsAChange() throws {
    let folder = try GenerationFolder()
    try folder.write("new/p/init.lua", "return {}")
    let count = try Self.changes([folder.path("plugins/p")]) {
      rename(folder.path("plugins"), folder.path("old"))
      rename(folder.path("new"), folder.path("plugins"))
    }
    #expect(count == 1)
  }

  @Test func aLinkThatTakesThePlaceOfAnotherIsAChange() throws {
    let folder = try GenerationFolder()
    try folder.write("volume/..1/p/init.lua", "return {}")
    try folder.write("volume/..2/p/init.lua", "return { }")
    symlink("..1", folder.path("volume/..data"))
    symlink("volume/..data/p", folder.path("p"))
    let count = try Self.changes([folder.path("p")]) {
      symlink("..2", folder.path("volume/..new"))
      rename(folder.path("volume/..new"), folder.path("volume/..data"))
    }
    #expect(count == 1)
  }

  @Test func aFolderThatWasNotThereIsAChange() throws {
    let folder = try GenerationFolder()
    let count = try Self.changes([folder.path("later/p")]) {
      try folder.write("later/p/init.lua", "return {}")
    }
    #expect(count >= 1)
  }

  /// The outbox and the logs are beside the configuration.
  @Test func whatIsBesideIsNoChange() throws {
    let folder = try GenerationFolder()
    let count = try Self.changes(
      [folder.path("notilua.yaml"), folder.path("plugins/p")],
      behind: {
        for index in 0..<20 { try folder.write("outbox-\(index)", "x") }
      }, least: 0)
    #expect(count == 0)
  }
}
