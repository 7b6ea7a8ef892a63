import Delivery
import NotificationModel
import PrometheusMetrics
import Registry
import Synchronization
import Testing

/// The answers of APNs about tokens, and their devices after them.
struct DeviceFeedbackTests {
  /// A feedback whose application is `chat`, with its log.
  private final class Bench: Sendable {
    let metrics = MetricRegistry()
    let feedback: DeviceFeedback

    init(_ file: RegistryFile) {
      let clock = Clock()
      self.clock = clock
      let (log, recalled) = (LogBox(), LogBox())
      (logBox, recallBox) = (log, recalled)
      let withdrawals = Withdrawals(file) { _ in
        "com.example.chat"
      } recall: { names in
        recalled.add(names)
        return true
      }
      feedback = DeviceFeedback(
        file, withdrawals, DeviceMetrics(metrics, applications: ["chat"]), clock: { clock.now },
        application: { topic, environment in
          topic == "com.example.chat" && environment == .production ? "chat" : nil
        }, tell: { log.add([$0]) })
    }

    let clock: Clock
    private let logBox: LogBox
    private let recallBox: LogBox
    var sentences: [String] { logBox.texts }
    var names: [String] { recallBox.texts }

    func refuse(_ token: [UInt8], _ cause: TokenRefusal.Cause, at now: Int64 = 1_000_000) async {
      await feedback.carryOut(
        TokenRefusal(token: token, topic: "com.example.chat", environment: .production, cause: cause), "chat",
        now)
    }

    func line(_ start: String) -> String? {
      metrics.text(.prometheus).split(separator: "\n").first { $0.hasPrefix(start) }.map { String($0) }
    }
  }

  private final class Clock: Sendable {
    private let time = Mutex<Int64>(1_000_000)
    var now: Int64 { time.withLock { $0 } }
    func set(_ now: Int64) { time.withLock { $0 = now } }
  }

  private final class LogBox: Sendable {
    private let content = Mutex<[String]>([])
    func add(_ texts: [String]) { content.withLock { $0 += texts } }
    var texts: [String] { content.withLock { $0 } }
  }

  private static func withBench(_ body: (RegistryFile, Bench) async throws -> Void) async throws {
    try await RegistryFolder.withFile { try await body($0, Bench($0)) }
  }

  // MARK: 410

  @Test func anAppThatIsGoneEndsTheRegistrationAndWithdrawsWhatIsQueued() async throws {
    try await Self.withBench { file, bench in
      let device = try await file.register(Registration("ann", "phone", [1]), at: 1000).device
      await bench.refuse([1], .unregistered(since: 1000))
      #expect(try await file.device("phone") == nil)
      #expect(bench.names == [NotificationName.text(Device.pushName(device.number), of: "com.example.chat")])
      #expect(
        bench.line("notilua_device_registrations_ended_total{reason=\"unregistered\"}")?.hasSuffix(" 1")
          == true)
      let ended = try await file.read { try DeviceStore.ended("phone", application: "chat", in: $0) }
      #expect(ended?.state == .gone(at: 1_000_000, .unregistered))
    }
  }

  // Apple, "Handling notification responses from APNs": do not push until the device registers again, with a timestamp later
  // than that of the response.
  @Test func aDeviceThatRegisteredAgainStays() async throws {
    try await Self.withBench { file, bench in
      _ = try await file.register(Registration("ann", "phone", [1]), at: 1001)
      await bench.refuse([1], .unregistered(since: 1000))
      #expect(try await file.device("phone")?.state == .active)
    }
  }

  @Test func withoutATimestampTheTimeOfTheAnswerCounts() async throws {
    try await Self.withBench { file, bench in
      _ = try await file.register(Registration("ann", "phone", [1]), at: 2000)
      await bench.refuse([1], .unregistered(since: nil), at: 1999)
      #expect(try await file.device("phone") != nil)
      await bench.refuse([1], .unregistered(since: nil), at: 2000)
      #expect(try await file.device("phone") == nil)
    }
  }

  @Test func aTokenThatMovedIsJudgedByItsNewRegistration() async throws {
    try await Self.withBench { file, bench in
      _ = try await file.register(Registration("ann", "phone-a", [1]), at: 1000)
      _ = try await file.register(Registration("bob", "phone-b", [1]), at: 3000)
      await bench.refuse([1], .unregistered(since: 2000))
      #expect(try await file.device("phone-b")?.user == "bob")
    }
  }

  // MARK: 400

  @Test(arguments: SuspensionReason.allCases)
  func aRefusedTokenSuspendsUntilTheNextRegistration(_ reason: SuspensionReason) async throws {
    try await Self.withBench { file, bench in
      _ = try await file.register(Registration("ann", "phone", [1]), at: 1000)
      await bench.refuse([1], .refused(reason), at: 2000)
      #expect(try await file.device("phone")?.state == .suspended(since: 2000, reason))
      await bench.refuse([1], .refused(reason), at: 3000)
      #expect(try await file.device("phone")?.state == .suspended(since: 2000, reason))
      _ = try await file.register(Registration("ann", "phone", [1]), at: 4000)
      #expect(try await file.device("phone")?.state == .active)
    }
  }

  // As Parse Server's cleanup of installations removed good ones when the wrong environment's certificate was tried.
  @Test func theWrongEnvironmentSuspendsNobody() async throws {
    try await Self.withBench { file, bench in
      for index in 0..<40 {
        _ = try await file.register(Registration("user \(index)", "\(index)", [UInt8(index)]), at: 1000)
      }
      for index in 0..<30 {
        await bench.refuse([UInt8(index)], .refused(.badDeviceToken), at: 1_000_000 + Int64(index))
      }
      let counts = try await file.read { try DeviceStore.counts(in: $0) }
      #expect(counts["chat"]?[.active] == 40)
      #expect(counts["chat"]?[.suspended] ?? 0 == 0)
      #expect(bench.sentences.count == 1)
      #expect(bench.sentences.first?.contains("is 'environment' the wrong one") == true)
      #expect(bench.sentences.first?.contains("19 are active again") == true)
      #expect(bench.line("notilua_device_refusals_jump{")?.hasSuffix(" 1") == true)
    }
  }

  @Test func aJumpEndsByItselfAndIsToldOnce() async throws {
    try await Self.withBench { file, bench in
      for index in 0..<30 {
        _ = try await file.register(Registration("user \(index)", "\(index)", [UInt8(index)]), at: 1000)
        await bench.refuse([UInt8(index)], .refused(.badDeviceToken), at: 1_000_000)
      }
      bench.clock.set(1_599_999)
      bench.feedback.age()
      #expect(bench.line("notilua_device_refusals_jump{")?.hasSuffix(" 1") == true)
      bench.clock.set(1_600_000)
      bench.feedback.age()
      bench.feedback.age()
      #expect(bench.line("notilua_device_refusals_jump{")?.hasSuffix(" 0") == true)
      #expect(bench.sentences.count == 2)
      #expect(bench.sentences.last?.contains("devices are suspended as before") == true)
    }
  }

  @Test func theEndOfANotificationIsCarriedOut() async throws {
    try await Self.withBench { file, bench in
      _ = try await file.register(Registration("ann", "phone", [0xAB]), at: 1000)
      var failure = DeliveryFailure("Unregistered", "the app is gone", status: 410)
      (failure.topic, failure.environment) = ("com.example.chat", .production)
      let notification = PushNotification(ticket: 1, place: "", deviceToken: "ab", payload: [])
      bench.feedback.ended(notification, .refused(failure), attempts: 1)
      while try await file.device("phone") != nil { await Task.yield() }
      // The withdrawal follows the commit.
      while bench.names.isEmpty { await Task.yield() }
      #expect(bench.names == [NotificationName.text(Device.pushName(1), of: "com.example.chat")])
    }
  }

  @Test func devicesThatWereSuspendedLongAgoAreNotRestored() async throws {
    try await Self.withBench { file, bench in
      for index in 0..<40 {
        _ = try await file.register(Registration("user \(index)", "\(index)", [UInt8(index)]), at: 1000)
      }
      await bench.refuse([39], .refused(.badDeviceToken), at: 100_000)
      for index in 0..<30 {
        await bench.refuse([UInt8(index)], .refused(.badDeviceToken), at: 1_000_000 + Int64(index))
      }
      #expect(try await file.device("39")?.state == .suspended(since: 100_000, .badDeviceToken))
    }
  }

  @Test func whatIsNotOfAnApplicationIsLeftAlone() async throws {
    try await Self.withBench { file, bench in
      _ = try await file.register(Registration("ann", "phone", [1]), at: 1000)
      await bench.refuse([2], .unregistered(since: nil))
      await bench.refuse([], .refused(.badDeviceToken))
      #expect(try await file.device("phone")?.state == .active)
      #expect(bench.names.isEmpty)
    }
  }

  @Test func whoHasLoggedOutStaysLoggedOut() async throws {
    try await Self.withBench { file, bench in
      _ = try await file.register(Registration("ann", "phone", [1]), at: 1000)
      _ = try await file.write {
        try DeviceStore.setLoggedOut("phone", of: "ann", application: "chat", at: 2000, in: $0)
      }
      await bench.refuse([1], .refused(.badDeviceToken))
      #expect(try await file.device("phone")?.state == .loggedOut(since: 2000))
      await bench.refuse([1], .unregistered(since: nil))
      #expect(try await file.device("phone") == nil)
    }
  }
}
