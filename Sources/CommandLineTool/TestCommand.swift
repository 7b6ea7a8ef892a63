import ArgumentParser
import CommandSupport
import ConfigurationFiles
import EventLoop
import Glibc
import NotificationModel
import Notilua
import PluginTesting
import TerminalPages
import WorkerHost

/// `notilua test`: cases of plugins against sample payloads.
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Runs the cases of plugins, and says what is not as they expect.",
    discussion: """
      Cases are data in NAME/tests/*.yaml, and Lua in NAME/tests/*_test.lua. They run in the sandbox of production, \
      with the clock, the time zone, random numbers and the order of tables fixed. A case that passes runs again with \
      these changed, and a warning says what it depends on.

      A case has name, given (a payload, its text, or { file: PATH } with line: N or lines: all) and expect (\
      \(TestCaseReader.expectationKeys.joined(separator: ", "))), and may have \
      \(TestCaseReader.optionalKeys.joined(separator: ", ")). The guide 'Testing plugins' says what each is.

      Ends with 0; with 1 when a case failed or too little is covered, and under --ci where something tests nothing; with 2 when nothing ran, or a file could not \
      be read.

      Examples:
        notilua test
        notilua test plugins/badge --filter 'adds|caps'
        notilua test --coverage html=coverage --threshold 95 \\
          --report junit=tests.xml --ci
        notilua test plugins/badge --watch
      """)

  @Argument(
    help: ArgumentHelp(
      "Plugins, folders of plugins or files of cases; without any the plugin that this folder is in, or all.",
      valueName: "path"),
    completion: .file(extensions: ["lua", "yaml"]))
  var paths: [String] = []

  @Option(
    help: ArgumentHelp("The configuration, for cases with 'plugins: configured'.", valueName: "file"),
    completion: .configuration)
  var config: String?

  @Option(help: ArgumentHelp("Only cases whose 'PLUGIN: NAME' has a match.", valueName: "regex"))
  var filter: String?

  @Option(help: ArgumentHelp("Only cases with this tag; give it several times for any of several."))
  var tag: [String] = []

  @Option(help: ArgumentHelp("How many cases run at once; without it one for each core.", valueName: "count"))
  var jobs: Int?

  @Flag(help: "Run the cases in another order each time; the order's seed is printed.")
  var shuffle = false

  @Option(
    help: ArgumentHelp("The seed of an earlier --shuffle, whose order comes again.", valueName: "number"))
  var shuffleSeed: UInt64?

  @Option(
    name: .customLong("repeat"), help: ArgumentHelp("Run every case so many times.", valueName: "count"))
  var rounds = 1

  @Flag(help: "Begin no case after the first that fails.")
  var failFast = false

  @Flag(help: "Run again what a saved file touches, until interrupted.")
  var watch = false

  @Flag(help: "Write all snapshots anew, and remove those of no case.")
  var update = false

  @Flag(
    help: ArgumentHelp(
      "Write no snapshot: one that is not there is a failure. So is a test that asserts nothing, and a file that looks like a test and is not run."
    ))
  var ci = false

  @Option(
    help: ArgumentHelp(
      "Write a report: junit=FILE, tap=FILE or json=FILE, where - is standard output; may be given several times.",
      valueName: "form=file"
    ),
    completion: .list(TestReportForm.allCases.map { "\($0.rawValue)=" }))
  var report: [String] = []

  @Option(
    help: ArgumentHelp(
      "Count the lines that run: text, lcov=FILE, cobertura=FILE or html=FOLDER, where a file - is standard output; may be given several times.",
      valueName: "form"),
    completion: .list(["text"] + CoverageReportForm.allCases.map { "\($0.rawValue)=" }))
  var coverage: [String] = []

  @Option(help: ArgumentHelp("Fail where less of the lines is covered, in per cent.", valueName: "percent"))
  var threshold: Double?

  @Flag(name: .shortAndLong, help: "Show every case, not only those that fail.")
  var verbose = false

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs is \(jobs); give a number of 1 to 256.")
    }
    if !(1...1_000_000).contains(rounds) {
      throw ValidationError("--repeat is \(rounds); give a number of 1 to 1000000.")
    }
    if let threshold, !(0...100).contains(threshold) {
      throw ValidationError("--threshold is \(threshold); give per cent of 0 to 100.")
    }
    if update, ci {
      throw ValidationError("--update and --ci exclude each other; one writes, the other never does.")
    }
    if let filter, (try? Regex(filter)) == nil {
      throw ValidationError(
        "--filter '\(filter)' is no regular expression; escape what should be taken as it is.")
    }
    for text in report where Self.pair(text, TestReportForm.self) == nil {
      throw ValidationError("--report '\(text)' is none of junit=FILE, tap=FILE and json=FILE.")
    }
    for text in coverage where text != "text" && Self.pair(text, CoverageReportForm.self) == nil {
      throw ValidationError(
        "--coverage '\(text)' is none of text, lcov=FILE, cobertura=FILE and html=FOLDER.")
    }
    if coverage.contains("html=-") {
      throw ValidationError("--coverage html has several files; name a folder for them.")
    }
    if pipedReports.count > 1 {
      throw ValidationError(
        "\(pipedReports.joined(separator: " and ")) would be mixed on standard output; name files.")
    }
  }

  /// The reports of `--report` and `--coverage` that go to standard output.
  private var pipedReports: [String] { (report + coverage).filter { $0.hasSuffix("=-") } }
  /// The descriptor of texts for people: beside a report that goes to standard output.
  private var descriptor: Int32 { pipedReports.isEmpty ? 1 : 2 }

  private func show(_ text: TerminalText) throws { try output(text, to: descriptor) }

  private static func pair<Form: RawRepresentable<String>>(_ text: String, _ form: Form.Type) -> (
    Form, String
  )? {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let form = Form(rawValue: String(parts[0])) else { return nil }
    return (form, String(parts[1]))
  }

  private var countsLines: Bool { !coverage.isEmpty || threshold != nil }

  // MARK: Running

  func run() throws {
    if watch { try watchFiles() }
    let status = try runOnce(only: nil)
    if status != 0 { throw ExitCode(status) }
  }

  private func roots(_ project: ProjectFolder, _ configuration: Configuration) -> [String] {
    paths.isEmpty ? [project.plugin ?? configuration.pluginFolder] : paths
  }

  /// The capabilities that the configuration grants, by the whole paths of plugins; none where there is no
  /// configuration.
  private func grants(_ project: ProjectFolder, _ configuration: Configuration) -> [String: Set<String>] {
    // What is wrong with the chain is told by the cases that ask for it, and by 'notilua check'.
    guard config ?? project.configurationPath != nil, let chain = try? configuration.chain() else {
      return [:]
    }
    return Dictionary(
      chain.map { (PluginFolder.whole($0.path), Set($0.grantedCapabilities)) },
      uniquingKeysWith: { $0.union($1) })
  }

  /// Runs the cases, or only those of some files; gives the status to end with.
  private func runOnce(only files: Set<String>?) throws -> Int32 {
    let project = ProjectFolder()
    let configuration = try failing { () throws(HostError) in try project.configuration(config) }
    var plan = TestPlan(paths: roots(project, configuration))
    if let files { plan.keep(files: files) }
    let isChosen = try chooser()
    plan.keep { isChosen($0.fullName) && (tag.isEmpty || !Set(tag).isDisjoint(with: $0.tags)) }
    // Tests in Lua have no tags.
    if !tag.isEmpty { plan.removeSuites() }
    if shuffle || shuffleSeed != nil {
      let seed = shuffleSeed ?? UInt64.random(in: 1...999_999)
      plan.shuffle(seed: seed)
      try show("shuffled with --shuffle-seed \(seed)\n")
    }
    var options = TestRunner.Options()
    options.executable = WorkerExecutable.path
    options.lanes = jobs ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    options.snapshots = update ? .update : ci ? .never : .writeMissing
    options.countsLines = countsLines
    options.stopsAtFailure = failFast
    options.rounds = rounds
    options.grants = grants(project, configuration)
    let text = TestReportText(style: Palette(for: descriptor))
    let progress = TestProgress(
      total: plan.units.count * rounds, isShown: !verbose, descriptor: descriptor)
    let runs = TestRunner(configuration, options)
    let showsAll = verbose
    let report = runs.run(plan) {
      isChosen("\($0): \($1)")
    } onResults: { results, shown in
      progress.clear()
      for result in shown where result.status == .failed || showsAll {
        progress.show(result.status == .failed ? text.failure(result) : text.line(result))
      }
      progress.advance(results)
    }
    progress.clear()
    if progress.isCutOff { throw ExitCode(HostError.Status.output.rawValue) }
    let errors = plan.errors + report.errors
    for error in errors { _ = fail(error) }
    try reportSnapshots(
      plan,
      isWhole: files == nil && plan.errors.isEmpty && paths.allSatisfy { PluginFolder.isFolder($0) }
        && filter == nil && tag.isEmpty)
    let files = countsLines ? report.coverage.files() : []
    for warning in TestReportText.Warning.list(report.results) { try show(text.warning(warning)) }
    for message in plan.unread { try show(text.warning(message)) }
    if countsLines { try show(text.coverage(files)) }
    try show(text.summary(report, errors: errors.count, unread: plan.unread.count))
    try writeReports(report, files, plan)
    return try status(report, files, plan)
  }

  private func chooser() throws -> @Sendable (String) -> Bool {
    guard let filter else { return { _ in true } }
    // A regular expression is no Sendable: each thread that asks makes its own.
    return { name in (try? Regex(filter)).map { name.contains($0) } ?? false }
  }

  private func reportSnapshots(_ plan: TestPlan, isWhole: Bool) throws {
    guard isWhole else { return }
    for (folder, files) in Dictionary(grouping: plan.casesByFile, by: { PluginFolder.parent(of: $0.key) })
      .sorted(by: { $0.key < $1.key })
    {
      for stale in Snapshot.stale(in: folder, files.flatMap(\.value)) {
        if !update {
          try show("stale: \(stale) belongs to no case; --update removes it\n")
        } else if unlink(stale) == 0 {
          try show("removed \(stale), which belongs to no case\n")
        } else {
          throw fail(
            HostError(.output, "'\(stale)' belongs to no case, and cannot be removed: \(systemMessage())"))
        }
      }
    }
  }

  private func writeReports(_ result: TestRunner.Report, _ files: [Coverage.File], _ plan: TestPlan) throws {
    var piped: String?
    try failing { () throws(HostError) in
      for text in report {
        guard let (form, path) = Self.pair(text, TestReportForm.self) else { continue }
        let text = form.text(result, errors: plan.errors)
        if path == "-" { piped = text } else { try writeText(text, to: path) }
      }
      for text in coverage {
        guard let (form, path) = Self.pair(text, CoverageReportForm.self) else { continue }
        if path == "-" { piped = form.text(files) ?? "" } else { try form.write(files, to: path) }
      }
    }
    if let piped { try outputData(piped) }
  }

  private func status(_ report: TestRunner.Report, _ files: [Coverage.File], _ plan: TestPlan) throws -> Int32
  {
    let loadFailures = report.results.contains { $0.failures.contains { $0.subject == "load" } }
    if !plan.errors.isEmpty || !report.errors.isEmpty || loadFailures { return 2 }
    if !report.results.contains(where: { $0.status == .passed || $0.status == .failed }) {
      let why =
        !report.results.isEmpty
        ? "every case is skipped"
        : filter == nil && tag.isEmpty ? "there is no case" : "no case is chosen by --filter and --tag"
      _ = fail(HostError(.failed, "nothing ran: \(why); 'notilua test --help' says where cases are"))
      return 2
    }
    var status: Int32 = report.results.contains { $0.status == .failed } ? 1 : 0
    let idle = report.results.count { $0.warnings.contains { $0.kind == .testsNothing } } + plan.unread.count
    if ci, idle > 0 {
      _ = fail(
        HostError(
          .failed,
          "\(counted(idle, "warning")) above \(idle == 1 ? "says" : "say") what tests nothing; --ci allows none"
        ))
      status = 1
    }
    if status == 0, let threshold, Coverage.share(files).percent < threshold {
      _ = fail(
        HostError(
          .failed,
          "too little is covered: \(Coverage.share(files).text) of the lines, and --threshold is \(threshold) %;"
            + " '--coverage html=FOLDER' shows which are not"))
      status = 1
    }
    return status
  }

  // MARK: Watching

  private func watchFiles() throws -> Never {
    let project = ProjectFolder()
    var configuration = try failing { () throws(HostError) in try project.configuration(config) }
    let roots = roots(project, configuration)
    let configurationPath = config ?? project.prefix + "notilua.yaml"
    // What the tests write must not start them again.
    let written = (report + coverage).compactMap {
      $0.split(separator: "=", maxSplits: 1).last.map(String.init)
    }
    func watched(_ plan: TestPlan) -> [String] {
      // As it is now; where it cannot be read, what it named before counts.
      if let present = try? project.configuration(config) { configuration = present }
      return Set(roots + [configurationPath] + plan.watchedPaths(configuration)).sorted()
    }
    var watch = FileWatch(paths: watched(TestPlan(paths: roots)), except: written)
    var only: Set<String>?
    while true {
      do {
        _ = try runOnce(only: only)
      } catch let status as ExitCode where status.rawValue != HostError.Status.output.rawValue {
        // It has been said what is wrong; the next save may fix it.
      }
      let plan = TestPlan(paths: roots)
      try output(Palette(for: 1)(.dim, "waiting for a file to be saved; Ctrl-C ends") + "\n")
      let changed = watch.wait(paths: watched(plan))
      only = plan.filesTouched(by: changed)
      let names = changed.sorted().prefix(3).joined(separator: ", ")
      try output("\n\(names) changed\n")
    }
  }
}
