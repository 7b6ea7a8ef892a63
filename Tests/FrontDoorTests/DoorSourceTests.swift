import Delivery
import DeliveryTesting
import EventLoop
import FrontDoor
import Glibc
import HTTP2Transport
import NotificationModel
import Testing

/// Pushes of other threads come as batches of one app, in order, and each has one answer.
struct DoorSourceTests {
  /// A source on a loop with a clock that a test moves.
  private final class Sample {
    private final class Clock { var time: Int64 = 1_000_000_000 }

    private let clock = Clock()
    private let reactor: Reactor
    let source: DoorSource
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 8)
    private(set) var answers: [UInt64: DoorAnswer] = [:]
    private(set) var expired: [UInt64: Bool] = [:]
    var time: Int64 {
      get { clock.time }
      set { clock.time = newValue }
    }

    init() throws {
      reactor = try Reactor { [clock] in clock.time }
      source = try DoorSource(on: reactor)
      source.answered = { [unowned self] in for (number, answer) in $0 { answers[number] = answer } }
      source.expired = { [unowned self] in expired[$0] = $1 }
    }

    deinit { memory.deallocate() }

    func put(_ number: UInt64, topic: String = "com.example.app", due: Int64 = .max) throws {
      let push = try MemoryPushes.push("m\(number)", topic: topic, payload: #"{"aps":{}}"#)
      source.entrance(DoorPush(push, number: number, due: due))
    }

    func fill(most: Int = 100) -> SourceProgress {
      source.begin(memory)
      return source.fill(memory, most: most)
    }

    func turn() { reactor.turn(timeout: .zero) }
  }

  @Test func aBatchIsOfOneApp() throws {
    let sample = try Sample()
    for (number, topic) in ["a.b", "a.b.voip", "a.c", "a.b"].enumerated() {
      try sample.put(UInt64(number + 1), topic: topic)
    }
    var batches: [[String?]] = []
    while sample.fill() == .lines { batches.append(sample.source.pushes.map(\.notification.headers.topic)) }
    #expect(batches == [["a.b", "a.b.voip"], ["a.c"], ["a.b"]])
    #expect(sample.source.lines.isEmpty && sample.fill() == .nothing)
  }

  @Test func noBatchIsLargerThanAsked() throws {
    let sample = try Sample()
    for number in 1...250 { try sample.put(UInt64(number)) }
    var counts: [Int] = []
    var lines: [Int] = []
    while sample.fill(most: 100) == .lines {
      counts.append(sample.source.pushes.count)
      lines += sample.source.lines.map(\.number)
    }
    #expect(counts == [100, 100, 50])
    #expect(lines == Array(1...250))
  }

  @Test func everyFateIsAnAnswer() throws {
    let sample = try Sample()
    let gone = DeliveryFailure("Unregistered", "it is gone", status: 410)
    let later = DeliveryFailure("NoConnection", "there is none")
    let cases: [(NotificationFate, Int, String?)] = [
      (.dropped, 200, "dropped"), (.accepted, 200, "accepted"), (.ended(.delivered), 200, "delivered"),
      (.ended(.withdrawn(mayHaveArrived: false)), 200, "withdrawn"), (.ended(.expired), 200, "dropped"),
      (.ended(.refused(gone)), 410, nil), (.ended(.undelivered(later)), 503, nil), (.abandoned, 503, nil),
      (.rejected("x"), 500, nil),
    ]
    for number in 1...cases.count { try sample.put(UInt64(number)) }
    #expect(sample.fill() == .lines)
    sample.source.settle(cases.enumerated().map { LineFate($0.offset + 1, $0.element.0) })
    for (index, known) in cases.enumerated() {
      let answer = try #require(sample.answers[UInt64(index + 1)])
      #expect(answer.status == known.1)
      let outcome = answer.headers(apnsID: "x", isRepeat: false).first { $0.name == "notilua-outcome" }?.value
      #expect(outcome == known.2)
      // What may be sent again says when; nothing else does.
      let wait = answer.headers(apnsID: "x", isRepeat: false).first { $0.name == "retry-after" }
      #expect((wait != nil) == (known.1 == 503))
      #expect(answer.isFinal == (known.1 < 500))
    }
    // Each once.
    sample.source.settle([LineFate(1, .accepted)])
    #expect(sample.answers[1] == .dropped)
  }

  /// At its deadline a push is taken back from the run, or was not given to it yet.
  @Test func aDeadlineTakesBack() throws {
    let sample = try Sample()
    try sample.put(1, due: 2_000_000_000)
    try sample.put(2, due: 2_000_000_000)
    try sample.put(3, due: 3_000_000_000)
    #expect(sample.fill(most: 1) == .lines)
    sample.source.takeBack = { $0 == 1 }
    sample.turn()
    #expect(sample.expired.isEmpty)
    sample.time = 2_000_000_000
    sample.turn()
    #expect(sample.expired == [1: true, 2: true])
    // Nothing more becomes of them.
    #expect(sample.fill() == .lines && sample.source.pushes.count == 1)
    sample.source.settle([LineFate(1, .accepted)])
    #expect(sample.answers.isEmpty)
  }

  /// What cannot be taken back has its answer yet to come.
  @Test func whatIsOnItsWayIsAnsweredLater() throws {
    let sample = try Sample()
    try sample.put(1, due: 2_000_000_000)
    #expect(sample.fill() == .lines)
    sample.source.takeBack = { _ in false }
    sample.time = 2_500_000_000
    sample.turn()
    #expect(sample.expired == [1: false])
    sample.source.settle([LineFate(1, .accepted)])
    #expect(sample.answers == [1: .accepted])
  }

  @Test func theEndComesBehindWhatWasPut() throws {
    let sample = try Sample()
    try sample.put(1)
    sample.source.exit()
    #expect(sample.fill() == .lines)
    #expect(sample.fill() == .ended)
    // What comes behind the end has nobody to go to.
    try sample.put(2)
    sample.source.close()
    #expect(sample.answers[2]?.status == 503)
  }

  /// Threads put at the same time, and nothing is lost.
  @Test func manyThreadsPut() async throws {
    let sample = try Sample()
    let entrance = sample.source.entrance
    await withTaskGroup(of: Void.self) { tasks in
      for thread in 0..<4 {
        tasks.addTask {
          for number in 0..<500 {
            guard
              let push = try? MemoryPushes.push("m", payload: #"{"aps":{}}"#)
            else { return }
            entrance(DoorPush(push, number: UInt64(thread * 500 + number + 1), due: .max))
          }
        }
      }
    }
    var count = 0
    while sample.fill() == .lines { count += sample.source.pushes.count }
    #expect(count == 2000)
  }
}
