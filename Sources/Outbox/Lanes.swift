/// The lanes of the entries in the file: the state of each, and the time at which the first entry is due.
///
/// A lane is what one credential, topic or connection blocks together; what waits for itself alone has the lane `nil`.
package final class Lanes {
  /// The most lanes that are told apart; all further ones share one.
  private static let limit = 1000
  /// The shortest and the longest time between two tries of a blocked lane, in milliseconds.
  private static let delays: ClosedRange<Int64> = 5000...60_000

  /// One lane.
  package struct Lane {
    /// The state of a lane: open, or blocked until one entry gets through.
    package enum State: Equatable {
      case open
      /// One entry is tried now and then.
      case blocked(triesAt: Int64, delay: Int64)
    }

    package fileprivate(set) var state = State.open
    /// The due time from which on the file is looked through; nil for the front.
    package var from: Int64?

    /// The time at which one entry is tried, in milliseconds since 1970; nil where the lane is open.
    package var triesAt: Int64? {
      if case .blocked(let time, _) = state { time } else { nil }
    }

    /// Begins a look at what the lane has.
    ///
    /// - Returns: how many may be taken of `most`.
    fileprivate mutating func begin(_ most: Int, _ wall: Int64) -> Int {
      guard case .blocked(let triesAt, let delay) = state else { return most }
      guard triesAt <= wall else { return 0 }
      state = .blocked(triesAt: wall + delay, delay: min(delay * 2, Lanes.delays.upperBound))
      return 1
    }

    fileprivate mutating func block(_ wall: Int64) {
      // Many that were under way together are one incident.
      if case .blocked(let triesAt, _) = state, triesAt > wall { return }
      var longer = Lanes.delays.lowerBound
      if case .blocked(_, let delay) = state { longer = max(delay, longer) }
      state = .blocked(triesAt: wall + longer, delay: longer)
    }
  }

  private var lanes: [String?: Lane] = [:]
  /// The time at which the first entry in the file is due, in milliseconds since 1970.
  package private(set) var due = Due.now
  private var turns = 0

  /// - Parameter names: the lanes that the file has; an empty name is none.
  package init(_ names: [String?] = []) {
    for name in names { lanes[name] = Lane() }
  }

  /// Returns a lane by its name; nil where nothing of it is held.
  package subscript(name: String?) -> Lane? { lanes[name] }

  /// Returns the name under which a lane is kept.
  package func name(for name: String) -> String {
    lanes[name] == nil && lanes.count >= Self.limit ? "others" : name
  }

  /// Notes that something waits in a lane, which is due at a time; nil where another's end decides.
  package func add(_ name: String?, due time: Int64?) {
    if lanes[name] == nil { lanes[name] = Lane() }
    if let time { bring(to: time) }
  }

  /// Notes that something is due at a time.
  package func bring(to time: Int64) { due = min(due, .at(time)) }

  /// Lets the next look be at once.
  package func lookAtOnce() { due = .now }

  /// Blocks a lane: nothing of it gets through at the moment.
  package func block(_ name: String, _ wall: Int64) {
    var lane = lanes[name] ?? Lane()
    let wasWaiting = (lane.triesAt ?? .min) > wall
    lane.block(wall)
    lanes[name] = lane
    if !wasWaiting, let triesAt = lane.triesAt { bring(to: triesAt) }
  }

  /// Opens a blocked lane, of which something got through.
  package func open(_ name: String?) {
    guard let name, lanes[name]?.triesAt != nil else { return }
    lanes[name] = Lane()
    due = .now
  }

  /// Lets what is blocked be tried at once, for the clock was set back.
  package func tryAll(_ wall: Int64) {
    for (name, lane) in lanes {
      if case .blocked(_, let delay) = lane.state {
        lanes[name]?.state = .blocked(triesAt: wall, delay: delay)
      }
    }
    due = .now
  }

  // MARK: Looks

  /// Begins a look through all lanes.
  ///
  /// - Returns: their names; each lane is the first in its turn, so that none with much to do has all the room for ever.
  package func beginLook() -> [String?] {
    due = .never
    turns += 1
    let names = Array(lanes.keys)
    return names.indices.map { names[($0 + turns) % names.count] }
  }

  /// Begins a look at a lane.
  ///
  /// - Returns: the lane, and how many entries may be taken of it; nil where it is blocked.
  package func begin(_ name: String?, most: Int, _ wall: Int64) -> (lane: Lane, most: Int)? {
    guard var lane = lanes[name] else { return nil }
    let count = lane.begin(most, wall)
    if let triesAt = lane.triesAt { bring(to: triesAt) }
    return count > 0 ? (lane, count) : nil
  }

  /// Ends a look at a lane.
  ///
  /// - Parameter hasMore: whether anything waits in it.
  package func end(_ name: String?, _ lane: Lane, hasMore: Bool) { lanes[name] = hasMore ? lane : nil }
}
