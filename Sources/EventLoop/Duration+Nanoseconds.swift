extension Duration {
  /// The most nanoseconds that ``nanoseconds`` returns, 146 years: added to a time of the clock they overflow nothing.
  private static let nanosecondLimit: Int64 = 1 << 62

  /// The duration in whole nanoseconds; one of more than 146 years, before or after, becomes 146 years.
  package var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let limit = Self.nanosecondLimit
    // Twice the limit is no overflow yet.
    let bounded = min(max(seconds, -limit / 1_000_000_000 - 1), limit / 1_000_000_000 + 1)
    return min(max(bounded * 1_000_000_000 + attoseconds / 1_000_000_000, -limit), limit)
  }

  /// The duration in whole milliseconds, rounded up, so that a wait of that time is never too short.
  package var milliseconds: Int64 {
    let nanoseconds = nanoseconds
    return nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 > 0 ? 1 : 0)
  }
}
