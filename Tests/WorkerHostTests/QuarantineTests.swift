import Testing
import WorkerHost
import WorkerProtocol

/// Faults in a row, over batches, set a plugin aside for a while.
struct QuarantineTests {
  private static func tally(runs: UInt32, faults: UInt32, inRow: UInt32) -> TallyRecord {
    var tally = TallyRecord()
    (tally.runs, tally.faults, tally.faultsInRow) = (runs, faults, inRow)
    return tally
  }

  @Test func faultsInARowCountAcrossBatches() {
    var quarantine = Quarantine(plugins: 2, after: 3, for: .nanoseconds(100))
    #expect(quarantine.count(1, Self.tally(runs: 2, faults: 2, inRow: 2), now: 0) == nil)
    #expect(quarantine.mask == 0)
    #expect(quarantine.count(1, Self.tally(runs: 1, faults: 1, inRow: 1), now: 10) == 3)
    #expect(quarantine.mask == 0b10)
    #expect(quarantine.release(now: 109) == [])
    #expect(quarantine.release(now: 110) == [1])
    #expect(quarantine.mask == 0)
  }

  @Test func aRunWithoutAFaultBeginsAnew() {
    var quarantine = Quarantine(plugins: 1, after: 3, for: .seconds(1))
    #expect(quarantine.count(0, Self.tally(runs: 2, faults: 2, inRow: 2), now: 0) == nil)
    // Of five runs two faulted, and the last was one of them.
    #expect(quarantine.count(0, Self.tally(runs: 5, faults: 2, inRow: 1), now: 0) == nil)
    #expect(quarantine.count(0, Self.tally(runs: 2, faults: 2, inRow: 2), now: 0) == 3)
  }

  @Test func faultsThatDoNotCountEndNoRow() {
    var quarantine = Quarantine(plugins: 1, after: 3, for: .seconds(1))
    #expect(quarantine.count(0, Self.tally(runs: 2, faults: 2, inRow: 2), now: 0) == nil)
    var size = Self.tally(runs: 1, faults: 1, inRow: 0)
    size.uncountedFaults = 1
    #expect(quarantine.count(0, size, now: 0) == nil)
    #expect(quarantine.count(0, Self.tally(runs: 1, faults: 1, inRow: 1), now: 0) == 3)
  }

  @Test func afterNoneIsNever() {
    var quarantine = Quarantine(plugins: 1, after: 0, for: .seconds(1))
    #expect(quarantine.count(0, Self.tally(runs: 99, faults: 99, inRow: 99), now: 0) == nil)
  }

  @Test func pluginsBeyondTheMaskAreNeverInIt() {
    var quarantine = Quarantine(plugins: 70, after: 1, for: .seconds(1))
    #expect(quarantine.count(69, Self.tally(runs: 1, faults: 1, inRow: 1), now: 0) == 1)
    #expect(quarantine.mask == 0)
  }

  /// What no line has ended is over all the same once its time is.
  @Test func aQuarantineIsOverWithItsTime() {
    var quarantine = Quarantine(plugins: 2, after: 1, for: .seconds(1))
    #expect(quarantine.count(1, Self.tally(runs: 1, faults: 1, inRow: 1), now: 5) == 1)
    #expect(!quarantine.contains(0, now: 5) && quarantine.contains(1, now: 1_000_000_004))
    #expect(!quarantine.contains(1, now: 1_000_000_005))
  }
}
