import ArgumentParser
import ExtensionHost

/// `notilua check`: loads everything, gives no plugin a notification.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Loads the configuration and every plugin in the sandbox, and says what is wrong with them.",
    discussion: """
      A line a finding: file, line where there is one, cause and next step. Ends with 65 when a plugin cannot be \
      loaded, with 1 when there are warnings under --strict.

      Examples:
        notilua check
        notilua check --plugin plugins/mask-digits
      """)

  @OptionGroup var chain: ChainOptions

  @Flag(help: "End with status 1 when there are warnings.")
  var strict = false

  func run() throws {
    let configuration = try failing { () throws(HostError) in try chain.load() }
    let plugins = try failing { () throws(HostError) in try configuration.chain() }
    _ = try failing { () throws(HostError) in try configuration.keyRing() }
    var errors = 0
    var warnings = 0
    for plugin in plugins {
      let findings = try failing { () throws(HostError) in try PluginCheck.findings(plugin, configuration) }
      for finding in findings {
        try output(finding.text.printable + "\n")
        if finding.isError { errors += 1 } else { warnings += 1 }
      }
    }
    try output(
      "\(count(plugins.count, "plugin")), \(count(errors, "error")), \(count(warnings, "warning"))\n")
    if errors > 0 { throw ExitCode(HostError.Status.plugins.rawValue) }
    if strict, warnings > 0 { throw ExitCode(HostError.Status.failed.rawValue) }
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
