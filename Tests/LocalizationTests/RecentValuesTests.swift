import Localization
import Testing

struct RecentValuesTests {
  @Test func whatIsUsedStays() {
    var values = RecentValues<Int, String>(limit: 4)
    values[0] = "used"
    for key in 1..<1000 {
      values[key] = "once"
      if key.isMultiple(of: 3) { #expect(values[0] == "used") }
    }
    #expect(values[1] == nil)
  }

  /// No more than twice the limit, whatever the keys are; and no fewer than the limit.
  @Test func whatIsKeptHasALimit() {
    var values = RecentValues<Int, Int>(limit: 100)
    for key in 0..<10_000 { values[key] = key }
    var kept = 0
    for key in (0..<10_000).reversed() where values[key] != nil { kept += 1 }
    #expect((100...200).contains(kept))
  }

  @Test func aNewValueTakesThePlaceOfTheOld() {
    var values = RecentValues<Int, Int>(limit: 2)
    for value in 0..<10 { values[1] = value }
    #expect(values[1] == 9)
  }
}
