/// The pushes that each sender has left: a token bucket by name, and never by address, which a proxy shares.
///
/// A value; its holder locks.
package struct RateLimit: Sendable {
  private struct Bucket {
    /// Pushes that may be made now, perhaps a part of one.
    var left: Double
    /// The time that ``left`` is of, in nanoseconds.
    var time: Int64
  }

  private var buckets: [String: Bucket] = [:]

  /// Makes one in which nobody has pushed yet.
  package init() {}

  /// Takes a push off a sender's rate.
  ///
  /// - Parameter now: nanoseconds of a clock; one that goes back takes nothing away.
  /// - Returns: nil where there was one left, else the whole seconds until there is one again.
  package mutating func take(_ name: String, _ rate: KeyRate, at now: Int64) -> Int? {
    var bucket = buckets[name] ?? Bucket(left: Double(rate.burst), time: now)
    let passed = max(0, Double(now) - Double(bucket.time)) / 1e9
    bucket.left = min(Double(rate.burst), bucket.left + passed * Double(rate.perSecond))
    bucket.time = max(now, bucket.time)
    let isLeft = bucket.left >= 1
    if isLeft { bucket.left -= 1 }
    buckets[name] = bucket
    return isLeft ? nil : max(1, Int(((1 - bucket.left) / Double(rate.perSecond)).rounded(.up)))
  }

  /// Forgets the senders that are not kept.
  package mutating func forget(unless isKept: (_ name: String) -> Bool) {
    buckets = buckets.filter { isKept($0.key) }
  }
}
