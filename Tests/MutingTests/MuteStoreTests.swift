import Applications
import Foundation
import Muting
import PushExtras
import Registry
import Testing

/// Levels and quiet hours in the registry's file.
struct MuteStoreTests {
  private static let chat = Application(key: "chat", bundleID: "com.example.chat", level: .mentions)

  private static func withFile(_ body: (RegistryFile) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mutes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(
      RegistryFile(folder.appending(path: "registry").path, [DeviceTables.register, MuteTables.register]))
  }

  private static func rules(
    _ file: RegistryFile, _ users: [String], _ place: MutePlace
  ) async throws -> [MuteRules] {
    try await file.read { try MuteStore.rules(of: users, place, chat, in: $0) }
  }

  private static func set(
    _ level: NotificationLevel, _ place: MutePlace, of user: String = "u1", application: String = "chat",
    in file: RegistryFile
  ) async throws {
    try await file.write { try MuteStore.set(level, place, of: user, application: application, in: $0) }
  }

  @Test func nothingIsSetAtFirst() async throws {
    try await Self.withFile { file in
      let place = MutePlace(.superGroup, target: "g1", channel: "c1")
      let rules = try await Self.rules(file, ["u1", "u2"], place)
      #expect(rules == [MuteRules(application: .mentions), MuteRules(application: .mentions)])
    }
  }

  @Test func rulesAreThoseOfThePlace() async throws {
    try await Self.withFile { file in
      let place = MutePlace(.superGroup, target: "g1", channel: "c1")
      try await Self.set(.all, MutePlace(.superGroup), in: file)
      try await Self.set(.mentions, MutePlace(.superGroup, target: "g1"), in: file)
      try await Self.set(.none, place, in: file)
      // None of these is for the place, the user or the application.
      try await Self.set(.none, MutePlace(.group, target: "g1"), in: file)
      try await Self.set(.none, MutePlace(.superGroup, target: "g1", channel: "c2"), in: file)
      try await Self.set(.none, MutePlace(.superGroup, target: "g2"), in: file)
      try await Self.set(.none, place, of: "u3", in: file)
      try await Self.set(.none, place, of: "u2", application: "other", in: file)
      var expected = MuteRules(application: .mentions)
      (expected.channelType, expected.channel, expected.subchannel) = (
        .all, .mentions, NotificationLevel.none
      )
      let rules = try await Self.rules(file, ["u2", "u1"], place)
      #expect(rules == [MuteRules(application: .mentions), expected])
      expected.subchannel = nil
      let group = try await Self.rules(file, ["u1"], MutePlace(.superGroup, target: "g1"))
      #expect(group == [expected])
    }
  }

  @Test func groupsHaveDefaults() async throws {
    try await Self.withFile { file in
      try await file.write { database in
        try MuteStore.set(.mentions, ofGroup: "g1", channel: nil, application: "chat", in: database)
        try MuteStore.set(.none, ofGroup: "g1", channel: "c1", application: "chat", in: database)
        try MuteStore.set(.all, ofGroup: "g1", channel: "c1", application: "other", in: database)
      }
      let one = try await Self.rules(file, ["u1"], MutePlace(.superGroup, target: "g1", channel: "c1"))[0]
      #expect(one.channelDefault == .mentions && one.subchannelDefault == NotificationLevel.none)
      let other = try await Self.rules(file, ["u1"], MutePlace(.superGroup, target: "g1", channel: "c2"))[0]
      #expect(other.channelDefault == .mentions && other.subchannelDefault == nil)
      // A group that is no super group may have the same name.
      let plain = try await Self.rules(file, ["u1"], MutePlace(.group, target: "g1"))[0]
      #expect(plain == MuteRules(application: .mentions))
      let cleared = try await file.write { database in
        try [nil, nil, "c9"].map { channel in
          try MuteStore.clear(group: "g1", channel: channel, application: "chat", in: database)
        }
      }
      #expect(cleared == [true, false, false])
      let left = try await file.read { database in
        try MuteStore.levels(ofGroup: "g1", application: "chat", in: database).map(\.channel)
      }
      #expect(left == ["c1"])
    }
  }

  @Test func quietHoursAreKept() async throws {
    try await Self.withFile { file in
      let hours = QuietHours(start: 1320, end: 420, timeZone: "Europe/Rome", level: .mentionsOfMe)
      try await file.write { database in
        try MuteStore.set(QuietHours(start: 1, end: 2), of: "u1", application: "chat", in: database)
        try MuteStore.set(hours, of: "u1", application: "chat", in: database)
      }
      let rules = try await Self.rules(file, ["u1", "u2"], MutePlace(.direct, target: "u9"))
      #expect(rules.map(\.quietHours) == [hours, nil])
      let cleared = try await file.write { database in
        try (0..<2).map { _ in
          try MuteStore.clearQuietHours(of: "u1", application: "chat", in: database)
        }
      }
      #expect(cleared == [true, false])
    }
  }

  @Test func namesAreTheirBytes() async throws {
    try await Self.withFile { file in
      let place = MutePlace(.direct, target: "x")
      try await Self.set(.none, place, of: "caf\u{e9}", in: file)
      let rules = try await Self.rules(file, ["cafe\u{301}", "caf\u{e9}"], place)
      #expect(rules.map(\.channel) == [nil, NotificationLevel.none])
    }
  }

  @Test func levelsAreListedClearedAndForgotten() async throws {
    try await Self.withFile { file in
      let places = [
        MutePlace(.group), MutePlace(.group, target: "g1"),
        MutePlace(.superGroup, target: "g1", channel: "c1"),
      ]
      for place in places { try await Self.set(.mentions, place, in: file) }
      try await Self.set(.none, places[1], in: file)
      try await Self.set(.none, places[1], of: "u2", in: file)
      let levels = try await file.read { database in
        let levels = try MuteStore.levels(of: "u1", application: "chat", in: database)
        return (levels.map(\.place), levels.map(\.level))
      }
      #expect(levels.0 == places)
      #expect(levels.1 == [.mentions, NotificationLevel.none, .mentions])
      let cleared = try await file.write { database in
        try (0..<2).map { _ in
          try MuteStore.clear(places[0], of: "u1", application: "chat", in: database)
        }
      }
      #expect(cleared == [true, false])
      try await file.write { database in
        try MuteStore.set(QuietHours(start: 1, end: 2), of: "u1", application: "chat", in: database)
        try MuteStore.forget("u1", application: "chat", in: database)
      }
      let left = try await Self.rules(file, ["u1", "u2"], places[1])
      #expect(left.map(\.channel) == [nil, NotificationLevel.none])
      #expect(left[0].quietHours == nil)
    }
  }

  @Test func aUserHasOnlySoManyLevels() async throws {
    try await Self.withFile { file in
      try await file.write { database in
        for number in 0..<MuteStore.limit {
          try MuteStore.set(
            .none, MutePlace(.group, target: "\(number)"), of: "u1", application: "chat", in: database)
        }
      }
      let error = await #expect(throws: RegistryError.self) {
        try await Self.set(.none, MutePlace(.group, target: "one more"), in: file)
      }
      #expect(error?.thrown is MuteStore.Full)
      // What is there may change, and another user has room.
      try await Self.set(.all, MutePlace(.group, target: "0"), in: file)
      try await Self.set(.all, MutePlace(.group, target: "one more"), of: "u2", in: file)
      let count = try await file.read { database in
        try MuteStore.levels(of: "u1", application: "chat", in: database).count
      }
      #expect(count == MuteStore.limit)
    }
  }
}
