import Delivery
import NotificationModel
import Testing

/// Several observers of one run.
struct RunObserversTests {
  private final class Record: RunObserver {
    private(set) var words: [String] = []

    func passed(_ push: Push, outcome: UnsafeRawBufferPointer, isOver: Bool) {
      words.append("passed \(isOver)")
    }
    func accepted(_ notification: PushNotification) { words.append("accepted \(notification.ticket)") }
    func attempted(_ notification: PushNotification, _ why: DeliveryFailure) {
      words.append("attempted \(why.reason)")
    }
    func ended(_ notification: PushNotification, _ end: DeliveryEnd, attempts: Int) {
      words.append("ended \(end == .delivered) \(attempts)")
    }
    func recalled(_ names: [String]) { words.append("recalled \(names)") }
    func tookBack(_ notification: PushNotification, _ word: String) { words.append("took back \(word)") }
  }

  @Test func eachObservesEverythingInOrder() {
    let records = [Record(), Record()]
    let observers = RunObservers(records)
    let notification = PushNotification(ticket: 7, place: "", deviceToken: "ab", payload: [])
    let envelope = PushEnvelope(deviceName: nil, environment: nil, headers: [:])
    observers.passed(
      Push(notification, envelope), outcome: UnsafeRawBufferPointer(start: nil, count: 0), isOver: true)
    observers.accepted(notification)
    observers.attempted(notification, DeliveryFailure("NoAnswer", "there was none"))
    observers.ended(notification, .delivered, attempts: 2)
    observers.recalled(["m1"])
    observers.tookBack(notification, "removed")
    for record in records {
      #expect(
        record.words == [
          "passed true", "accepted 7", "attempted NoAnswer", "ended true 2", #"recalled ["m1"]"#,
          "took back removed",
        ])
    }
  }
}
