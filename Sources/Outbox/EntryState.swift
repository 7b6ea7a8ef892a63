/// The state of an entry of the outbox, with its data.
///
/// The table in the guide *Architecture* has the events that lead from one to another.
package enum EntryState: Equatable {
  /// It was made, and is in no index yet.
  case fresh
  /// It may go to the sink when it comes up.
  case ready
  /// It waits in memory for an earlier one of its device token.
  case behind
  /// The earlier one has ended: it goes next, and has its device token for itself.
  case next
  /// The sink has it.
  case atSink(Attempt)
  /// It has a row of its own in the file, and waits.
  case held(Wait)
  /// It stays in the file for another run.
  case left
  /// It was refused, and stays in the file as a dead letter.
  case dead
  /// It has its result, and nothing of it stays in the file.
  case ended

  /// An attempt that the sink makes.
  package struct Attempt: Equatable {
    /// The lane that the attempt tries; nil where none was blocked.
    package var lane: String?
    /// The name of the recall that has found the entry meanwhile.
    package var recall: String?

    /// Makes an attempt.
    package init(lane: String? = nil, recall: String? = nil) { (self.lane, self.recall) = (lane, recall) }
  }

  /// The event that a held entry waits for.
  package enum Wait: Equatable {
    /// A time, in milliseconds since 1970.
    case until(Int64)
    /// Its lane, which is blocked since a time.
    case lane(String, since: Int64)
    /// An earlier one of its device token.
    case behind
    /// An earlier one of its device token, where the file has one: else it is due at once.
    case behindAnyInFile

    /// The lane; nil for none.
    package var lane: String? {
      if case .lane(let name, _) = self { name } else { nil }
    }

    /// The time at which it is due; nil where another's end decides.
    package var due: Int64? {
      switch self {
      case .until(let due), .lane(_, let due): due
      case .behind, .behindAnyInFile: nil
      }
    }
  }

  /// The state without its data.
  package enum Kind: CaseIterable {
    case fresh, ready, behind, next, atSink, held, left, dead, ended
  }

  package var kind: Kind {
    switch self {
    case .fresh: .fresh
    case .ready: .ready
    case .behind: .behind
    case .next: .next
    case .atSink: .atSink
    case .held: .held
    case .left: .left
    case .dead: .dead
    case .ended: .ended
    }
  }

  /// Returns a Boolean value that indicates whether an entry may go from this state to another.
  package func allows(_ next: EntryState) -> Bool { Self.moves(from: kind).contains(next.kind) }

  /// Returns the states that may follow.
  package static func moves(from kind: Kind) -> [Kind] {
    switch kind {
    case .fresh: [.ready, .ended]
    case .ready: [.behind, .atSink, .held, .dead, .ended]
    case .behind: [.next, .held, .ended]
    case .next: [.atSink, .dead, .ended]
    // To itself where a recall finds it there.
    case .atSink: [.atSink, .held, .left, .dead, .ended]
    case .held: [.atSink, .dead, .ended]
    case .left, .dead, .ended: []
    }
  }

  /// The attempt; nil where the sink does not have it.
  var attempt: Attempt? {
    if case .atSink(let attempt) = self { attempt } else { nil }
  }

  /// A Boolean value that indicates whether no other of its device token goes before it has left this state.
  var ownsToken: Bool {
    switch self {
    case .next, .atSink: true
    case .fresh, .ready, .behind, .held, .left, .dead, .ended: false
    }
  }

  /// A Boolean value that indicates whether it waits in the file for another of its device token.
  var isHeldBehind: Bool {
    if case .held(let wait) = self { wait.due == nil } else { false }
  }
}
