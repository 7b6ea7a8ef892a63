/// The limits of one interpreter.
package struct LuaLimits: Sendable, Equatable {
  /// Bytes of Lua's heap.
  package var memory: Int
  /// CPU time of one handler.
  package var cpu: Duration
  /// Wall-clock time of one handler.
  package var wall: Duration
  /// A Boolean value that indicates whether a hook looks at the clock; costs about half of Lua's speed.
  ///
  /// It is for where no timer calls `nl_tick`.
  package var polls: Bool
  /// The deepest nesting of a table that becomes JSON.
  package var depth: Int
  /// The seed of `math.random`.
  package var seed: UInt64

  /// Creates limits; those that are not named are the ones that plugins have by default.
  package init(
    memory: Int = 24 << 20, cpu: Duration = .seconds(1), wall: Duration = .seconds(30), polls: Bool = false,
    depth: Int = 64, seed: UInt64 = 0
  ) {
    self.memory = memory
    self.cpu = cpu
    self.wall = wall
    self.polls = polls
    self.depth = depth
    self.seed = seed
  }

  /// A limit that a handler can reach.
  package enum Limit: Sendable {
    case memory
    case cpu
    case wall
  }

  /// Returns the key of a limit and its value, as `limits.cpu: 200ms`.
  package func description(of limit: Limit) -> String {
    switch limit {
    case .memory:
      let (mebibytes, rest) = memory.quotientAndRemainder(dividingBy: 1 << 20)
      return "limits.memory: " + (rest == 0 ? "\(mebibytes)MiB" : "\(memory) bytes")
    case .cpu: return "limits.cpu: \(Self.text(cpu))"
    case .wall: return "limits.wall: \(Self.text(wall))"
    }
  }

  private static func text(_ duration: Duration) -> String {
    let (seconds, rest) = nanoseconds(duration).quotientAndRemainder(dividingBy: 1_000_000_000)
    return rest == 0 ? "\(seconds)s" : "\(nanoseconds(duration) / 1_000_000)ms"
  }

  /// Returns a duration in nanoseconds, or the most that there are.
  package static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max : scaled &+ attoseconds / 1_000_000_000
  }
}
