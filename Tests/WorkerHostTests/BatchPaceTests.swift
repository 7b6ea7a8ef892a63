import Testing
import WorkerHost

/// How many lines a batch takes.
struct BatchPaceTests {
  @Test func beginsWithOneAndDoublesWhileBatchesAreShort() {
    var pace = BatchPace(limit: 100)
    var seen: [Int] = []
    for _ in 0..<9 {
      seen.append(pace.items)
      pace.note(pace.items, took: 1_000_000)
    }
    #expect(seen == [1, 2, 4, 8, 16, 32, 64, 100, 100])
  }

  @Test func staysWhereABatchWasNotFull() {
    var pace = BatchPace(limit: 100)
    pace.note(1, took: 1000)
    pace.note(1, took: 1000)
    #expect(pace.items == 2)
  }

  @Test func fallsToWhatTakesTenMilliseconds() {
    var pace = BatchPace(limit: 1024)
    for _ in 0..<10 { pace.note(pace.items, took: 1000) }
    #expect(pace.items == 1024)
    pace.note(1000, took: 100_000_000)
    #expect(pace.items == 100)
    pace.note(100, took: 30_000_000_000)
    #expect(pace.items == 1)
  }
}
