import Foundation
import Stories
import Testing

/// What is kept of notifications, and for how long.
struct StoryStoreTests {
  private static let apps = ["com.example.app"]

  private static func withPath(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "stories-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.appending(path: "outcomes").path)
  }

  private static func event(
    _ kind: StoryEvent.Kind, _ id: String, at time: Int64 = 0, app: String = "com.example.app",
    names: [String] = []
  ) -> StoryEvent {
    StoryEvent(kind, at: time, apnsID: id, app: app, members: "\"n\":1", names: names)
  }

  @Test func aStoryIsInOrderAndItsAppsAlone() async throws {
    try await Self.withPath { path in
      let store = try StoryStore(path, StoryOptions())
      try store.write([
        Self.event(.passed, "a", names: ["m1", "a"]), Self.event(.passed, "b", names: ["m1"]),
        Self.event(.passed, "c", app: "com.example.other", names: ["m1"]), Self.event(.accepted, "a"),
        Self.event(.ended, "a"),
      ])
      #expect(try await store.story("a", apps: Self.apps).map(\.kind) == [.passed, .accepted, .ended])
      #expect(try await store.story("c", apps: Self.apps).isEmpty)
      #expect(try await store.story("a", apps: []).isEmpty)
      #expect(try await store.named("m1", apps: Self.apps).map(\.apnsID) == ["b", "a"])
      #expect(try await store.named("m1", apps: ["com.example.other"]).map(\.apnsID) == ["c"])
      #expect(try await store.named("' OR 1=1 --", apps: Self.apps).isEmpty)
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }

  /// A recall says what it did by what has become of each notification, in its story and in the feed.
  @Test func aRecallIsInTheStoriesThatItReaches() async throws {
    try await Self.withPath { path in
      let store = try StoryStore(path, StoryOptions())
      func ended(_ id: String, _ outcome: String) -> StoryEvent {
        var event = Self.event(.ended, id)
        event.members = "\"outcome\":\"\(outcome)\""
        return event
      }
      try store.write(
        ["done", "waits", "away", "back"].map { Self.event(.passed, $0, names: ["m1", $0]) } + [
          Self.event(.passed, "other", app: "com.example.other", names: ["m1"]),
          Self.event(.passed, "not", names: ["m2"]),
          ended("done", "delivered"), ended("waits", "withdrawn"), ended("back", "delivered"),
        ])
      var back = Self.event(.recalled, "back")
      back.members = "\"effect\":\"replaced\""
      try store.write([back])
      let page = try await store.ends(after: 0, apps: Self.apps)
      try store.recall(["com.example.app\u{1F}m1"], at: 77)
      func recalls(_ id: String, _ apps: [String] = Self.apps) async throws -> [String] {
        try await store.story(id, apps: apps).filter { $0.kind == .recalled }.map(\.members)
      }
      #expect(try await recalls("done") == [#""effect":"too_late","name":"m1""#])
      #expect(try await recalls("waits") == [#""effect":"withdrawn","name":"m1""#])
      #expect(try await recalls("away") == [#""effect":"under_way","name":"m1""#])
      // The queue has said so itself.
      #expect(try await recalls("back") == [#""effect":"replaced""#])
      #expect(try await recalls("not").isEmpty)
      #expect(try await recalls("other", ["com.example.other"]).isEmpty)
      guard case .at(let number) = try await store.position(page.next) else {
        Issue.record("the cursor is gone")
        return
      }
      let news = try await store.ends(after: number, apps: Self.apps)
      #expect(
        news.events.map(\.kind) == [.recalled, .recalled, .recalled]
          && news.events.allSatisfy { $0.time == 77 })

      // Once more, by a name of all apps: nothing is left to withdraw.
      try store.recall(["m1"], at: 78)
      #expect(try await recalls("waits").last == #""effect":"too_late","name":"m1""#)
      #expect(try await recalls("other", ["com.example.other"]) == [#""effect":"under_way","name":"m1""#])
    }
  }

  /// A number that no event has yet is one of a file that was put back from a copy: what comes up to it would be missed.
  @Test func aCursorOfTheFutureIsGone() async throws {
    try await Self.withPath { path in
      let store = try StoryStore(path, StoryOptions())
      let empty = try await store.ends(after: 0, apps: Self.apps).next
      #expect(try await store.position(empty) == .at(0))
      try store.write([Self.event(.ended, "a"), Self.event(.accepted, "b")])
      let identity = empty.prefix(8)
      #expect(try await store.position("\(identity)-2") == .at(2))
      #expect(try await store.position("\(identity)-3") == .gone)
    }
  }

  /// A cursor goes on where it was after a restart, and past what is another app's.
  @Test func aCursorOutlivesTheStore() async throws {
    try await Self.withPath { path in
      let cursor: String
      do {
        let store = try StoryStore(path, StoryOptions())
        try store.write([Self.event(.ended, "a"), Self.event(.accepted, "b"), Self.event(.ended, "b")])
        #expect(try await store.position(nil) == .at(0))
        let page = try await store.ends(after: 0, apps: Self.apps)
        #expect(page.events.map(\.apnsID) == ["a", "b"])
        cursor = page.next
      }
      let store = try StoryStore(path, StoryOptions())
      try store.write([Self.event(.ended, "x", app: "com.example.other"), Self.event(.ended, "c")])
      guard case .at(let number) = try await store.position(cursor) else {
        Issue.record("the cursor is gone")
        return
      }
      let page = try await store.ends(after: number, apps: Self.apps)
      #expect(page.events.map(\.apnsID) == ["c"])
      // Nothing new: the cursor stays.
      guard case .at(let last) = try await store.position(page.next) else {
        Issue.record("the cursor is gone")
        return
      }
      #expect(try await store.ends(after: last, apps: Self.apps).next == page.next)
    }
  }

  @Test(arguments: [
    "", "-", "1", "abc-1", "zzzzzzzz-1", "00000000-", "00000000-x", "00000000--1", "00000000-1-2",
  ])
  func whatIsNoCursorIsSaid(_ text: String) async throws {
    try await Self.withPath { path in
      let store = try StoryStore(path, StoryOptions())
      #expect(try await store.position(text) == .invalid)
      // Another file's.
      #expect(try await store.position("00000000-0") == .gone)
    }
  }

  @Test func whatIsOldIsForgotten() async throws {
    try await Self.withPath { path in
      var options = StoryOptions()
      options.keeps = .seconds(10)
      let store = try StoryStore(path, options)
      try store.write([Self.event(.ended, "a", at: 0, names: ["m"]), Self.event(.ended, "b", at: 5000)])
      let first = try await store.ends(after: 0, apps: Self.apps)
      let start = first.next.prefix(9) + "0"
      #expect(try await store.position(String(start)) == .at(0))
      try store.sweep(at: 10_001)
      #expect(try await store.story("a", apps: Self.apps).isEmpty)
      #expect(try await store.named("m", apps: Self.apps).isEmpty)
      #expect(try await store.story("b", apps: Self.apps).count == 1)
      #expect(try await store.position(String(start)) == .gone)
      // Without a cursor, what is kept is read; and the one behind it is good.
      #expect(try await store.position(nil) == .at(1))
      #expect(try await store.position(first.next) == .at(2))
    }
  }

  @Test func theOldestGoWhereThereIsNoRoom() async throws {
    try await Self.withPath { path in
      var options = StoryOptions()
      options.sizeLimit = 1 << 20
      let store = try StoryStore(path, options)
      for batch in 0..<15 {
        try store.write(
          (0..<1000).map { Self.event(.ended, "\(batch * 1000 + $0) \(String(repeating: "x", count: 100))") })
      }
      try store.sweep(at: 0)
      let left = try await store.ends(after: 0, apps: Self.apps)
      #expect(left.events.first?.apnsID.hasPrefix("10000 ") == true, "\(left.events.first?.apnsID ?? "-")")
    }
  }

  @Test func anotherProgramsFileIsLeftAlone() async throws {
    try await Self.withPath { path in
      try "no database".write(toFile: path, atomically: false, encoding: .utf8)
      #expect(throws: StoryError.self) { try StoryStore(path, StoryOptions()) }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "no database")
      #expect(throws: StoryError.self) { try StoryStore("/dev/null", StoryOptions()) }
    }
  }
}
