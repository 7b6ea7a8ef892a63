import NotificationModel
import Testing

/// `notilua.uuid`: the form of RFC 9562 §4, version 4 and variant 10.
struct UUIDTests {
  @Test func haveTheFormOfTheRFC() throws {
    var random = RandomSource(seed: 7)
    var seen: Set<String> = []
    for _ in 0..<1000 {
      let uuid = random.uuid()
      #expect(
        uuid.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil,
        "\(uuid)")
      seen.insert(uuid)
    }
    #expect(seen.count == 1000)
  }

  @Test func everyCallMakesAnother() throws {
    #expect(try Evaluation.text("notilua.uuid() == notilua.uuid()") == "= false")
  }
}
