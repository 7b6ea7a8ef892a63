import Delivery
import EventLoop
import GRDB
import NotificationModel
import Synchronization

/// The answers of APNs about device tokens, carried out in the registry.
///
/// A run's thread reports the ends of notifications and does not wait. What is lost with the process comes again with the next
/// push to the device.
package final class DeviceFeedback: RunObserver, Sendable {
  /// The most refusals that wait for the disk; those beyond come again with the next push.
  private static let limit = 100_000

  private struct State {
    var windows: [String: RefusalWindow] = [:]
    var waiting = 0
  }

  private let file: RegistryFile
  private let application: @Sendable (_ topic: String, _ environment: PushEnvironment) -> String?
  private let withdrawals: Withdrawals
  private let metrics: DeviceMetrics
  private let clock: @Sendable () -> Int64
  private let tell: @Sendable (String) -> Void
  private let state = Mutex(State())

  /// Makes the feedback of a registry.
  ///
  /// - Parameters:
  ///   - application: the key of the application of a topic in an environment.
  ///   - clock: milliseconds since 1970.
  ///   - tell: given a sentence for the log.
  package init(
    _ file: RegistryFile, _ withdrawals: Withdrawals, _ metrics: DeviceMetrics,
    clock: @escaping @Sendable () -> Int64 = { Timestamp.now },
    application: @escaping @Sendable (_ topic: String, _ environment: PushEnvironment) -> String?,
    tell: @escaping @Sendable (String) -> Void
  ) {
    (self.file, self.withdrawals, self.metrics) = (file, withdrawals, metrics)
    (self.clock, self.application, self.tell) = (clock, application, tell)
  }

  // MARK: RunObserver

  /// Takes what the end of a notification says of its device token.
  package func ended(_ notification: PushNotification, _ end: DeliveryEnd, attempts: Int) {
    guard let refusal = TokenRefusal(notification, end),
      let application = application(refusal.topic, refusal.environment), beginsWaiting()
    else { return }
    let now = clock()
    Task {
      await carryOut(refusal, application, now)
      state.withLock { $0.waiting -= 1 }
    }
  }

  // What comes before the end says nothing of a token.

  package func passed(_ push: Push, outcome: UnsafeRawBufferPointer, isOver: Bool) {}
  package func accepted(_ notification: PushNotification) {}
  package func attempted(_ notification: PushNotification, _ why: DeliveryFailure) {}
  package func recalled(_ names: [String]) {}
  package func tookBack(_ notification: PushNotification, _ word: String) {}

  // MARK: Refusals

  private func beginsWaiting() -> Bool {
    state.withLock { state in
      guard state.waiting < Self.limit else { return false }
      state.waiting += 1
      return true
    }
  }

  /// Carries out one refusal.
  package func carryOut(_ refusal: TokenRefusal, _ application: String, _ now: Int64) async {
    do {
      let (effect, isJump) = try await file.write { [self] database in
        try state.withLock { state in
          let wasJump = state.windows[application]?.isJump ?? false
          let effect = try DeviceStore.refuse(
            refusal, of: application, &state.windows[application, default: RefusalWindow()], at: now,
            in: database)
          let isJump = state.windows[application]?.isJump ?? false
          return (effect, isJump == wasJump ? nil : isJump)
        }
      }
      if let isJump { metrics.setJump(isJump, of: application) }
      report(effect, isJump, application)
      guard effect == .removed else { return }
      metrics.count(.unregistered)
      _ = try await withdrawals.run()
    } catch {
      tell(
        "\(error); what APNs said of a device token is not noted, and comes again with the next push to it")
    }
  }

  /// Ends the jumps behind which few tokens were refused.
  package func age() {
    let now = clock()
    let ended = state.withLock { state in
      state.windows.keys.filter { application in
        let wasJump = state.windows[application]?.isJump ?? false
        state.windows[application]?.age(at: now)
        return wasJump && state.windows[application]?.isJump == false
      }
    }
    for application in ended {
      metrics.setJump(false, of: application)
      report(.none, false, application)
    }
  }

  private func report(_ effect: RefusalEffect, _ isJump: Bool?, _ application: String) {
    if case .restored(let count) = effect {
      return tell(
        "application '\(application)': APNs refuses the tokens of many devices; is 'environment' the wrong one, or the"
          + " credential another app's? No device is suspended until that ends, and \(count) are active again"
      )
    }
    if isJump == false {
      tell("application '\(application)': APNs refuses few tokens again; devices are suspended as before")
    }
  }
}
