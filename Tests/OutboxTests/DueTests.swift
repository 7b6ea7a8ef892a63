import Outbox
import Testing

/// Times that may be now or never.
struct DueTests {
  @Test func nowIsBeforeEveryTimeAndNeverBehindAll() {
    let order: [Due] = [.now, .at(.min), .at(0), .at(.max), .never]
    #expect(order.sorted() == order && order.reversed().sorted() == order)
    #expect(Due.now.isOver(.min) && !Due.never.isOver(.max))
    #expect(Due.at(5).isOver(5) && !Due.at(5).isOver(4))
  }
}
