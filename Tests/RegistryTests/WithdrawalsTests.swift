import NotificationModel
import Registry
import Synchronization
import Testing

/// The queued pushes of registrations that have ended.
struct WithdrawalsTests {
  private static func end(_ count: Int, _ file: RegistryFile) async throws {
    try await file.write { database in
      for index in 0..<count {
        let token = [UInt8(index >> 8), UInt8(index & 255)]
        _ = try DeviceStore.register(Registration("ann", "\(index)", token), at: 1, in: database)
        _ = try DeviceStore.remove("\(index)", application: "chat", at: 2, in: database)
      }
    }
  }

  @Test func areWithdrawnByTheNameOfTheRegistrationInItsApp() async throws {
    try await RegistryFolder.withFile { file in
      try await Self.end(2500, file)
      let names = Mutex<[String]>([])
      let withdrawals = Withdrawals(file) {
        $0 == "chat" ? "com.example.chat" : nil
      } recall: { some in
        names.withLock { $0 += some }
        return true
      }
      #expect(try await withdrawals.run())
      let all = names.withLock { $0 }
      #expect(
        Set(all) == Set((1...2500).map { NotificationName.text(Device.pushName($0), of: "com.example.chat") })
      )
      #expect(all.count == 2500)
      #expect(try await file.withdrawals() == [])
    }
  }

  @Test func waitForTheNextStartWhereTheQueueHasEnded() async throws {
    try await RegistryFolder.withFile { file in
      try await Self.end(3, file)
      #expect(
        try await !Withdrawals(file) { _ in
          "com.example.chat"
        } recall: { _ in
          false
        }.run())
      #expect(try await file.withdrawals() == [1, 2, 3])
    }
  }

  @Test func areForgottenWhereTheApplicationIsNoMore() async throws {
    try await RegistryFolder.withFile { file in
      try await Self.end(3, file)
      let isAsked = Mutex(false)
      let withdrawals = Withdrawals(file) { _ in
        nil
      } recall: { _ in
        isAsked.withLock { $0 = true }
        return true
      }
      #expect(try await withdrawals.run())
      #expect(!isAsked.withLock { $0 })
      #expect(try await file.withdrawals() == [])
    }
  }
}
