/// The devices of an application whose tokens APNs has refused lately.
///
/// Some go bad every day; many at once are a sign of the wrong environment, which is no device's fault.
package struct RefusalWindow {
  /// The time that counts as lately, in milliseconds.
  package static let span: Int64 = 600_000
  /// The fewest devices that are many.
  package static let least = 20
  /// The share of the active devices that is many, as one of so many: 5 %.
  package static let share = 20

  private static let slotLength: Int64 = 10_000

  private var slots: [(start: Int64, count: Int)] = []
  /// A Boolean value that indicates whether devices are not suspended at the moment.
  package private(set) var isJump = false

  /// Makes a window in which nothing was refused.
  package init() {}

  /// A decision on a refused token.
  package enum Decision: Sendable, Equatable {
    /// Suspend the device.
    case suspend
    /// Leave the device as it is.
    case spare
    /// Leave it, and restore those that were suspended lately.
    case restore
  }

  /// Decides on the token of an active device.
  ///
  /// - Parameters:
  ///   - active: the application's active devices, with this one.
  ///   - now: milliseconds since 1970.
  package mutating func decide(active: Int, at now: Int64) -> Decision {
    add(at: now)
    let count = slots.reduce(0) { $0 + $1.count }
    // Those that were suspended lately were active before.
    let all = isJump ? active : active + count - 1
    let wasJump = isJump
    isJump = count >= Self.least && count * Self.share > all
    if !isJump { return .suspend }
    return wasJump ? .spare : .restore
  }

  /// Ends a jump behind which few tokens were refused.
  package mutating func age(at now: Int64) {
    forget(at: now)
    if slots.reduce(0, { $0 + $1.count }) < Self.least { isJump = false }
  }

  private mutating func forget(at now: Int64) {
    // A clock that was set back leaves none that is still to come.
    slots.removeAll { $0.start <= now - Self.span || $0.start > now }
  }

  private mutating func add(at now: Int64) {
    forget(at: now)
    let start = now - now % Self.slotLength
    if let last = slots.last, last.start == start {
      slots[slots.count - 1].count += 1
    } else {
      slots.append((start, 1))
    }
  }
}
