import Delivery
import Pipeline
import Testing

/// Each line of a source is told of once, in order where that is asked for.
struct FateLedgerTests {
  private final class Receiver: FateReceiver {
    let wantsOrder: Bool
    var calls: [[LineFate]] = []
    var takeBack: (Int) -> Bool = { _ in false }
    init(wantsOrder: Bool) { self.wantsOrder = wantsOrder }
    func settle(_ fates: [LineFate]) { calls.append(fates) }
    var lines: [Int] { calls.flatMap { $0 }.map(\.line) }
  }

  private static func ledger(_ receiver: Receiver, lines: ClosedRange<Int> = 1...5) -> FateLedger {
    var ledger = FateLedger(receiver)
    for line in lines { ledger.begin(line) }
    return ledger
  }

  @Test func fatesComeInOrderWhereThatIsAskedFor() {
    let receiver = Receiver(wantsOrder: true)
    var ledger = Self.ledger(receiver)
    ledger.settle(2, .dropped)
    ledger.settle(5, .dropped)
    ledger.flush()
    #expect(receiver.calls.isEmpty)
    ledger.settle(1, .ended(.delivered))
    ledger.flush()
    #expect(receiver.calls == [[LineFate(1, .ended(.delivered)), LineFate(2, .dropped)]])
    ledger.settle(4, .accepted)
    ledger.settle(3, .rejected("x"))
    ledger.flush()
    #expect(receiver.lines == [1, 2, 3, 4, 5])
  }

  @Test func fatesComeAtOnceWhereOrderIsNotAskedFor() {
    let receiver = Receiver(wantsOrder: false)
    var ledger = Self.ledger(receiver)
    ledger.settle(4, .dropped)
    ledger.settle(2, .accepted)
    ledger.flush()
    #expect(receiver.calls == [[LineFate(4, .dropped), LineFate(2, .accepted)]])
    ledger.end()
    #expect(Set(receiver.lines) == [1, 2, 3, 4, 5] && receiver.lines.count == 5)
  }

  @Test(arguments: [true, false]) func theFirstFateCounts(_ wantsOrder: Bool) {
    let receiver = Receiver(wantsOrder: wantsOrder)
    var ledger = Self.ledger(receiver, lines: 1...2)
    ledger.settle(2, .accepted)
    ledger.settle(2, .dropped)
    ledger.settle(9, .dropped)
    ledger.settle(1, .dropped)
    ledger.settle(1, .accepted)
    ledger.flush()
    ledger.end()
    #expect(receiver.lines.sorted() == [1, 2])
    #expect(receiver.calls.flatMap { $0 }.contains(LineFate(2, .accepted)))
    #expect(receiver.calls.flatMap { $0 }.contains(LineFate(1, .dropped)))
  }

  @Test func whatIsLeftAtTheEndIsAbandoned() {
    let receiver = Receiver(wantsOrder: true)
    var ledger = Self.ledger(receiver)
    ledger.settle(3, .dropped)
    ledger.end()
    ledger.end()
    #expect(
      receiver.calls == [
        [
          LineFate(1, .abandoned), LineFate(2, .abandoned), LineFate(3, .dropped), LineFate(4, .abandoned),
          LineFate(5, .abandoned),
        ]
      ])
  }

  /// By chance: each of many lines once, whatever comes in whatever order.
  @Test(arguments: [true, false], 0..<20) func everyLineIsToldOfOnce(_ wantsOrder: Bool, _ round: Int) {
    let receiver = Receiver(wantsOrder: wantsOrder)
    var ledger = FateLedger(receiver)
    var (open, next) = ([Int](), 1)
    for _ in 0..<2000 {
      if Bool.random() {
        next += Int.random(in: 0...2)
        ledger.begin(next)
        open.append(next)
        next += 1
      } else if let line = open.randomElement() {
        ledger.settle(line, .dropped)
      }
      if Int.random(in: 0..<50) == 0 { ledger.flush() }
    }
    ledger.end()
    #expect(receiver.lines.sorted() == open)
    if wantsOrder { #expect(receiver.lines == open) }
  }
}
