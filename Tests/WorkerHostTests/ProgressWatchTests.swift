import Testing
import WorkerHost
import WorkerProtocol

/// The time that a worker has for a step.
struct ProgressWatchTests {
  private static let limit: Int64 = 1_000_000_000
  /// A time by which a step is too late.
  private static let late: Int64 = 1_400_000_000
  private static let work = ProgressWatch.Work(batch: 1, items: 10, passes: 2)

  private static func step(_ item: UInt32, plugin: UInt32 = 1, pass: UInt32 = 0, batch: UInt64 = 1)
    -> WorkerProgress
  {
    var step = WorkerProgress(plugin: plugin, item: item, batch: batch)
    step.pass = pass
    return step
  }

  /// Returns whether a worker is overdue that does these steps, one in each limit.
  private static func isOverdue(_ steps: [WorkerProgress]) -> Bool {
    var watch = ProgressWatch()
    watch.reset(at: 0)
    var now: Int64 = 0
    for step in steps {
      now += limit
      watch.look(at: step, work, limit: limit, now: now)
    }
    return watch.isOverdue
  }

  @Test func aStepThatTakesTooLongIsOverdue() {
    var watch = ProgressWatch()
    watch.reset(at: 0)
    watch.look(at: Self.step(0), Self.work, limit: Self.limit, now: 100)
    watch.look(at: Self.step(0), Self.work, limit: Self.limit, now: Self.limit)
    #expect(!watch.isOverdue)
    watch.look(at: Self.step(0), Self.work, limit: Self.limit, now: 100 + Self.late)
    #expect(watch.isOverdue)
    watch.reset(at: 100 + Self.late)
    #expect(!watch.isOverdue)
  }

  @Test func timeOfTheHostsAbsenceIsNotCounted() {
    var watch = ProgressWatch()
    watch.reset(at: 0)
    watch.look(at: Self.step(0), Self.work, limit: Self.limit, now: 0)
    watch.excuse(Self.late)
    watch.look(at: Self.step(0), Self.work, limit: Self.limit, now: Self.late + Self.limit)
    #expect(!watch.isOverdue)
  }

  @Test func laterItemsPluginsAndPassesAreSteps() {
    #expect(!Self.isOverdue([Self.step(0), Self.step(1), Self.step(2), Self.step(3)]))
    #expect(!Self.isOverdue([Self.step(0), Self.step(0, plugin: 2), Self.step(0, plugin: 3)]))
    #expect(!Self.isOverdue([Self.step(0), Self.step(0, pass: 1), Self.step(0, pass: 2)]))
  }

  @Test func stepsThatCannotBeAreNone() {
    // Back and forth, beyond the batch's end, more passes than plugins, and another batch.
    #expect(Self.isOverdue([Self.step(5), Self.step(4), Self.step(5), Self.step(4)]))
    #expect(Self.isOverdue([Self.step(9), Self.step(10), Self.step(11), Self.step(.max)]))
    #expect(Self.isOverdue([Self.step(0, pass: 2), Self.step(0, pass: 3), Self.step(0, pass: 4)]))
    #expect(Self.isOverdue((0..<3).map { Self.step($0, batch: 2) }))
  }
}
