import ConfigurationFiles
import EventLoop
import Notilua
import PluginTesting

/// The gate of a generation: the plugins' own tests, on the bytes that were read.
struct GenerationGate {
  private let content: GenerationContent
  private let executable: String

  init(_ content: GenerationContent, executable: String) {
    self.content = content
    self.executable = executable
  }

  private var settings: Configuration.Service.Reload { content.configuration.service.reload }

  /// Runs the tests where the configuration asks for them, and returns the number of cases.
  ///
  /// It waits for them, and is for a thread that may.
  ///
  /// - Throws: ``HostError`` with the first case that fails.
  func check() throws(HostError) -> Int {
    guard settings.gate == "tests" else { return 0 }
    let plan = TestPlan(paths: paths)
    if let error = plan.errors.first { throw Self.failure(error.message) }
    if plan.units.isEmpty { return 0 }
    let sources = PluginSources(content.chain, device: content.configuration.strings.device)
    let report = TestRunner(content.configuration, options, sources: sources)
      .run(plan) { _, _ in
        true
      } onResults: { _, _ in
      }
    if let failed = report.results.first(where: { $0.status == .failed }) {
      throw Self.failure(Self.text(failed, report.results))
    }
    if report.isCutShort {
      throw Self.failure(
        "the tests took longer than \(Quantity.text(settings.testBudget)), and \(report.results.count) have run;"
          + " raise service.reload.test_budget")
    }
    return report.results.count { $0.status == .passed }
  }

  /// The folders of tests: those of the chain's plugins, and those beside them.
  private var paths: [String] {
    // Two applications may have one plugin.
    var known: Set<String> = []
    let plugins = content.configuration.plugins.map(\.path).filter { known.insert($0).inserted }
    let own = plugins.filter { PluginFolder.isFolder($0 + "/tests") }
    let shared = Set(plugins.map { PluginFolder.parent(of: $0) + "/tests" }).sorted()
    return own + shared.filter { PluginFolder.isFolder($0) && !plugins.contains(PluginFolder.parent(of: $0)) }
  }

  private var options: TestRunner.Options {
    var options = TestRunner.Options()
    options.executable = executable
    options.snapshots = .never
    options.looksForDependencies = false
    options.deadline = MonotonicClock.now + settings.testBudget.nanoseconds
    options.grants = Dictionary(
      content.configuration.plugins.map { (PluginFolder.whole($0.path), Set($0.grantedCapabilities)) },
      uniquingKeysWith: { $0.union($1) })
    return options
  }

  private static func text(_ failed: TestResult, _ results: [TestResult]) -> String {
    let count = results.count { $0.status == .failed }
    let lines =
      failed.failures.first?.lines.prefix(4).map { $0.split(separator: " ").joined(separator: " ") }
      ?? ["it failed"]
    let details = lines.dropFirst().joined(separator: ", ")
    let why = lines[0] + (details.isEmpty ? "" : " (\(details))")
    return
      "\(failed.file):\(failed.line): \(failed.subject): \(failed.name): \(why); \(count) of \(results.count)"
      + " cases failed, and 'notilua test' shows them"
  }

  private static func failure(_ text: String) -> HostError { HostError(.failed, text) }
}
