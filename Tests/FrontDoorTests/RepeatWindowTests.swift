import APNsProtocol
import FrontDoor
import NotificationModel
import Testing

/// The memory of pushes, compared with a dictionary.
struct RepeatWindowTests {
  private typealias Window = RepeatWindow<Int>

  private static let second: Int64 = 1_000_000_000

  private static func identity(_ number: Int) -> RepeatIdentity {
    // The low half alone chooses places: a few of them collide on purpose.
    RepeatIdentity(high: UInt64(number), low: UInt64(number % 61) &* 0x9E37_79B9_7F4A_7C15)
  }

  @Test func aRepeatJoinsWhatIsInFlight() {
    var window = Window(.seconds(60))
    let (first, other) = (Self.identity(1), Self.identity(2))
    #expect(window.arrive(first, 1, at: 0) == .first)
    #expect(window.arrive(first, 2, at: 1) == .joined)
    #expect(window.arrive(first, 3, at: 2) == .joined)
    #expect(window.arrive(other, 4, at: 3) == .first)
    window.leave(first, 2)
    window.leave(other, 2)
    #expect(window.answer(first, .accepted) == [3])
    #expect(window.arrive(first, 5, at: 4) == .answered(.accepted))
    // A second answer changes nothing.
    #expect(window.answer(first, .withdrawn).isEmpty)
    #expect(window.arrive(first, 6, at: 5) == .answered(.accepted))
    #expect(window.answer(other, .dropped).isEmpty)
    #expect(window.arrive(other, 7, at: 6) == .answered(.dropped))
  }

  @Test func whatIsForgottenIsNewAgain() {
    var window = Window(.seconds(60))
    let first = Self.identity(1)
    #expect(window.arrive(first, 1, at: 0) == .first)
    #expect(window.arrive(first, 2, at: 0) == .joined)
    #expect(window.forget(first) == [2])
    #expect(window.forget(first).isEmpty)
    #expect(window.arrive(first, 3, at: 0) == .first)
    _ = window.answer(first, .accepted)
    // An answer was given: it stands.
    #expect(window.forget(first).isEmpty)
    #expect(window.arrive(first, 4, at: 0) == .answered(.accepted))
    #expect(window.answer(Self.identity(2), .accepted).isEmpty)
  }

  @Test func aPushIsRememberedForTheWindow() {
    var window = Window(.seconds(60))
    let first = Self.identity(1)
    #expect(window.arrive(first, 1, at: 5) == .first)
    _ = window.answer(first, .delivered)
    #expect(window.arrive(first, 2, at: 60 * Self.second + 4) == .answered(.delivered))
    #expect(window.arrive(first, 3, at: 60 * Self.second + 5) == .first)
    // An answer to what the window has forgotten still goes to who joined.
    #expect(window.arrive(first, 4, at: 61 * Self.second) == .joined)
    window.expire(at: 1000 * Self.second)
    #expect(window.count == 0)
    #expect(window.answer(first, .delivered) == [4])
    #expect(window.arrive(first, 5, at: 1000 * Self.second) == .first)
  }

  @Test func theClockMayJump() {
    var window = Window(.seconds(60))
    #expect(window.arrive(Self.identity(1), 1, at: 100 * Self.second) == .first)
    // Back: nothing is forgotten, and what is new lives from the time before.
    #expect(window.arrive(Self.identity(1), 1, at: 0) == .joined)
    #expect(window.arrive(Self.identity(2), 1, at: .min) == .first)
    #expect(window.arrive(Self.identity(2), 1, at: 159 * Self.second) == .joined)
    // Far ahead: everything is.
    #expect(window.arrive(Self.identity(2), 1, at: .max - 1) == .first)
    #expect(window.count == 1)
  }

  /// What must be remembered is, and what must not is not; in between is the length of a batch, 1/1024 of the window.
  @Test(arguments: [1, 2, 3, 4]) func behavesAsADictionary(_ seed: UInt64) {
    struct Known {
      var time: Int64
      var answer: DoorAnswer?
      var waiters: [Int] = []
    }
    var random = RandomSource(seed: seed)
    let span = Int64(1024)
    var window = Window(.nanoseconds(span))
    var known: [Int: Known] = [:]
    var now: Int64 = 0
    for step in 0..<60_000 {
      now += Int64.random(in: 0...12, using: &random) == 0 ? Int64.random(in: 0...400, using: &random) : 0
      let number = Int.random(in: 0..<300, using: &random)
      let identity = Self.identity(number)
      let age = known[number].map { now - $0.time }
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<6:
        let arrival = window.arrive(identity, step, at: now)
        // A batch is of one nanosecond here.
        if let age, age < span, let old = known[number] {
          if let answer = old.answer {
            #expect(arrival == .answered(answer))
          } else {
            #expect(arrival == .joined)
            known[number]?.waiters.append(step)
          }
        } else {
          #expect(arrival == .first)
          known[number] = Known(
            time: now, waiters: known[number]?.answer == nil ? known[number]?.waiters ?? [] : [])
        }
      case 6..<8:
        let answer =
          [
            .accepted, .delivered, .withdrawn, .dropped,
            .refused(Refusal("Unregistered", timestamp: Int64(step))),
          ][step % 5] as DoorAnswer
        let waiters = window.answer(identity, answer)
        guard var old = known[number], old.answer == nil else {
          #expect(waiters.isEmpty)
          continue
        }
        #expect(waiters == old.waiters)
        old.answer = answer
        old.waiters = []
        known[number] = old
      case 8:
        let waiters = window.forget(identity)
        guard let old = known[number], old.answer == nil else {
          #expect(waiters.isEmpty)
          continue
        }
        #expect(waiters == old.waiters)
        known[number] = nil
      default:
        guard let waiter = known[number]?.waiters.randomElement(using: &random) else { continue }
        window.leave(identity, waiter)
        known[number]?.waiters.removeAll { $0 == waiter }
      }
      #expect(window.length(at: now) == .nanoseconds(span))
    }
  }

  @Test func theOldestGoFirst() {
    var window = Window(.seconds(3600), limit: 1000)
    for number in 0..<1000 {
      #expect(window.arrive(Self.identity(number), 0, at: Int64(number) * Self.second) == .first)
    }
    #expect(window.count == 1000 && window.length(at: 999 * Self.second) == .seconds(3600))
    #expect(window.arrive(Self.identity(1000), 0, at: 1000 * Self.second) == .first)
    #expect(window.count == 1000)
    // The first one is out, and with it the time before.
    #expect(window.length(at: 1000 * Self.second) <= .seconds(1000))
    #expect(window.arrive(Self.identity(1), 0, at: 1000 * Self.second) == .joined)
    #expect(window.arrive(Self.identity(0), 0, at: 1000 * Self.second) == .first)
    #expect(window.arrive(Self.identity(1), 0, at: 1000 * Self.second) == .first)
    // With time the window is as long as it is meant to be.
    window.expire(at: 10_000 * Self.second)
    #expect(window.count == 0 && window.length(at: 10_000 * Self.second) == .seconds(3600))
  }

  @Test func aMillionTakeLessThan64MiB() {
    var window = Window(.seconds(3600))
    var random = RandomSource(seed: 1)
    var first: RepeatIdentity?
    for number in 0...Window.limit {
      let identity = RepeatIdentity(high: random.next(), low: random.next())
      first = first ?? identity
      #expect(window.arrive(identity, 0, at: Int64(number)) == .first)
      _ = window.answer(identity, number.isMultiple(of: 2) ? .accepted : .delivered)
    }
    #expect(window.count == Window.limit)
    #expect(window.byteCount <= 64 << 20)
    print("1,000,000 pushes in \(window.byteCount) bytes")
    // 1,000,001 came: the first one is new again.
    if let first { #expect(window.arrive(first, 0, at: Int64(Window.limit) + 1) == .first) }
  }

  private static func gone(_ time: Int64?) -> DoorAnswer {
    .refused(Refusal("Unregistered", timestamp: time))
  }

  /// Each push may have an answer of its own, and they do not fill the memory.
  @Test func answersThatAllDifferAreCutShort() {
    var window = Window(.seconds(3600))
    for number in 0..<20_000 {
      _ = window.arrive(Self.identity(number), 0, at: 0)
      _ = window.answer(Self.identity(number), Self.gone(Int64(number)))
    }
    #expect(window.arrive(Self.identity(0), 0, at: 0) == .answered(Self.gone(0)))
    #expect(window.arrive(Self.identity(19_999), 0, at: 0) == .answered(Self.gone(nil)))
    // Once the old ones are gone there is room again.
    window.expire(at: 4000 * Self.second)
    _ = window.arrive(Self.identity(1), 0, at: 4000 * Self.second)
    _ = window.answer(Self.identity(1), Self.gone(1))
    #expect(
      window.arrive(Self.identity(1), 0, at: 4000 * Self.second) == .answered(Self.gone(1)))
  }

  @Test func aCommitIsRestored() {
    let bytes = { (numbers: [Int]) in numbers.flatMap { Self.identity($0).bytes } }
    var window = Window(.seconds(60))
    window.restore(bytes([1, 2]), .accepted, committedAt: -50 * Self.second, at: 0)
    // One of them again, and a part of one, as a damaged file may have it.
    window.restore(bytes([1, 5]) + [1, 2, 3], .accepted, committedAt: -45 * Self.second, at: 0)
    // From a clock that was ahead, and from too long ago.
    window.restore(bytes([3]), .withdrawn, committedAt: Self.second, at: 0)
    window.restore(bytes([4]), .accepted, committedAt: -60 * Self.second, at: 0)
    window.restore([], .accepted, committedAt: 0, at: 0)
    #expect(window.count == 4)
    #expect(window.arrive(Self.identity(1), 0, at: 0) == .answered(.accepted))
    #expect(window.arrive(Self.identity(2), 0, at: 0) == .answered(.accepted))
    #expect(window.arrive(Self.identity(3), 0, at: 0) == .answered(.withdrawn))
    #expect(window.arrive(Self.identity(4), 0, at: 0) == .first)
    #expect(window.arrive(Self.identity(2), 0, at: 10 * Self.second) == .first)
    #expect(window.arrive(Self.identity(5), 0, at: 14 * Self.second) == .answered(.accepted))
    #expect(window.arrive(Self.identity(3), 0, at: 59 * Self.second) == .answered(.withdrawn))
  }
}
