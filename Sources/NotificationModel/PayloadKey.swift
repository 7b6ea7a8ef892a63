/// A key of a payload that Apple documents: the dictionary that it stands in, and what its value is.
///
/// Sources: Apple, "Generating a remote notification" (the keys of `aps`, `alert` and `sound`); "Starting and updating
/// Live Activities with ActivityKit push notifications"; "Updating widgets with WidgetKit push notifications"; "Local
/// and Remote Notification Programming Guide" and "Configuring Safari Push Notifications" for the older keys.
package struct PayloadKey: Sendable {
  /// A dictionary of the payload that has such keys.
  package enum Place: Sendable {
    case payload
    case aps
    case alert
    case sound
    /// A title or a body of a Live Activity.
    case localizedText

    /// The place as warnings and errors write it.
    package var path: String {
      switch self {
      case .payload: ""
      case .aps: "aps"
      case .alert: "aps.alert"
      case .sound: "aps.sound"
      case .localizedText: "aps.alert.body"
      }
    }
  }

  package let place: Place
  package let name: StaticString
  package let value: PayloadValue
  /// A Boolean value that indicates whether only the push of a Live Activity has the key.
  package let isOfLiveActivity: Bool
  /// A Boolean value that indicates whether apps have no key of this name for data of their own.
  let isDistinct: Bool

  private init(
    _ place: Place, _ name: StaticString, _ value: PayloadValue, live: Bool = false, distinct: Bool = false
  ) {
    self.place = place
    self.name = name
    self.value = value
    isOfLiveActivity = live
    isDistinct = distinct
  }

  package static let all: [PayloadKey] = [
    .init(.payload, "aps", .object),

    .init(.aps, "alert", .alert),
    .init(.aps, "badge", .count),
    .init(.aps, "sound", .sound),
    .init(.aps, "thread-id", .text),
    .init(.aps, "category", .text),
    .init(.aps, "content-available", .one, distinct: true),
    .init(.aps, "mutable-content", .one, distinct: true),
    .init(.aps, "target-content-id", .text, distinct: true),
    .init(.aps, "interruption-level", .level, distinct: true),
    .init(.aps, "relevance-score", .score, distinct: true),
    .init(.aps, "filter-criteria", .text, distinct: true),
    .init(.aps, "content-changed", .boolean),
    .init(.aps, "url-args", .texts),
    .init(.aps, "timestamp", .seconds),
    .init(.aps, "event", .event, live: true),
    .init(.aps, "content-state", .object, live: true),
    .init(.aps, "stale-date", .seconds, live: true),
    .init(.aps, "dismissal-date", .seconds, live: true),
    .init(.aps, "attributes-type", .text, live: true),
    .init(.aps, "attributes", .object, live: true),
    .init(.aps, "input-push-token", .one, live: true),
    .init(.aps, "input-push-channel", .text, live: true),

    .init(.alert, "title", .localizable),
    .init(.alert, "subtitle", .localizable),
    .init(.alert, "body", .localizable),
    .init(.alert, "launch-image", .text),
    .init(.alert, "title-loc-key", .text),
    .init(.alert, "title-loc-args", .texts),
    .init(.alert, "subtitle-loc-key", .text),
    .init(.alert, "subtitle-loc-args", .texts),
    .init(.alert, "loc-key", .text),
    .init(.alert, "loc-args", .texts),
    .init(.alert, "action", .text),
    .init(.alert, "action-loc-key", .text),
    .init(.alert, "summary-arg", .text),
    .init(.alert, "summary-arg-count", .count),
    .init(.alert, "sound", .text, live: true),

    .init(.sound, "critical", .flag),
    .init(.sound, "name", .text),
    .init(.sound, "volume", .fraction),

    .init(.localizedText, "loc-key", .text),
    .init(.localizedText, "loc-args", .texts),
  ]

  /// Names that other interfaces have for a key, in any spelling, and the key's own.
  private static let otherNames: [(name: StaticString, place: Place, key: StaticString)] = [
    // `UNNotificationContent`.
    ("thread-identifier", .aps, "thread-id"),
    ("category-identifier", .aps, "category"),
    ("target-content-identifier", .aps, "target-content-id"),
    ("launch-image-name", .alert, "launch-image"),
    // Firebase Cloud Messaging.
    ("body-loc-key", .alert, "loc-key"),
    ("body-loc-args", .alert, "loc-args"),
    ("click-action", .aps, "category"),
    // Older documents of ActivityKit.
    ("events", .aps, "event"),
  ]

  /// The keys in memory that is never freed, so that finding one counts no references.
  nonisolated(unsafe) private static let table: UnsafeBufferPointer<PayloadKey> = {
    let list = UnsafeMutableBufferPointer<PayloadKey>.allocate(capacity: all.count)
    _ = list.initialize(from: all)
    return UnsafeBufferPointer(list)
  }()

  /// The keys of `aps` that only a Live Activity has, which are looked for after each plugin's edits.
  nonisolated(unsafe) private static let ofLiveActivity: UnsafeBufferPointer<PayloadKey> = {
    let keys = all.filter { $0.place == .aps && $0.isOfLiveActivity }
    let list = UnsafeMutableBufferPointer<PayloadKey>.allocate(capacity: keys.count)
    _ = list.initialize(from: keys)
    return UnsafeBufferPointer(list)
  }()

  /// The key's place in the payload, as warnings and errors write it.
  package var path: String { place == .payload ? "\(name)" : "\(place.path).\(name)" }

  // MARK: Finding

  /// Returns the key of a name, or nil where Apple documents none.
  package static func find(_ place: Place, _ name: UnsafeRawBufferPointer) -> PayloadKey? {
    table.first { $0.place == place && PayloadValue.isSame(name, $0.name) }
  }

  /// Returns the key of `aps` of a name, if only a Live Activity has it.
  static func findOfLiveActivity(_ name: UnsafeRawBufferPointer) -> PayloadKey? {
    ofLiveActivity.first { PayloadValue.isSame(name, $0.name) }
  }

  /// Returns the key that the writer of an unknown name meant: in another spelling, by another name, or at another
  /// place; nil where the name is the writer's own.
  static func meant(
    by name: UnsafeRawBufferPointer, in place: Place, inLiveActivity: Bool
  ) -> PayloadKey? {
    switch place {
    case .payload:
      // Beside 'aps' an app's own data stands: only what nobody calls their own is taken for Apple's.
      return table.first {
        $0.place == .aps && ($0.isDistinct && isSpelling(name, of: $0.name) || isHyphenated($0, name))
          && !$0.isOfLiveActivity
      }
    case .aps, .alert:
      let own = table.first {
        $0.place == place && isSpelling(name, of: $0.name)
          && (inLiveActivity || place == .aps || !$0.isOfLiveActivity)
      }
      return own ?? elsewhere(name, place, inLiveActivity) ?? renamed(name)
    case .sound, .localizedText:
      return table.first { $0.place == place && isSpelling(name, of: $0.name) }
    }
  }

  private static func elsewhere(
    _ name: UnsafeRawBufferPointer, _ place: Place, _ inLiveActivity: Bool
  ) -> PayloadKey? {
    table.first { key in
      switch key.place {
      case .aps, .alert:
        key.place != place && (inLiveActivity || !key.isOfLiveActivity) && isSpelling(name, of: key.name)
      // A name may be anything's.
      case .sound: key.value != .text && isSpelling(name, of: key.name)
      case .payload, .localizedText: false
      }
    }
  }

  private static func renamed(_ name: UnsafeRawBufferPointer) -> PayloadKey? {
    guard let other = otherNames.first(where: { isSpelling(name, of: $0.name) }) else { return nil }
    return table.first { $0.place == other.place && PayloadValue.isSame(bytes(of: other.key), $0.name) }
  }

  private static func isHyphenated(_ key: PayloadKey, _ name: UnsafeRawBufferPointer) -> Bool {
    PayloadValue.isSame(name, key.name) && name.contains(0x2D)
  }

  private static func bytes(of name: StaticString) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
  }

  /// Returns whether a text says a name in any spelling: with capitals, underscores or nothing for hyphens.
  static func isSpelling(_ text: UnsafeRawBufferPointer, of name: StaticString) -> Bool {
    let known = bytes(of: name)
    var at = 0
    for byte in text where byte != 0x2D && byte != 0x5F {
      while at < known.count, known[at] == 0x2D { at += 1 }
      let small = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
      guard at < known.count, known[at] == small else { return false }
      at += 1
    }
    return at == known.count
  }
}
