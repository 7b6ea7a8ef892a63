import NotificationModel
import Testing

/// The keys of payloads, beside Apple's tables.
struct PayloadKeyTests {
  /// Apple, "Generating a remote notification", tables 1 to 3.
  private static let tables: [(place: PayloadKey.Place, names: [String])] = [
    (
      .aps,
      [
        "alert", "badge", "sound", "thread-id", "category", "content-available", "mutable-content",
        "target-content-id", "interruption-level", "relevance-score", "filter-criteria", "stale-date",
        "content-state", "timestamp", "event", "dismissal-date", "attributes-type", "attributes",
      ]
    ),
    (
      .alert,
      [
        "title", "subtitle", "body", "launch-image", "title-loc-key", "title-loc-args", "subtitle-loc-key",
        "subtitle-loc-args", "loc-key", "loc-args",
      ]
    ),
    (.sound, ["critical", "name", "volume"]),
  ]

  private static func find(_ place: PayloadKey.Place, _ name: String) -> PayloadKey? {
    Array(name.utf8).withUnsafeBytes { PayloadKey.find(place, $0) }
  }

  @Test func everyKeyOfTheTablesIsKnownAtItsPlace() {
    for (place, names) in Self.tables {
      for name in names {
        #expect(Self.find(place, name)?.path == "\(place.path).\(name)", "\(name)")
        #expect(Self.find(place, name.uppercased()) == nil)
        #expect(Self.find(.payload, name) == nil)
      }
    }
    #expect(Self.find(.payload, "aps")?.path == "aps")
    #expect(Self.find(.aps, "") == nil)
  }

  @Test func aKeyStandsOnceAtAPlace() {
    var paths: Set<String> = []
    for key in PayloadKey.all where key.place != .localizedText { #expect(paths.insert(key.path).inserted) }
  }
}
