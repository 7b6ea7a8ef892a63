import CProcessSandbox
import ConfigurationFiles
import EventLoop
import Glibc
import NotificationModel
import Testing
import WorkerHost
import WorkerProtocol

/// The cause of a worker's death, by what the worker noted and how it ended; no process is needed for that.
struct DeathBlameTests {
  private static let definitions = [
    PluginDefinition(name: "a", path: "a.lua", source: []),
    PluginDefinition(name: "b", path: "b.lua", source: []),
  ]
  private static let blame = DeathBlame(definitions, executable: "notilua-worker")

  private static func batch() -> Batch {
    let batch = Batch(
      sequence: 0, items: Array(repeating: BatchItem(offset: 0, count: 2), count: 8),
      identifiers: IdentifierSeed(1), context: Batch.Context())
    let lines = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
    defer { lines.deallocate() }
    batch.slot = Slot(worker: 0, number: 1, lines: lines, capacity: 0)
    return batch
  }

  /// Returns the death of a worker whose note is of a plugin, from 0, on an item; nil means no plugin.
  private static func death(
    _ ending: Child.Ending, item: UInt32 = 3, plugin: UInt32? = 1, batch: UInt64 = 1, isOverdue: Bool = false,
    place: (path: String, line: UInt32)? = nil
  ) -> WorkerDeath {
    WorkerDeath(
      ending: ending, progress: WorkerProgress(plugin: plugin.map { $0 + 1 } ?? 0, item: item, batch: batch),
      isOverdue: isOverdue, lock: WorkerLock(), place: place)
  }

  private static let crash = Child.Ending.signaled(SIGSEGV)
  private static let timeout = Child.Ending.exited(Int32(PS_EXIT_OVERDUE))

  /// Has a batch's workers die so, one after another; returns the message where it is not tried again.
  private static func die(_ batch: Batch, _ deaths: [WorkerDeath]) -> String? {
    for death in deaths {
      do throws(HostError) {
        try blame.blame(batch, for: death)
      } catch {
        return error.message
      }
    }
    return nil
  }

  private static func faults(_ batch: Batch) -> [String] {
    batch.presumed.map {
      let kind = PresumedFaultRecord.Kind(rawValue: $0.kind).map { "\($0)" } ?? "?"
      let plugin = Int($0.plugin) == PresumedFaultRecord.anyPlugin ? "line" : "\($0.plugin)"
      return "\(kind) of \(plugin) on \($0.item)" + ($0.line > 0 ? " at \($0.chunk):\($0.line)" : "")
    }
  }

  @Test func aCrashIsBlamedTheSecondTimeInARow() {
    let batch = Self.batch()
    #expect(Self.die(batch, [Self.death(Self.crash)]) == nil)
    #expect(Self.faults(batch) == [] && batch.caution == 3)
    #expect(Self.die(batch, [Self.death(Self.crash)]) == nil)
    #expect(Self.faults(batch) == ["crash of 1 on 3"])
  }

  @Test func aDeathElsewhereBeginsARowAnew() {
    let batch = Self.batch()
    let other = [Self.death(Self.crash, plugin: 0), Self.death(Self.crash, item: 4)]
    #expect(Self.die(batch, [Self.death(Self.crash)] + other + [Self.death(Self.crash)]) == nil)
    #expect(Self.faults(batch) == [])
  }

  @Test func aKillIsBlamedTheThirdTime() {
    let batch = Self.batch()
    let kill = Self.death(.signaled(SIGKILL))
    #expect(Self.die(batch, [kill, kill]) == nil)
    #expect(Self.faults(batch) == [])
    #expect(Self.die(batch, [kill]) == nil)
    #expect(Self.faults(batch) == ["crash of 1 on 3"])
  }

  @Test func timeThatRanOutIsBlamedAtOnce() {
    let batch = Self.batch()
    let deaths = [
      Self.death(Self.timeout, item: 0, plugin: 0, place: ("a.lua", 7)),
      Self.death(.signaled(SIGKILL), item: 1, plugin: 1, isOverdue: true, place: ("a.lua", 8)),
    ]
    #expect(Self.die(batch, deaths) == nil)
    // A line of another plugin's file is none of this plugin.
    #expect(Self.faults(batch) == ["cpu of 0 on 0 at 0:7", "wall of 1 on 1"])
  }

  @Test func aLineIsBlamedWhereThePluginDoesNotRunAnyMore() {
    let batch = Self.batch()
    let crashes = Array(repeating: Self.death(Self.crash), count: 2)
    #expect(Self.die(batch, crashes + crashes) == nil)
    #expect(Self.faults(batch) == ["crash of 1 on 3", "crash of line on 3"])
    #expect(Self.die(batch, crashes)?.contains("die of a line that they do not look at") == true)
  }

  @Test func deathsWithoutAPluginGiveUpInTheEnd() {
    let batch = Self.batch()
    let idle = WorkerDeath(ending: .signaled(SIGKILL), progress: .idle, lock: WorkerLock())
    #expect(Self.die(batch, Array(repeating: idle, count: 99)) == nil)
    #expect(Self.faults(batch) == [] && !batch.isStepwise)
    #expect(Self.die(batch, [idle])?.contains("without a plugin running") == true)
  }

  @Test(
    arguments: [
      // Beyond the batch, of a plugin that there is not, and of another batch.
      (8, 1, 1), (UInt32.max, 1, 1), (3, 2, 1), (3, 1, 2),
    ] as [(UInt32, UInt32, UInt64)])
  func aNoteThatCannotBeIsNotBelieved(_ item: UInt32, _ plugin: UInt32, _ number: UInt64) {
    let batch = Self.batch()
    let lie = Self.death(Self.crash, item: item, plugin: plugin, batch: number)
    #expect(Self.die(batch, [lie]) == nil)
    #expect(batch.isStepwise && Self.faults(batch) == [])
    #expect(Self.die(batch, [lie, lie]) == nil)
    #expect(Self.faults(batch) == ["crash of line on 0"])
    #expect(Self.die(batch, [lie])?.contains("note what cannot be") == true)
  }

  @Test func resultsEndSuspicion() {
    let batch = Self.batch()
    #expect(Self.die(batch, Array(repeating: Self.death(Self.crash), count: 2)) == nil)
    batch.finish(0..<4)
    #expect(Self.faults(batch) == [] && batch.pending == 4..<8)
    // The item has its result, so that the note cannot be true.
    #expect(Self.die(batch, [Self.death(Self.crash)]) == nil)
    #expect(batch.isStepwise)
  }

  @Test func aWorkerThatDiesWhileItLoadsIsStartedAgainForAWhile() {
    func starts(_ death: WorkerDeath) -> (count: Int, message: String) {
      var failures = 0
      var count = 1
      while true {
        do throws(HostError) {
          try Self.blame.count(death, &failures)
        } catch {
          return (count, error.message)
        }
        count += 1
      }
    }
    let slow = starts(Self.death(Self.timeout, plugin: 0))
    #expect(slow.count == 2 && slow.message.contains("a.lua: ran out of time while it was loaded"))
    let dying = starts(Self.death(Self.crash))
    #expect(dying.count == 20 && dying.message.contains("b.lua: the worker dies of signal 11"))
    #expect(starts(Self.death(.exited(127), plugin: nil)).message.contains("a library is missing"))
    #expect(starts(Self.death(Self.crash, plugin: 2)).message.contains("at its start"))
    #expect(starts(Self.death(.exited(Int32(PS_EXIT_UNLOCKED)))).count == 1)
  }
}
