import Composition
import GRDB
import NotificationModel
import Registry
import Testing

/// Registrations: which name and which token are whose, and what ends.
struct DeviceStoreTests {
  @Test func keepsWhatWasRegistered() async throws {
    try await RegistryFolder.withFile { file in
      var registration = Registration("ann", "ann-phone", [0, 255, 1])
      registration.locales = ["zh-Hans-CN", "en"]
      registration.timeZone = "Asia/Shanghai"
      registration.permission = .provisional([.badge, .sound])
      registration.badge = 3
      registration.hidesDetails = true
      registration.environment = .sandbox
      let registered = try await file.register(registration, at: 1234)
      #expect(registered.kind == .new && registered.isCreated && registered.ended.isEmpty)
      let device = try #require(try await file.device("ann-phone"))
      #expect(device == registered.device)
      #expect(device.user == "ann" && device.token == [0, 255, 1] && device.environment == .sandbox)
      #expect(device.locales == ["zh-Hans-CN", "en"] && device.timeZone == "Asia/Shanghai")
      #expect(
        device.permission == .provisional([.badge, .sound]) && device.badge == 3 && device.hidesDetails)
      #expect(device.registeredAt == 1234 && device.changedAt == 1234 && device.state == .active)
    }
  }

  @Test(arguments: [
    PushPermission.notAsked, .denied, .granted(.all), .granted([]), .granted(.sound), .provisional(.all),
    .provisional([]),
  ])
  func keepsEachPermission(_ permission: PushPermission) async throws {
    try await RegistryFolder.withFile { file in
      var registration = Registration("ann", "phone", [1])
      registration.permission = permission
      let device = try await file.register(registration).device
      #expect(device.permission == permission)
    }
  }

  @Test func theSameUserKeepsTheRegistration() async throws {
    try await RegistryFolder.withFile { file in
      let first = try await file.register(Registration("ann", "phone", [1]))
      let same = try await file.register(Registration("ann", "phone", [1]), at: 2000)
      #expect(same.kind == .updated && !same.isCreated && same.device.number == first.device.number)
      #expect(same.device.registeredAt == 2000)
      let other = try await file.register(Registration("ann", "phone", [2]), at: 3000)
      #expect(other.kind == .token && other.device.number == first.device.number && other.device.token == [2])
      #expect(try await file.withdrawals() == [])
    }
  }

  @Test func aTokenThatMovesEndsTheOldRegistration() async throws {
    try await RegistryFolder.withFile { file in
      let ann = try await file.register(Registration("ann", "phone-a", [1]))
      let bob = try await file.register(Registration("bob", "phone-b", [1]), at: 2000)
      #expect(bob.kind == .moved && bob.isCreated && bob.ended == [.moved])
      #expect(bob.device.number > ann.device.number)
      #expect(try await file.device("phone-a") == nil)
      let ended = try await file.read { try DeviceStore.ended("phone-a", application: "chat", in: $0) }
      #expect(ended?.state == .gone(at: 2000, .moved))
      #expect(ended?.token == [])
      #expect(try await file.withdrawals() == [ann.device.number])
    }
  }

  /// What is queued for the token that a device had must not reach who has the token now.
  @Test func aFormerTokenOfAnotherUserIsWithdrawnFrom() async throws {
    try await RegistryFolder.withFile { file in
      let first = try await file.register(Registration("ann", "phone-a", [1]))
      let second = try await file.register(Registration("ann", "phone-a", [2]))
      #expect(second.device.number == first.device.number)
      #expect(try await file.withdrawals() == [])
      _ = try await file.register(Registration("bob", "phone-b", [1]))
      #expect(try await file.withdrawals() == [first.device.number])
      // Her device goes on under a number of its own.
      let ann = try await file.device("phone-a")
      #expect(
        ann?.token == [2] && ann?.state == .active && ann.map { $0.number > second.device.number } == true)
      // Back again, and once only.
      _ = try await file.register(Registration("ann", "phone-a", [3]))
      _ = try await file.register(Registration("ann", "phone-a", [2]))
      _ = try await file.register(Registration("ann", "phone-a", [3]))
      #expect(try await file.withdrawals() == [first.device.number])
    }
  }

  @Test func aDeviceOfAnotherUserIsAnotherRegistration() async throws {
    try await RegistryFolder.withFile { file in
      let ann = try await file.register(Registration("ann", "phone", [1]))
      // Logout and login: the app keeps its token.
      let bob = try await file.register(Registration("bob", "phone", [1]), at: 2000)
      #expect(bob.kind == .moved && bob.isCreated && bob.ended == [.replaced])
      #expect(bob.device.number > ann.device.number && bob.device.user == "bob")
      #expect(try await file.withdrawals() == [ann.device.number])
      let devices = try await file.read {
        try DeviceStore.devices(of: ["ann", "bob"], application: "chat", in: $0)
      }
      #expect(devices == [bob.device])
    }
  }

  @Test func aRegistrationMayEndTwoOthers() async throws {
    try await RegistryFolder.withFile { file in
      let ann = try await file.register(Registration("ann", "phone-a", [1]))
      let bob = try await file.register(Registration("bob", "phone-b", [2]))
      let cid = try await file.register(Registration("cid", "phone-a", [2]))
      #expect(cid.ended == [.moved, .replaced])
      #expect(try await file.withdrawals() == [ann.device.number, bob.device.number])
    }
  }

  @Test func applicationsAreApart() async throws {
    try await RegistryFolder.withFile { file in
      let chat = try await file.register(Registration("ann", "phone", [1]))
      let mail = try await file.register(Registration("ann", "phone", [1], application: "mail"))
      #expect(chat.kind == .new && mail.kind == .new)
      let devices = try await file.read { try DeviceStore.devices(of: ["ann"], application: "mail", in: $0) }
      #expect(devices == [mail.device])
    }
  }

  @Test func findsTheDevicesOfManyUsersInOneQuery() async throws {
    try await RegistryFolder.withFile { file in
      let users = (0..<500).map { "user \($0) \"quoted\" 你好 \u{1F600}" }
      for (index, user) in users.enumerated() {
        for device in 0..<(index % 4) {
          _ = try await file.register(
            Registration(user, "\(index)-\(device)", [UInt8(index / 256), UInt8(index % 256), UInt8(device)]))
        }
      }
      let devices = try await file.read {
        try DeviceStore.devices(of: users + ["nobody"], application: "chat", in: $0)
      }
      #expect(devices.count == 125 * 6)
      #expect(devices.map(\.number) == devices.map(\.number).sorted())
      #expect(try await file.read { try DeviceStore.devices(of: [], application: "chat", in: $0) }.isEmpty)
      let plan = try await file.read { database in
        try String.fetchAll(
          database,
          sql: """
            EXPLAIN QUERY PLAN SELECT number FROM device WHERE state < 3 AND application = 'chat' \
            AND user IN (SELECT value FROM json_each('[]')) ORDER BY number
            """, adapter: SuffixRowAdapter(fromIndex: 3))
      }
      #expect(plan.contains { $0.contains("device_user (application=? AND user=?)") })
    }
  }

  @Test func countsBadges() async throws {
    try await RegistryFolder.withFile { file in
      let number = try await file.register(Registration("ann", "phone", [1])).device.number
      let counted = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<50 {
          group.addTask { try await file.write { try DeviceStore.countBadge(number, in: $0) } }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(counted.sorted() == Array(1...50))
      // A registration at each start of the app does not set the number back.
      #expect(try await file.register(Registration("ann", "phone", [1])).device.badge == 50)
      let set = try await file.write {
        try DeviceStore.setBadge(
          DeviceStore.badgeLimit, of: "phone", application: "chat", at: 2000, in: $0)
      }
      #expect(set?.badge == DeviceStore.badgeLimit)
      #expect(try await file.write { try DeviceStore.countBadge(number, in: $0) } == DeviceStore.badgeLimit)
      #expect(try await file.write { try DeviceStore.countBadge(999, in: $0) } == 0)
    }
  }

  @Test func numbersAreNeverGivenAgain() async throws {
    try await RegistryFolder.withPath { path in
      var numbers: Set<Int64> = []
      for round in 0..<5 {
        let file = try RegistryFile(path, [DeviceTables.register])
        let number = try await file.register(Registration("ann", "phone", [1])).device.number
        #expect(numbers.insert(number).inserted, "\(round)")
        _ = try await file.write { try DeviceStore.removeUser("ann", application: "chat", in: $0) }
      }
    }
  }

  @Test func theRemovalOfAUserLeavesNothing() async throws {
    try await RegistryFolder.withFile { file in
      _ = try await file.register(Registration("ann", "phone", [1]))
      _ = try await file.register(Registration("ann", "tablet", [2]))
      _ = try await file.write { try DeviceStore.remove("tablet", application: "chat", at: 1, in: $0) }
      _ = try await file.register(Registration("bob", "phone-b", [3]))
      #expect(try await file.write { try DeviceStore.removeUser("ann", application: "chat", in: $0) } == 1)
      let users = try await file.read { try String.fetchAll($0, sql: "SELECT user FROM device") }
      #expect(users == ["bob"])
      #expect(try await file.write { try DeviceStore.removeUser("ann", application: "chat", in: $0) } == 0)
    }
  }

  @Test func whoHasLoggedOutGoesOnUnderAnotherNumber() async throws {
    try await RegistryFolder.withFile { file in
      let ann = try await file.register(Registration("ann", "phone", [1])).device
      let logOut: @Sendable (String) async throws -> Bool = { user in
        try await file.write {
          try DeviceStore.setLoggedOut("phone", of: user, application: "chat", at: 2000, in: $0)
        }
      }
      #expect(try await !logOut("bob"))
      #expect(try await logOut("ann"))
      let out = try #require(try await file.device("phone"))
      #expect(out.state == .loggedOut(since: 2000) && out.number > ann.number && out.token == [1])
      #expect(try await file.withdrawals() == [ann.number])
      #expect(try await logOut("ann"))
      #expect(try await file.device("phone") == out)
      let logIn: @Sendable () async throws -> Bool = {
        try await file.write {
          try DeviceStore.setLoggedIn("phone", of: "ann", application: "chat", at: 3000, in: $0)
        }
      }
      #expect(try await logIn())
      #expect(try await !logIn())
      let back = try #require(try await file.device("phone"))
      #expect(back.state == .active && back.number == out.number)
    }
  }

  @Test func countsDevicesByStateAndSweepsThoseThatAreGone() async throws {
    try await RegistryFolder.withFile { file in
      for index in 0..<10 { _ = try await file.register(Registration("ann", "\(index)", [UInt8(index)])) }
      for index in 0..<3 {
        _ = try await file.write {
          try DeviceStore.remove("\(index)", application: "chat", at: Int64(index), in: $0)
        }
      }
      _ = try await file.write {
        try DeviceStore.setLoggedOut("9", of: "ann", application: "chat", at: 5, in: $0)
      }
      let counts = try await file.read { try DeviceStore.counts(in: $0) }
      #expect(counts == ["chat": [.active: 6, .loggedOut: 1]])
      #expect(try await file.write { try DeviceStore.sweep(before: 2, in: $0) } == 2)
      #expect(try await file.read { try DeviceStore.ended("1", application: "chat", in: $0) } == nil)
      #expect(try await file.read { try DeviceStore.ended("2", application: "chat", in: $0) } != nil)
    }
  }
}
