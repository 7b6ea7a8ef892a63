import ExtensionHost
import ExtensionRuntime
import LuaSandbox
import NotificationModel

/// Runs one case after another in a worker of its own.
final class TestLane {
  private let configuration: Configuration
  private let options: TestRunner.Options
  private let sources: PluginSources
  /// By time zone, which a worker learns at its start; and one for tests in Lua, whose cases need another beside it.
  private var pools: [String: WorkerPool] = [:]
  private static let suitePool = "suite"
  private(set) var coverage = Coverage()
  private(set) var writtenSnapshots = 0

  init(_ configuration: Configuration, _ options: TestRunner.Options, _ sources: PluginSources) {
    self.configuration = configuration
    self.options = options
    self.sources = sources
  }

  /// Why a case could not be run.
  private enum Obstacle: Error {
    /// A plugin cannot be loaded, which may be what is expected.
    case loadFault(String)
    case host(HostError)
  }

  // MARK: Cases

  func run(_ testCase: TestCase) -> TestResult {
    if let skip = testCase.skip { return TestResult(testCase, .skipped(skip)) }
    var failures: [TestFailure] = []
    var log: [String] = []
    let start = monotonicNanoseconds()
    do throws(Obstacle) {
      let outcomes = try outcomes(of: testCase)
      if let expected = testCase.expectation.loadError {
        failures.append(
          TestFailure("load_error", "the plugin loads", expected: expected, actual: "no error"))
      }
      for (input, outcome) in zip(testCase.inputs, outcomes) {
        for var failure in testCase.expectation.failures(outcome, given: input.line) {
          if let place = input.place { failure.details.insert(.note("given by \(place)"), at: 0) }
          failures.append(failure)
        }
        log += outcome.log.map { "\($0.plugin): \($0.level): \($0.text)" }
      }
      // What is wrong otherwise is not made the standard.
      if testCase.expectation.isSnapshot, failures.isEmpty || options.snapshots == .never {
        let (found, isWritten) = Snapshot(testCase).check(
          outcomes, options.snapshots, paths: try shownPaths(testCase))
        failures += found
        if isWritten { writtenSnapshots += 1 }
      }
    } catch {
      switch error {
      case .loadFault(let message):
        if let expected = testCase.expectation.loadError {
          if !message.contains(expected) {
            failures.append(
              TestFailure("load_error", "is not as expected", expected: expected, actual: message))
          }
        } else {
          failures.append(TestFailure("load", message))
        }
      case .host(let error): failures.append(TestFailure("run", error.message))
      }
    }
    var result = TestResult(testCase, failures.isEmpty ? .passed : .failed, failures: failures)
    result.log = log
    result.duration = .nanoseconds(monotonicNanoseconds() - start)
    return result
  }

  /// What becomes of a case's lines.
  private func outcomes(of testCase: TestCase) throws(Obstacle) -> [Outcome] {
    var keys = KeyRing()
    for (name, key) in testCase.keys { keys.add(name, key: key) }
    let definitions: [PluginDefinition]
    do throws(HostError) {
      definitions = try self.definitions(testCase)
    } catch {
      throw error.status == .plugins ? .loadFault(error.message) : .host(error)
    }
    let pool = try pool(definitions, testCase, keys)
    var lines = testCase.inputs.map(\.line)
    if let presenting = testCase.presenting {
      lines = lines.map { line in
        let notification = Presenter.Notification(
          line: line, attachments: presenting.attachments, date: testCase.now)
        // What is no notification is rejected as it is.
        return Presenter.line(presenting.call, notification, presenting.view) ?? line
      }
    }
    return try outcomes(of: lines, pool, testCase.timeZone)
  }

  /// The paths of the case's Lua files as messages have them, and from the folder that their plugin is in.
  private func shownPaths(_ testCase: TestCase) throws(Obstacle) -> [String: String] {
    var paths: [String: String] = [:]
    do throws(HostError) {
      for definition in try definitions(testCase) {
        let parts = definition.path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.dropLast(parts.last == "init.lua" ? 2 : 1).map { $0 + "/" }.joined()
        for chunk in definition.chunks where chunk.path.hasPrefix(folder) {
          let short = String(chunk.path.dropFirst(folder.count))
          paths[chunk.path] = short
          // Lua shows the last 56 bytes of a path that is too long for it: LUA_IDSIZE.
          if chunk.path.utf8.count > 59 { paths["..." + String(chunk.path.suffix(56))] = short }
        }
      }
    } catch {
      throw .host(error)
    }
    return paths
  }

  /// Counts the lines of a plugin that no case is about.
  func countUntested(_ plugin: String) throws(HostError) {
    var definition = try sources.definition(of: Configuration.Plugin(path: plugin), configuration)
    definition.testing = TestConditions(now: TestCase.usualNow, countsLines: true)
    let world = TestCase(name: "", subject: plugin, file: plugin, line: 1, chain: .configured)
    do throws(Obstacle) {
      let pool = try pool([definition], world, KeyRing())
      do throws(HostError) {
        coverage.addUntested(try pool.takeLineCounts())
      } catch {
        throw .host(error)
      }
    } catch {
      throw HostError(.plugins, Self.message(error))
    }
  }

  private func definitions(_ testCase: TestCase) throws(HostError) -> [PluginDefinition] {
    let plugins: [Configuration.Plugin]
    switch testCase.chain {
    case .own(let plugin): plugins = [plugin]
    case .named(let list): plugins = list
    case .configured: plugins = try configuration.chain()
    }
    var base = configuration
    // The operator's limits are those of the machine that the plugins will run on.
    base.plugins = plugins
    if let strings = testCase.strings { base.strings = strings }
    var definitions: [PluginDefinition] = []
    for plugin in try base.chain() {
      var definition = try sources.definition(of: plugin, base)
      definition.testing = TestConditions(now: testCase.now, countsLines: options.countsLines)
      definitions.append(definition)
    }
    return definitions
  }

  // MARK: Cases in Lua

  /// Runs all tests of a file of Lua that `isChosen` names.
  func run(_ suite: TestSuite, isChosen: (String) -> Bool) -> [TestResult] {
    func definition(_ test: Int?) throws(HostError) -> PluginDefinition {
      var definition = try sources.definition(of: suite, configuration)
      definition.testing = TestConditions(
        now: TestCase.usualNow, countsLines: options.countsLines, isSuite: true)
      if let test { definition.settings = "{\"test\":\(test)}" }
      return definition
    }
    let world = TestCase(name: "", subject: suite.subject, file: suite.file, line: 1, chain: .configured)
    let names: [String]
    do {
      let pool = try pool([try definition(nil)], world, KeyRing(), isSuite: true)
      names = TestSuite.names(in: pool.reports[0].description)
      if names.isEmpty {
        throw HostError(.usage, "\(suite.file): no test there; write one with test(\"…\", function(t) … end)")
      }
    } catch {
      return [
        TestResult(
          subject: suite.subject, name: suite.file, file: suite.file, line: 1, status: .failed,
          failures: [TestFailure("load", Self.message(error))])
      ]
    }
    var results: [TestResult] = []
    for (index, name) in names.enumerated() where isChosen(name) {
      var result = TestResult(
        subject: suite.subject, name: name, file: suite.file, line: suite.line(of: name), status: .passed)
      let start = monotonicNanoseconds()
      do {
        let pool = try pool([try definition(index + 1)], world, KeyRing(), isSuite: true)
        pool.onRequest = { [unowned self] request in answer(request, suite) }
        let outcome = try outcomes(of: [Array(TestSuite.payload.utf8)], pool, Self.suitePool)[0]
        for (fault, trace) in zip(outcome.faults, outcome.faultTraces) {
          let subject = fault.kind == .error ? "test" : fault.kind.rawValue
          result.failures.append(TestFailure(subject, fault.message, trace: TestSuite.ownLines(of: trace)))
        }
        if outcome.action != .deliver {
          result.failures.append(TestFailure("run", outcome.reason ?? "the test did not come to its end"))
        }
        result.log = outcome.log.map { "\($0.level): \($0.text)" }
      } catch {
        result.failures.append(TestFailure("run", Self.message(error)))
      }
      if !result.failures.isEmpty { result.status = .failed }
      result.duration = .nanoseconds(monotonicNanoseconds() - start)
      results.append(result)
      if options.stopsAtFailure, result.status == .failed { break }
    }
    return results
  }

  private static func message(_ error: any Error) -> String {
    switch error {
    case let error as HostError: error.message
    case Obstacle.host(let error): error.message
    case Obstacle.loadFault(let message): message
    default: "\(error)"
    }
  }

  /// Runs the case that a test in Lua asks for, in another worker than the test's own.
  private func answer(_ request: CapabilityRequest, _ suite: TestSuite) -> CapabilityAnswer {
    guard case .runCase(let json) = request else { return .failure("a test asks the host for t.run only") }
    do {
      var testCase = try TestCaseReader(file: suite.file, plugin: suite.plugin, name: "the case")
        .nestedCase(json)
      testCase.name = "t.run"
      let outcomes = try outcomes(of: testCase)
      let texts = outcomes.map(TestSuite.json)
      let answer = testCase.inputs.count == 1 ? texts[0] : "[" + texts.joined(separator: ",") + "]"
      guard answer.utf8.count < CapabilityAnswer.bodyLimit(isSuite: true) - 100 else {
        return .failure("t.run: the outcomes are larger than 1 MiB; give it fewer lines")
      }
      return .bytes(Array(answer.utf8))
    } catch {
      return .failure("t.run: \(Self.message(error))")
    }
  }

  // MARK: Workers

  /// A worker with these plugins.
  private func pool(
    _ definitions: [PluginDefinition], _ testCase: TestCase, _ keys: KeyRing, isSuite: Bool = false
  ) throws(Obstacle) -> WorkerPool {
    var options = WorkerPool.Options(configuration, executable: self.options.executable)
    options.workers = 1
    options.stopQuarantine()
    options.reportOutcomes(traces: true)
    options.runner.presents = testCase.presenting != nil
    options.timeZone = ":\(testCase.timeZone)"
    options.seed = testCase.seed
    options.receivedAt = testCase.now
    options.spareMemory = 1 << 30
    let name = isSuite ? Self.suitePool : testCase.timeZone
    do throws(HostError) {
      let pool: WorkerPool
      if let present = pools[name] {
        pool = present
        try pool.reconfigure(definitions: definitions, options: options, keys: keys)
      } else {
        pool = try WorkerPool(definitions: definitions, options: options, keys: keys)
        pools[name] = pool
      }
      if let failure = pool.reports.map(\.failure).first(where: { !$0.isEmpty }) {
        // A chunk that fails has run up to there.
        if self.options.countsLines { coverage.add(try pool.takeLineCounts()) }
        throw HostError(.plugins, failure)
      }
      return pool
    } catch {
      // It may be in the middle of something.
      if !(error.status == .plugins && pools[name]?.reports.isEmpty == false) { pools[name] = nil }
      throw error.status == .plugins ? .loadFault(error.message) : .host(error)
    }
  }

  private func outcomes(
    of lines: [[UInt8]], _ pool: WorkerPool, _ name: String
  ) throws(Obstacle) -> [Outcome] {
    do throws(HostError) {
      let outcomes = try pool.outcomes(of: lines)
      if options.countsLines { coverage.add(try pool.takeLineCounts()) }
      return outcomes
    } catch {
      pools[name] = nil
      throw .host(error)
    }
  }
}
