import NotificationModel
import Testing
import WorkerProtocol

/// What a worker says that plugins did beside a payload: typed, bounded, and believed only as far as it keeps the rules.
struct PassEffectsTests {
  private static let full = PassEffects(
    attachments: [
      NotificationModel.Attachment(identifier: "a", url: "file:///a.png"),
      NotificationModel.Attachment(
        identifier: "é🙂", url: "file:///b.mp4", typeHint: "public.mpeg-4", hidesThumbnail: true,
        clip: .init(x: 0, y: 0.25, width: 1, height: 0.5), time: 2.5),
    ], withdrawals: ["m1", "ü", String(repeating: "n", count: 256)],
    delivery: change([
      (0, .pushType(.background)), (1, .priority(nil)), (2, .expiration(0)), (70_000, .collapseID("é")),
      (4, .topic("com.example.app.voip")),
    ]))

  private static func change(_ edits: [(Int, DeliveryEdit)]) -> DeliveryChange {
    var change = DeliveryChange()
    for (plugin, edit) in edits { change.add(edit, by: plugin) }
    return change
  }

  private static func read(_ bytes: [UInt8]) -> PassEffects? { bytes.withUnsafeBytes { PassEffects($0) } }

  @Test func whatIsWrittenIsRead() {
    for effects in [
      Self.full, PassEffects(), PassEffects(withdrawals: ["m"]),
      PassEffects(
        delivery: Self.change([(0, .pushType(nil)), (0, .expiration(nil)), (0, .collapseID(nil))])),
    ] {
      #expect(Self.read(effects.bytes) == effects)
    }
    #expect(Self.read([]) == PassEffects())
  }

  @Test func halfOfThemAndMoreThanThemAreNone() {
    let bytes = Self.full.bytes
    for count in 1..<bytes.count { #expect(Self.read(Array(bytes[..<count])) == nil, "\(count) bytes") }
    #expect(Self.read(bytes + [0]) == nil)
  }

  @Test func noBytesCrashTheReader() {
    var random = RandomSource(seed: 5)
    let bytes = Self.full.bytes
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        changed[Int.random(in: 0..<changed.count, using: &random)] = .random(in: 0...255, using: &random)
      }
      guard let read = Self.read(changed) else { continue }
      let arePossible = read.attachments.allSatisfy { $0.isPossible }
      #expect(arePossible && read.delivery.entries.allSatisfy { $0.edit.isPossible })
      #expect(Set(read.delivery.entries.map(\.edit.field)).count == read.delivery.entries.count)
      #expect(read.attachments.count <= NotificationModel.Attachment.limit)
    }
  }

  /// The limits are those of `content.attachments` and `notilua.withdraw`.
  @Test func whatBreaksALimitIsNone() {
    func attached(_ change: (inout NotificationModel.Attachment) -> Void) -> PassEffects {
      var attachment = NotificationModel.Attachment(identifier: "a", url: "file:///a.png")
      change(&attachment)
      return PassEffects(attachments: [attachment])
    }
    let broken = [
      attached { $0.url = "https://example.com/a.png" }, attached { $0.url = "file:///a\nb" },
      attached { $0.identifier = String(repeating: "a", count: 257) },
      attached { $0.typeHint = String(repeating: "a", count: 257) }, attached { $0.time = -1 },
      attached { $0.time = .nan }, attached { $0.time = .infinity },
      attached { $0.clip = .init(x: 0, y: 0, width: 2, height: 1) },
      attached { $0.clip = .init(x: .nan, y: 0, width: 1, height: 1) },
      PassEffects(attachments: Array(repeating: Self.full.attachments[0], count: 17)),
      PassEffects(withdrawals: [""]), PassEffects(withdrawals: [String(repeating: "n", count: 257)]),
      PassEffects(withdrawals: Array(repeating: "m", count: 1001)),
      // A header twice, by two plugins.
      PassEffects(delivery: Self.change([(0, .priority(5)), (1, .priority(10))])),
      PassEffects(delivery: Self.change([(0, .priority(7))])),
      PassEffects(delivery: Self.change([(0, .expiration(-1))])),
      PassEffects(delivery: Self.change([(0, .expiration(1_800_000_000_000))])),
      PassEffects(delivery: Self.change([(0, .collapseID(""))])),
      PassEffects(delivery: Self.change([(0, .collapseID("a\r\napns-priority: 10"))])),
      PassEffects(delivery: Self.change([(0, .collapseID(String(repeating: "x", count: 65)))])),
      PassEffects(delivery: Self.change([(0, .topic(""))])),
      PassEffects(delivery: Self.change([(0, .topic("com.example.app\n"))])),
      PassEffects(delivery: Self.change([(0, .topic(String(repeating: "a", count: 256)))])),
    ]
    for (index, effects) in broken.enumerated() {
      #expect(Self.read(effects.bytes) == nil, "number \(index)")
    }
    #expect(Self.read(PassEffects(withdrawals: Array(repeating: "m", count: 1000)).bytes) != nil)
  }
}
