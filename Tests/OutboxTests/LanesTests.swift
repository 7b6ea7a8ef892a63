import Outbox
import Testing

/// Which lanes are tried, and when.
struct LanesTests {
  @Test func anOpenLaneHasAllTheRoom() {
    let lanes = Lanes([nil])
    #expect(lanes.due == .now && lanes.beginLook() == [nil] && lanes.due == .never)
    #expect(lanes.begin(nil, most: 7, 100)?.most == 7)
    #expect(lanes.begin("other", most: 7, 100) == nil)
  }

  /// 5 s, doubled with each try up to a minute.
  @Test func aBlockedLaneTriesOneNowAndThen() {
    let lanes = Lanes()
    var wall: Int64 = 1000
    lanes.block("key", wall)
    var waits: [Int64] = []
    for _ in 0..<6 {
      guard let triesAt = lanes["key"]?.triesAt else {
        Issue.record("the lane is open")
        return
      }
      #expect(lanes.begin("key", most: 7, triesAt - 1) == nil)
      waits.append(triesAt - wall)
      wall = triesAt
      guard let look = lanes.begin("key", most: 7, wall) else {
        Issue.record("nothing is tried")
        return
      }
      #expect(look.most == 1)
      lanes.end("key", look.lane, hasMore: true)
    }
    #expect(waits == [5000, 5000, 10_000, 20_000, 40_000, 60_000])
  }

  @Test func whatWasUnderWayTogetherIsOneIncident() {
    let lanes = Lanes()
    lanes.block("key", 1000)
    lanes.block("key", 3000)
    #expect(lanes["key"]?.triesAt == 6000)
  }

  @Test func aLaneThatOpensIsLookedAtAtOnce() {
    let lanes = Lanes()
    _ = lanes.beginLook()
    lanes.block("key", 1000)
    #expect(lanes.due == .at(6000))
    lanes.open("other")
    lanes.open(nil)
    #expect(lanes.due == .at(6000))
    lanes.open("key")
    #expect(lanes.due == .now && lanes["key"]?.triesAt == nil)
  }

  @Test func anEmptyLaneIsForgotten() {
    let lanes = Lanes()
    lanes.add("key", due: 5)
    guard let look = lanes.begin("key", most: 1, 10) else {
      Issue.record("there is no lane")
      return
    }
    lanes.end("key", look.lane, hasMore: false)
    #expect(lanes["key"] == nil)
  }

  @Test func tooManyLanesShareOne() {
    let lanes = Lanes((0..<1000).map { "lane\($0)" })
    #expect(lanes.name(for: "lane7") == "lane7" && lanes.name(for: "another") == "others")
  }

  @Test func eachLaneIsTheFirstInItsTurn() {
    let lanes = Lanes(["a", "b", "c", nil])
    var first: Set<String?> = []
    for _ in 0..<4 {
      let names = lanes.beginLook()
      #expect(Set(names).count == 4)
      first.insert(names[0])
    }
    #expect(first.count == 4)
  }

  /// A clock that was set back would block a lane for as long.
  @Test func aClockThatWasSetBackBlocksNothing() {
    let lanes = Lanes()
    lanes.block("key", 1_000_000)
    lanes.tryAll(10)
    #expect(lanes.begin("key", most: 3, 10)?.most == 1)
  }
}
