import ConfigurationFiles
import EventLoop
import LosslessJSON
import NotificationModel
import Notilua
import WorkerHost
import WorkerProtocol

/// Runs one case after another in a worker of its own.
final class TestLane {
  private let configuration: Configuration
  private let options: TestRunner.Options
  private let sources: PluginSources
  /// By ``poolName(_:isSuite:)``.
  private var pools: [String: WorkerPool] = [:]
  private(set) var coverage = Coverage()
  private(set) var writtenSnapshots = 0
  /// A Boolean value that indicates whether tests of a file did not run, since the time was over.
  private(set) var isCutShort = false

  init(_ configuration: Configuration, _ options: TestRunner.Options, _ sources: PluginSources) {
    self.configuration = configuration
    self.options = options
    self.sources = sources
  }

  /// The cause that keeps a case from running.
  private enum Obstacle: Error {
    /// A plugin cannot be loaded, which may be what is expected.
    case loadFault(String)
    case host(HostError)
  }

  // MARK: Cases

  /// - Parameter looksForDependencies: the case runs again where it passes, to see what it depends on.
  func run(_ testCase: TestCase, looksForDependencies: Bool = true) -> TestResult {
    if let skip = testCase.skip { return TestResult(testCase, .skipped(skip)) }
    var failures: [TestFailure] = []
    var log: [String] = []
    var usual = TestObservation()
    let start = MonotonicClock.now
    do throws(Obstacle) {
      let outcomes = try outcomes(of: testCase)
      usual.outcomes = outcomes
      if let expected = testCase.expectation.loadError {
        failures.append(
          TestFailure("load_error", "the plugin loads", expected: expected, actual: "no error"))
      }
      failures += Self.failures(of: testCase, outcomes)
      log = outcomes.flatMap(\.log).map { "\($0.plugin): \($0.level): \($0.text)" }
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
    result.duration = .nanoseconds(MonotonicClock.now - start)
    if result.status == .passed, !usual.outcomes.isEmpty {
      if let warning = missingCapabilities(testCase) { result.warnings.append(warning) }
    }
    if result.status == .passed, looksForDependencies, !usual.outcomes.isEmpty {
      result.warnings += dependencies(on: testCase.openConditions, usual) { conditions in
        let varied = testCase.varied(conditions)
        guard let outcomes = try? self.outcomes(of: varied) else { return nil }
        return TestObservation(outcomes: outcomes, failures: Self.failures(of: varied, outcomes))
      }
    }
    return result
  }

  /// Returns what is said where the case's plugin asks for what the configuration does not grant it.
  private func missingCapabilities(_ testCase: TestCase) -> TestWarning? {
    guard case .own(let plugin) = testCase.chain, testCase.grantsAll,
      let granted = options.grants[PluginFolder.whole(plugin.path)],
      let asked = pools[Self.poolName(testCase)]?.reports.first?.capabilities
    else { return nil }
    let missing = asked.filter { !granted.contains($0) }
    if missing.isEmpty { return nil }
    let message =
      "the configuration does not grant \(missing.joined(separator: ", ")), which cases have where they name none; add"
      + " \(Capability.grant(missing)) to the plugin in notilua.yaml"
    return TestWarning(kind: .capability, finding: TestFailure("depends on capabilities", message))
  }

  /// Returns what of a case's outcomes is not as it expects, but for a snapshot.
  private static func failures(of testCase: TestCase, _ outcomes: [Outcome]) -> [TestFailure] {
    zip(testCase.inputs, outcomes).flatMap { input, outcome in
      testCase.expectation.failures(outcome, given: input.line).map { failure in
        var failure = failure
        if let place = input.place { failure.details.insert(.note("given by \(place)"), at: 0) }
        return failure
      }
    }
  }

  /// Returns the outcomes of a case's lines.
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
    guard let presenting = testCase.presenting else {
      return try outcomes(of: testCase.inputs.map(\.line), pool, testCase)
    }
    return try counting(pool, testCase) { () throws(HostError) in
      var outcomes: [Outcome] = []
      for input in testCase.inputs {
        if let request = Self.request(presenting, input.line, testCase) {
          outcomes.append(try pool.outcome(of: request))
        } else {
          // What is no notification is rejected as it is.
          outcomes += try pool.outcomes(of: [input.line])
        }
      }
      return outcomes
    }
  }

  /// The request that a case makes of a line; nil where that is no notification.
  private static func request(
    _ presenting: TestCase.Presenting, _ line: [UInt8], _ testCase: TestCase
  ) -> PresentationRequest? {
    var document = JSONDocument(depthLimit: 1000, duplicateKeys: .keepLast)
    let notification = line.withUnsafeBytes {
      // One without a name has the one that the worker makes by the case's seed.
      PushNotification($0, ticket: 0, place: "", identifier: "", &document)
    }
    guard let notification else { return nil }
    var request = PresentationRequest(
      presenting.call, notification, date: testCase.now, view: presenting.view)
    request.attachments = presenting.attachments
    return request
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
    case .own(let plugin): plugins = [configuration.tested(plugin)]
    case .named(let list): plugins = list
    case .configured: plugins = try configuration.chain()
    }
    // The operator's limits are those of the machine that the plugins will run on.
    var base = configuration.running(plugins)
    if let strings = testCase.strings { base.strings = strings }
    var definitions: [PluginDefinition] = []
    for plugin in try base.chain() {
      var definition = try sources.definition(of: plugin, base)
      definition.testing = conditions(testCase)
      definitions.append(definition)
    }
    return definitions
  }

  /// The conditions under which a plugin, or a test in Lua, runs in a case.
  private func conditions(_ testCase: TestCase, isSuite: Bool = false) -> TestConditions {
    var conditions = TestConditions(
      now: testCase.now, countsLines: countsLines(testCase), isSuite: isSuite)
    conditions.turnsKeys = testCase.variation.contains(.keyOrder)
    conditions.turnsEquals = testCase.variation.contains(.equalOrder)
    return conditions
  }

  /// Lines count once, in the run that decides whether the case passes.
  private func countsLines(_ testCase: TestCase) -> Bool { options.countsLines && testCase.variation.isEmpty }

  // MARK: Cases in Lua

  /// Runs all tests of a file of Lua that `isChosen` names.
  func run(
    _ suite: TestSuite, looksForDependencies: Bool = true, isChosen: (String) -> Bool
  ) -> [TestResult] {
    let world = TestCase(name: "", subject: suite.subject, file: suite.file, line: 1, chain: .configured)
    let names: [String]
    do {
      let pool = try suitePool(suite, test: nil, world)
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
      guard !options.isOver else {
        isCutShort = true
        break
      }
      var result = TestResult(
        subject: suite.subject, name: name, file: suite.file, line: suite.line(of: name), status: .passed)
      let start = MonotonicClock.now
      let (usual, outcome) = run(test: index + 1, of: suite, world)
      result.failures = usual.failures
      result.log = outcome?.log.map { "\($0.level): \($0.text)" } ?? []
      if !result.failures.isEmpty { result.status = .failed }
      result.duration = .nanoseconds(MonotonicClock.now - start)
      if result.status == .passed {
        if outcome?.reason == TestSuite.assertsNothing {
          let message = "no function of t was called that says what must be so; call t.equal, for example"
          result.warnings.append(
            TestWarning(kind: .testsNothing, finding: TestFailure("asserts nothing", message)))
        }
        if looksForDependencies {
          result.warnings += dependencies(on: Set(TestCondition.allCases), usual) { conditions in
            run(test: index + 1, of: suite, world.varied(conditions), conditions).0
          }
        }
      }
      results.append(result)
      if options.stopsAtFailure, result.status == .failed { break }
    }
    return results
  }

  /// Runs one test of a file of Lua.
  ///
  /// - Parameter variation: the conditions that are changed for the cases that it runs.
  /// - Returns: what came of those cases and of the test, and the outcome of the notification during which it ran.
  private func run(
    test: Int, of suite: TestSuite, _ world: TestCase, _ variation: Set<TestCondition> = []
  ) -> (TestObservation, Outcome?) {
    var observation = TestObservation()
    do {
      let pool = try suitePool(suite, test: test, world)
      pool.onRequest = { [unowned self] request in
        answer(request, suite, variation) { observation.outcomes += $0 }
      }
      let outcome = try outcomes(of: [Array(TestSuite.payload.utf8)], pool, world, isSuite: true)[0]
      for (fault, trace) in zip(outcome.faults, outcome.faultTraces) {
        let subject = fault.kind == .error ? "test" : fault.kind.rawValue
        observation.failures.append(
          TestFailure(subject, fault.message, trace: TestSuite.ownLines(of: trace)))
      }
      if outcome.action != .deliver, outcome.reason != TestSuite.assertsNothing {
        observation.failures.append(
          TestFailure("run", outcome.reason ?? "the test did not come to its end"))
      }
      return (observation, outcome)
    } catch {
      observation.failures.append(TestFailure("run", Self.message(error)))
      return (observation, nil)
    }
  }

  /// A worker with a file of tests.
  ///
  /// - Parameter test: the number of the test that it runs; nil tells the names of all.
  private func suitePool(_ suite: TestSuite, test: Int?, _ world: TestCase) throws -> WorkerPool {
    var definition = try sources.definition(of: suite, configuration)
    definition.testing = conditions(world, isSuite: true)
    if let test { definition.settings = "{\"test\":\(test)}" }
    return try pool([definition], world, KeyRing(), isSuite: true)
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
  private func answer(
    _ request: CapabilityRequest, _ suite: TestSuite, _ variation: Set<TestCondition>,
    onOutcomes: ([Outcome]) -> Void
  ) -> CapabilityAnswer {
    guard case .runCase(let json) = request else { return .failure("a test asks the host for t.run only") }
    do {
      var testCase = try TestCaseReader(file: suite.file, plugin: suite.plugin, name: "the case")
        .nestedCase(json)
      testCase.name = "t.run"
      let outcomes = try outcomes(of: testCase.varied(variation))
      onOutcomes(outcomes)
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
    options.timeZone = ":\(testCase.timeZone)"
    options.seed = testCase.seed
    options.receivedAt = testCase.now
    options.spareMemory = 1 << 30
    let name = Self.poolName(testCase, isSuite: isSuite)
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
        if countsLines(testCase) { coverage.add(try pool.takeLineCounts()) }
        throw HostError(.plugins, failure)
      }
      return pool
    } catch {
      // It may be in the middle of something.
      if !(error.status == .plugins && pools[name]?.reports.isEmpty == false) { pools[name] = nil }
      throw error.status == .plugins ? .loadFault(error.message) : .host(error)
    }
  }

  /// Workers learn their time zone at their start; and a case that a test in Lua runs needs one beside the test's own.
  private static func poolName(_ testCase: TestCase, isSuite: Bool = false) -> String {
    (isSuite ? "suite " : "") + testCase.timeZone
  }

  private func outcomes(
    of lines: [[UInt8]], _ pool: WorkerPool, _ testCase: TestCase, isSuite: Bool = false
  ) throws(Obstacle) -> [Outcome] {
    try counting(pool, testCase, isSuite: isSuite) { () throws(HostError) in try pool.outcomes(of: lines) }
  }

  /// Runs notifications, and counts the lines of the plugins that they have run.
  private func counting(
    _ pool: WorkerPool, _ testCase: TestCase, isSuite: Bool = false,
    _ body: () throws(HostError) -> [Outcome]
  ) throws(Obstacle) -> [Outcome] {
    do throws(HostError) {
      let outcomes = try body()
      if countsLines(testCase) { coverage.add(try pool.takeLineCounts()) }
      return outcomes
    } catch {
      pools[Self.poolName(testCase, isSuite: isSuite)] = nil
      throw .host(error)
    }
  }
}
