import Applications
import Composition
import Foundation
import Messaging
import Muting
import Presence
import PrometheusMetrics
import PushExtras
import Registry
import Synchronization

/// Messages to many users, from the request to the commit, and on to a run that takes everything.
struct Messages {
  /// A run that takes everything.
  private final class Run: PushTaker {
    let count = Atomic(0)

    func take(_ pushes: [MessagePush]) async -> [PushResult] {
      count.add(pushes.count, ordering: .relaxed)
      return pushes.map { _ in .taken }
    }

    func withdraw(_ names: [String], of bundleID: String) async -> Bool { true }
  }

  /// The messages that are sent.
  static let count = 20
  /// The recipients of each.
  static let recipients = 500

  private let desk: MessageDesk
  private let application: Application
  private let run = Run()

  init(_ file: RegistryFile) throws {
    application = Application(key: "chat", bundleID: "com.example.chat")
    let parts = MessageDesk.Parts(
      file: file, presence: PresenceBook(), muting: Muting(MuteZones([])), rule: .allDevices,
      applications: try ApplicationTable([application]),
      composers: ComposerShelf([:], other: try MessageTexts()), taker: run,
      metrics: MessageMetrics(MetricRegistry(), applications: ["chat"])
    ) { print($0) }
    desk = MessageDesk(parts)
  }

  /// Sends messages one by one; returns the devices of one, the median and the longest time in seconds to the commit, and the
  /// pushes of a second behind it.
  func send(_ userCount: Int) async throws -> (devices: Int, median: Double, longest: Double, rate: Int) {
    var (devices, times) = (0, [Double]())
    for number in 0..<Self.count {
      var message = Message(
        id: "m\(number)", objectName: "RC:TxtMsg", sender: .init(id: "ann", name: "Ann"),
        channel: .init(type: .group, targetID: "g", targetName: "Group"))
      message.content.text = "Hello, this is a text of some length, as people write it."
      let users = (0..<Self.recipients).map { "user-\((number * 7919 + $0) % userCount)" }
      let request = MessageRequest(message: message, recipients: users)
      times.append(
        try await seconds {
          devices = try await desk.accept([request], of: application)[0].get().decisions.count
        })
    }
    let time = try await seconds {
      while true {
        if case .idle = try await desk.round() { break }
      }
    }
    times.sort()
    let rate = Double(run.count.load(ordering: .relaxed)) / time
    return (devices, times[times.count / 2], times[times.count - 1], Int(rate))
  }
}
