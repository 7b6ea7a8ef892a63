import ConfigurationFiles
import EventLoop
import Foundation
import NotificationModel
import Notilua
import Synchronization

/// Runs the cases of a plan on several lanes at once.
package struct TestRunner: Sendable {
  /// The way in which cases run.
  package struct Options: Sendable {
    /// The path of `notilua-worker`.
    package var executable = ""
    /// The number of cases that run at once.
    package var lanes = 1
    /// The treatment of snapshots.
    package var snapshots = Snapshot.Mode.writeMissing
    /// A Boolean value that indicates whether coverage is counted.
    package var countsLines = false
    /// A Boolean value that indicates whether nothing begins after the first failure.
    package var stopsAtFailure = false
    /// The number of times that each case runs.
    package var rounds = 1
    /// A Boolean value that indicates whether cases that pass run again, to see what they depend on.
    package var looksForDependencies = true
    /// The time of the monotonic clock from which on no case begins; nil for none.
    package var deadline: Int64?
    /// The capabilities that the configuration grants the plugins of its chain, by their whole paths.
    package var grants: [String: Set<String>] = [:]

    /// Creates the options of a run without flags.
    package init() {}

    /// A Boolean value that indicates whether no case begins any more.
    var isOver: Bool { deadline.map { MonotonicClock.now >= $0 } ?? false }
  }

  /// The results of a run.
  package struct Report: Sendable {
    /// The results, in the order of the plan.
    package var results: [TestResult] = []
    /// The coverage of all cases together.
    package var coverage = Coverage()
    /// The number of files that were written.
    package var writtenSnapshots = 0
    /// The time from the first case to the last.
    package var duration = Duration.zero
    /// A Boolean value that indicates whether cases did not run, since the time was over.
    package var isCutShort = false
    /// Plugins without cases whose files could not be read.
    package var errors: [HostError] = []

    /// Creates a report without results.
    package init() {}
  }

  private let configuration: Configuration
  private let options: Options
  private let sources: PluginSources

  /// Creates a runner; its cases get all but the chain from the configuration.
  ///
  /// - Parameter sources: the files of plugins; without it they are read.
  package init(
    _ configuration: Configuration, _ options: Options, sources: PluginSources = PluginSources()
  ) {
    self.configuration = configuration
    self.options = options
    self.sources = sources
  }

  private struct State {
    var next = 0
    var isStopped = false
    var report = Report()
    /// By the place in the plan, where an earlier one is not there yet: lanes are done in any order.
    var waiting: [Int: [TestResult]] = [:]
    /// The place in the plan whose results are shown next.
    var shown = 0
    var untested: Set<String> = []
  }

  /// Runs a plan.
  ///
  /// - Parameters:
  ///   - isChosen: whether a test in Lua of that subject and name is to run.
  ///   - onResults: called as results come, by one thread at a time; with those that are shown now, in the plan's order.
  package func run(
    _ plan: TestPlan, isChosen: @escaping @Sendable (_ subject: String, _ name: String) -> Bool,
    onResults: @escaping @Sendable (_ results: [TestResult], _ shown: [TestResult]) -> Void
  ) -> Report {
    let start = MonotonicClock.now
    let count = plan.units.count * options.rounds
    let state = Mutex(State())
    let done = DispatchSemaphore(value: 0)
    let lanes = max(1, min(options.lanes, count))
    withExtendedLifetime(state) {
      for _ in 0..<lanes {
        let thread = Thread { [self] in
          let lane = TestLane(configuration, options, sources)
          while let index = take(state, count) {
            var results: [TestResult]
            let isFirst = options.looksForDependencies && index < plan.units.count
            switch plan.units[index % plan.units.count] {
            case .testCase(let testCase): results = [lane.run(testCase, looksForDependencies: isFirst)]
            case .suite(let suite):
              results = lane.run(suite, looksForDependencies: isFirst) { isChosen(suite.subject, $0) }
            }
            for place in results.indices { results[place].round = index / plan.units.count + 1 }
            state.withLock { state in
              state.waiting[index] = results
              if options.stopsAtFailure, results.contains(where: { $0.status == .failed }) {
                state.isStopped = true
              }
              var shown: [TestResult] = []
              while let next = state.waiting.removeValue(forKey: state.shown) {
                shown += next
                state.shown += 1
              }
              state.report.results += shown
              onResults(results, shown)
            }
          }
          if options.countsLines {
            // Each is some lane's.
            for plugin in plan.untestedPlugins where state.withLock({ $0.untested.insert(plugin).inserted }) {
              do throws(HostError) {
                try lane.countUntested(plugin)
              } catch {
                state.withLock { $0.report.errors.append(error) }
              }
            }
          }
          state.withLock { state in
            if lane.isCutShort { state.report.isCutShort = true }
            state.report.coverage.add(lane.coverage)
            state.report.writtenSnapshots += lane.writtenSnapshots
          }
          done.signal()
        }
        thread.start()
      }
      for _ in 0..<lanes { done.wait() }
    }
    var report = state.withLock { $0.report }
    report.duration = .nanoseconds(MonotonicClock.now - start)
    return report
  }

  private func take(_ state: borrowing Mutex<State>, _ count: Int) -> Int? {
    state.withLock { state in
      guard !state.isStopped, state.next < count else { return nil }
      guard !options.isOver else {
        state.report.isCutShort = true
        return nil
      }
      state.next += 1
      return state.next - 1
    }
  }
}
