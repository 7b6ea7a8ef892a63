import Delivery
import NotificationModel

/// A notification of the outbox that is in memory: on its way to the sink, or at it.
///
/// An object, for it goes through many hands.
final class Parcel {
  var notification: PushNotification
  /// The hash of its device token and class, within which order is kept; 0 for none.
  let token: UInt64
  let acceptedAt: Int64
  /// When it is too late for it, in milliseconds since 1970.
  let expires: Int64
  var attempts = 0
  /// The lane that it was held in; empty for none.
  var lane = ""
  /// Whether it has a row of its own in the file.
  var isHeld = false
  /// Whether no other of its device token goes before it has ended: it is at the sink, or the next to go.
  var ownsToken = false
  /// Whether it waits for another of its device token, not for a time.
  var isBehind = false
  /// The recall that has found it, where one has.
  var recalledAs: String?
  /// Whether an attempt had no answer.
  var mayHaveArrived = false

  init(_ notification: PushNotification, acceptedAt: Int64, _ options: OutboxOptions) {
    self.notification = notification
    self.acceptedAt = acceptedAt
    mayHaveArrived = notification.mayHaveArrived
    let priority = Self.priority(notification)
    token =
      notification.deviceToken.map { token in
        let hasCapitals = token.utf8.contains { (0x41...0x5A).contains($0) }
        return StableHash.of(hasCapitals ? token.lowercased() : token, UInt64(priority))
      } ?? 0
    let limit = acceptedAt + options.keepsFor.milliseconds
    switch notification.headers.expiration.flatMap({ Int64($0) }) {
    case 0?: expires = min(acceptedAt + options.keepsForOnce.milliseconds, limit)
    case let given? where given > 0 && given < 1 << 40: expires = min(given * 1000, limit)
    default: expires = limit
    }
  }

  var ticket: UInt64 { notification.ticket }

  /// The hashes of its names, by which recalls find its row.
  var nameHashes: [UInt64] {
    var hashes: [UInt64] = []
    notification.eachName { hashes.append(StableHash.of($0)) }
    return hashes
  }

  var isRecalled: Bool { recalledAs != nil }

  /// 1 for what should arrive at once, 0 for what may wait: `apns-priority` 10, or 5 and 1.
  static func priority(_ notification: PushNotification) -> Int {
    switch notification.headers.priority {
    case "5", "1": 0
    case nil where notification.headers.pushType == "background": 0
    default: 1
    }
  }
}

extension Duration {
  var milliseconds: Int64 {
    let (seconds, rest) = components
    return min(seconds, 1 << 40) * 1000 + rest / 1_000_000_000_000_000
  }

  var nanoseconds: Int64 {
    let (seconds, rest) = components
    return min(seconds, 1 << 30) * 1_000_000_000 + rest / 1_000_000_000
  }
}

/// A row of its own that a notification has: it waits for another attempt, or is dead.
struct Held {
  enum State: Int {
    case waiting = 0
    case dead = 1
  }

  /// When it is behind another of its device token: woken by that one's end.
  static let behind = Int64.max

  var state: State
  /// What the row had of it before, if there was one.
  var isNew: Bool
  var due: Int64
  var lane: String
  var parcel: Parcel
  var failure: DeliveryFailure?
  /// Whether the file has to say whether an earlier one of its device token waits.
  var asksForOrder = false
}

/// Parcels in order, taken from the front.
struct ParcelQueue {
  private var parcels: [Parcel] = []
  private var head = 0

  var count: Int { parcels.count - head }
  var isEmpty: Bool { count == 0 }

  mutating func append(_ parcel: Parcel) { parcels.append(parcel) }

  mutating func popFirst() -> Parcel? {
    guard head < parcels.count else { return nil }
    defer {
      head += 1
      if head == parcels.count || head > 1024 {
        parcels.removeFirst(head)
        head = 0
      }
    }
    return parcels[head]
  }

  /// Takes out those that `isWanted`.
  mutating func remove(where isWanted: (Parcel) -> Bool) -> [Parcel] {
    guard parcels[head...].contains(where: isWanted) else { return [] }
    var taken: [Parcel] = []
    var kept: [Parcel] = []
    for parcel in parcels[head...] {
      if isWanted(parcel) { taken.append(parcel) } else { kept.append(parcel) }
    }
    parcels = kept
    head = 0
    return taken
  }
}

/// How many of what has a hash, more or less: never too few.
struct CountingFilter {
  private var counts = [UInt16](repeating: 0, count: 1 << 18)

  subscript(hash: UInt64) -> Bool { counts[Int(hash & (1 << 18 - 1))] > 0 }

  mutating func add(_ hash: UInt64) {
    let index = Int(hash & (1 << 18 - 1))
    if counts[index] < .max { counts[index] += 1 }
  }

  mutating func remove(_ hash: UInt64) {
    let index = Int(hash & (1 << 18 - 1))
    // One that was full stays so: how many there were is not known.
    if counts[index] > 0, counts[index] < .max { counts[index] -= 1 }
  }
}

/// Which hashes may have been added.
struct HashFilter {
  private var words = [UInt64](repeating: 0, count: 1 << 16)

  func mayHave(_ hash: UInt64) -> Bool { words[Int(hash >> 6 & 0xFFFF)] & 1 << (hash & 63) != 0 }
  mutating func add(_ hash: UInt64) { words[Int(hash >> 6 & 0xFFFF)] |= 1 << (hash & 63) }
}
