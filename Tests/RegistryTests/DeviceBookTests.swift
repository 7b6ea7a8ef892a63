import Foundation
import NotificationModel
import PrometheusMetrics
import Registry
import Synchronization
import Testing

/// The devices of a service: concurrent changes, users, import.
struct DeviceBookTests {
  private final class Parts: UserParts, Sendable {
    let users = Mutex<[String]>([])

    func forget(_ user: String, application: String) async throws(RegistryError) {
      users.withLock { $0.append("\(application)/\(user)") }
    }
  }

  private static func withBook(
    at now: Int64 = 1000, _ body: (RegistryFile, DeviceBook) async throws -> Void
  ) async throws {
    try await RegistryFolder.withFile { file in
      try await body(file, book(file, at: now))
    }
  }

  private static func book(_ file: RegistryFile, at now: Int64) -> DeviceBook {
    DeviceBook(
      file,
      Withdrawals(file) { _ in
        "com.example.chat"
      } recall: { _ in
        true
      },
      DeviceMetrics(MetricRegistry(), applications: ["chat"]), keepsGoneFor: .seconds(1), clock: { now })
  }

  // As Action Push Native and Polar had two rows of one token, or a failure, where an app sent it twice at once.
  @Test func aDeviceThatRegistersManyTimesAtOnceIsThereOnce() async throws {
    try await Self.withBook { file, book in
      let numbers = try await withThrowingTaskGroup(of: Int64.self) { group in
        for _ in 0..<64 {
          group.addTask { try await book.register(Registration("ann", "phone", [1])).device.number }
        }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(numbers.count == 1)
      #expect(try await book.devices(of: "ann", application: "chat").count == 1)
      #expect(try await file.withdrawals() == [])
    }
  }

  // As Parse Server pushed to a phone once for each time that its app had been installed.
  @Test func anAppThatIsInstalledAgainGetsOnePush() async throws {
    try await Self.withBook { _, book in
      for installation in 1...3 {
        _ = try await book.register(Registration("ann", "installation \(installation)", [1]))
      }
      #expect(try await book.devices(of: "ann", application: "chat").map(\.name) == ["installation 3"])
    }
  }

  // As a phone whose user had changed went on to show the former user's messages (Parse Server's adapter).
  @Test func aPhoneThatChangesHandsIsTheNewUsersAlone() async throws {
    try await Self.withBook { _, book in
      _ = try await book.register(Registration("ann", "installation 1", [1]))
      _ = try await book.register(Registration("bob", "installation 2", [1]))
      #expect(try await book.devices(of: "ann", application: "chat").isEmpty)
      #expect(try await book.devices(of: "bob", application: "chat").count == 1)
    }
  }

  @Test func aTokenIsExchanged() async throws {
    try await Self.withBook { _, book in
      var registration = Registration("ann", "phone", [1])
      registration.locales = ["it"]
      registration.badge = 4
      let first = try await book.register(registration)
      let second = try await book.setToken([2], of: "phone", application: "chat")
      #expect(second?.device.token == [2] && second?.device.locales == ["it"] && second?.device.badge == 4)
      #expect(second?.device.number == first.device.number)
      #expect(try await book.setToken([3], of: "nothing", application: "chat") == nil)
    }
  }

  /// An app has its token when it starts, also while nobody is logged in.
  @Test func aTokenLogsNobodyIn() async throws {
    try await Self.withBook { file, book in
      _ = try await book.register(Registration("ann", "phone", [1]))
      _ = try await file.write {
        try DeviceStore.setLoggedOut("phone", of: "ann", application: "chat", at: 2000, in: $0)
      }
      let exchanged = try await book.setToken([2], of: "phone", application: "chat")
      #expect(exchanged?.device.token == [2])
      #expect(exchanged?.device.state.word == "logged_out")
      // A registration does.
      #expect(try await book.register(Registration("ann", "phone", [2])).device.state == .active)
    }
  }

  @Test func theRemovalOfAUserTakesTheOtherPartsAlong() async throws {
    try await Self.withBook { file, book in
      _ = try await book.register(Registration("ann", "phone", [1]))
      let parts = Parts()
      #expect(try await book.removeUser("ann", application: "chat", [parts]) == 1)
      #expect(parts.users.withLock { $0 } == ["chat/ann"])
      #expect(try await book.find("phone", application: "chat") == .none)
      #expect(try await file.withdrawals() == [])
    }
  }

  @Test func anImportKeepsWhatIsNewer() async throws {
    try await RegistryFolder.withFile { file in
      let book = Self.book(file, at: 5000)
      _ = try await Self.book(file, at: 3000).register(Registration("ann", "phone", [1]))
      var older = ImportedDevice(Registration("bob", "phone", [2]))
      older.registeredAt = 2999
      // The token counts as the device does.
      var thief = ImportedDevice(Registration("bob", "other", [1]))
      thief.registeredAt = 2999
      var same = ImportedDevice(Registration("ann", "phone", [3]))
      same.registeredAt = 3000
      var future = ImportedDevice(Registration("cid", "cid-phone", [4]))
      future.registeredAt = 9000
      future.state = .loggedOut
      var suspended = ImportedDevice(Registration("cid", "cid-pad", [5]))
      suspended.state = .suspended
      let results = try await book.importing([older, thief, same, future, suspended])
      #expect(results[0] == .kept && results[1] == .kept)
      let devices = try await book.devices(of: ["chat"], after: 0, limit: 10)
      #expect(devices.map(\.name) == ["phone", "cid-phone", "cid-pad"])
      #expect(devices.map(\.token) == [[3], [4], [5]])
      #expect(devices.map(\.registeredAt) == [3000, 5000, 5000])
      #expect(devices.map(\.state.word) == ["active", "logged_out", "suspended"])
    }
  }

  @Test func anExportGoesOnBehindANumber() async throws {
    try await Self.withBook { _, book in
      for index in 0..<5 { _ = try await book.register(Registration("ann", "\(index)", [UInt8(index)])) }
      _ = try await book.register(Registration("ann", "mail", [9], application: "mail"))
      _ = try await book.remove("1", application: "chat")
      let first = try await book.devices(of: ["chat"], after: 0, limit: 3)
      #expect(first.map(\.name) == ["0", "2", "3"])
      let rest = try await book.devices(of: ["chat", "mail"], after: first[2].number, limit: 3)
      #expect(rest.map(\.name) == ["4", "mail"])
    }
  }

  @Test func upkeepForgetsWhatEndedLongAgoAndWithdrawsWhatIsLeft() async throws {
    try await RegistryFolder.withFile { file in
      _ = try await file.register(Registration("ann", "phone", [1]))
      _ = try await file.write { try DeviceStore.remove("phone", application: "chat", at: 1000, in: $0) }
      #expect(try await file.withdrawals() == [1])
      try await Self.book(file, at: 2000).lookAfter()
      #expect(try await file.withdrawals() == [])
      guard case .ended = try await Self.book(file, at: 2000).find("phone", application: "chat") else {
        Issue.record("it was forgotten early")
        return
      }
      try await Self.book(file, at: 2001).lookAfter()
      #expect(try await Self.book(file, at: 2001).find("phone", application: "chat") == .none)
    }
  }
}
