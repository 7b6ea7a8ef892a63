import NotificationModel
import Notilua

/// One thing that is the same in every test and another in production.
///
/// A case that passes runs again with all of them changed: what comes out differently depends on one.
package enum TestCondition: String, CaseIterable, Sendable {
  /// The order in which `pairs` and `next` go through a table that Lua made.
  case keyOrder
  /// The order in which `table.sort` leaves elements that are equal.
  case equalOrder
  /// The time zone of the machine.
  case timeZone
  /// The fraction of a second at which the clock stands.
  case clockFraction
  /// The seed of random numbers and identifiers.
  case seed

  /// The name of what a plugin depends on.
  var subject: String {
    switch self {
    case .keyOrder: "the order of pairs"
    case .equalOrder: "the order of equal elements in table.sort"
    case .timeZone: "the time zone"
    case .clockFraction: "a clock without a fraction of a second"
    case .seed: "the seed of random numbers"
    }
  }

  /// The difference in production, and the author's next step.
  var advice: String {
    switch self {
    case .keyOrder:
      "it is another in each run; collect the keys and sort them with table.sort"
    case .equalOrder:
      "Lua leaves it open; let the order function compare something else where two elements are equal"
    case .timeZone:
      "it is the machine's in production; use notilua.time with a zone, write \"!\" before the format of os.date for UTC, or set time_zone in the case"
    case .clockFraction:
      "the clock of production has one; round with math.floor where a whole number is needed"
    case .seed:
      "it is another in each run; set seed in the case, or expect what does not depend on it"
    }
  }

  /// The zone in place of UTC: of another hour and, for half of the day, of another date.
  static let otherTimeZone = "<+1230>-12:30"
}

extension TestCase {
  /// The conditions that the case leaves to the tester.
  var openConditions: Set<TestCondition> {
    var open = Set(TestCondition.allCases).subtracting(fixedConditions)
    if now != now.rounded(.down) { open.remove(.clockFraction) }
    return open
  }

  /// Returns the case with some of its open conditions changed.
  func varied(_ conditions: Set<TestCondition>) -> TestCase {
    var varied = self
    // Time and memory are others in each run.
    varied.expectation.time = nil
    varied.expectation.memory = nil
    varied.variation = conditions.intersection(openConditions)
    for condition in varied.variation {
      switch condition {
      case .keyOrder, .equalOrder: break
      case .timeZone: varied.timeZone = TestCondition.otherTimeZone
      case .clockFraction: varied.now += 0.25
      case .seed: varied.seed = ~seed
      }
    }
    return varied
  }
}

// MARK: What depends on a condition

/// The result of one run of a case.
struct TestObservation: Sendable {
  var outcomes: [Outcome] = []
  /// The differences from what the case expects.
  var failures: [TestFailure] = []

  /// True where a plugin ran out of time or memory, or crashed.
  fileprivate var meetsLimit: Bool {
    outcomes.contains { $0.faults.contains { [.timeout, .memory, .crash].contains($0.kind) } }
  }

  /// Returns the messages of faults of this run that the other does not have.
  fileprivate func newFault(since usual: TestObservation) -> String? {
    let kinds = { (observation: TestObservation) in
      observation.outcomes.map { $0.faults.map { "\($0.plugin): \($0.kind.rawValue)" } }
    }
    guard kinds(self) != kinds(usual) else { return nil }
    let known = Set(usual.outcomes.flatMap { $0.faults.map(\.message) })
    let new = outcomes.flatMap { $0.faults.map(\.message) }.first { !known.contains($0) }
    return new ?? "faults that happen otherwise do not"
  }

  /// The first outcome that is another, and what is.
  fileprivate func difference(from usual: TestObservation) -> (Outcome, [JSONValue.Difference])? {
    for (outcome, other) in zip(outcomes, usual.outcomes) where !outcome.isEqual(to: other) {
      let differences = outcome.comparable.differences(from: other.comparable)
      if !differences.isEmpty { return (outcome, differences) }
    }
    return nil
  }
}

extension Outcome {
  /// Tells at little cost whether two outcomes are the same, but for times and identifiers.
  fileprivate func isEqual(to other: Outcome) -> Bool {
    action == other.action && payload == other.payload && reason == other.reason
      && withdrawals == other.withdrawals && attachments == other.attachments && faults == other.faults
      && headers == other.headers && log == other.log && warnings == other.warnings
      && presentation == other.presentation
  }

  /// The part that does not depend on the moment or the machine.
  fileprivate var comparable: JSONValue {
    guard case .object(var members) = Snapshot.value(self),
      let presentation = (try? JSONValue(json))?["presentation"]
    else { return Snapshot.value(self) }
    members.append(.init("presentation", presentation))
    return .object(members)
  }
}

extension TestCondition {
  /// Returns what is said where a case depends on this condition.
  ///
  /// - Parameters:
  ///   - usual: what came of the case as tests run it.
  ///   - varied: what came of it with this condition changed.
  func warning(_ usual: TestObservation, _ varied: TestObservation) -> TestFailure? {
    var warning = TestFailure("depends on \(subject)", advice)
    switch self {
    case .keyOrder, .equalOrder, .timeZone:
      if let (outcome, differences) = varied.difference(from: usual) {
        for difference in differences.prefix(3) {
          warning.details.append(.path(difference.path))
          warning.details.append(.note("  here      \(difference.expected?.text ?? "nothing there")"))
          warning.details.append(.note("  otherwise \(difference.actual?.text ?? "nothing there")"))
          let writers = outcome.writers(of: difference.path)
          if !writers.isEmpty {
            warning.details.append(.note("  written at \(writers.joined(separator: ", "))"))
          }
        }
        return warning
      }
      guard let failure = varied.failures.first else { return nil }
      warning.details = failure.lines.map { .note($0) }
      return warning
    case .clockFraction:
      // What is computed from the time is another at another time.
      guard let fault = varied.newFault(since: usual) else { return nil }
      warning.details = [.note(fault)]
      return warning
    case .seed:
      // Random numbers are meant to be others each time; what a case expects of them is not.
      guard let failure = varied.failures.first else { return nil }
      warning.details = failure.lines.map { .note($0) }
      return warning
    }
  }
}

/// Runs a case again with its open conditions changed, and returns what it depends on.
///
/// - Parameter run: runs the case with the conditions that are changed.
func dependencies(
  on open: Set<TestCondition>, _ usual: TestObservation,
  run: (Set<TestCondition>) -> TestObservation?
) -> [TestWarning] {
  // What runs into a limit would take as long again, and may come out otherwise for that reason alone.
  guard !usual.meetsLimit, let varied = run(open), !varied.meetsLimit else { return [] }
  if varied.failures.isEmpty, varied.newFault(since: usual) == nil, varied.difference(from: usual) == nil {
    return []
  }
  // Each alone says which of them it is.
  return TestCondition.allCases.filter { open.contains($0) }.compactMap { condition in
    run([condition]).flatMap { $0.meetsLimit ? nil : condition.warning(usual, $0) }
      .map { TestWarning(kind: .dependency, finding: $0) }
  }
}
