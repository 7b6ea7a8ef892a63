import APNsCredentials
import ArgumentParser
import CommandSupport
import ConfigurationFiles
import CredentialCommands
import Notilua
import PluginTools
import TerminalPages

/// `notilua check`: loads everything, gives no plugin a notification.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Loads the configuration, its catalogs and every plugin in the sandbox, and says what is wrong with them.",
    discussion: """
      A line a finding: file, line where there is one, cause and next step. Ends with 65 when there are \
      errors, with 1 when there are warnings under --strict.

      Examples:
        notilua check
        notilua check --plugin plugins/mask-digits
      """)

  @OptionGroup var chain: ChainOptions

  @Flag(help: "End with status 1 when there are warnings.")
  var strict = false

  func run() throws {
    var configuration = try failing { () throws(HostError) in try chain.load() }
    let plugins = try failing { () throws(HostError) in try configuration.chain() }
    _ = try failing { () throws(HostError) in try configuration.keyRing() }
    var errors = 0
    var warnings = 0
    var presented: [String: String] = [:]
    var told: Set<String> = []
    func tell(_ findings: [PluginCheck.Finding]) throws {
      // What is wrong with a module in lib is said once, not of every plugin beside it.
      for finding in findings where told.insert(finding.text).inserted {
        try output("\(finding.text)\n")
        if finding.isError { errors += 1 } else { warnings += 1 }
      }
    }
    var languages: [String] = []
    for (path, place) in configuration.namedCatalogs {
      try tell(
        PluginCheck.findings(
          catalogs: path, device: configuration.strings.device, source: configuration.strings.source,
          place: place, languages: &languages))
    }
    for line in languages { try output("\(line)\n") }
    try tell(PresentationCheck.findings(icon: configuration.presentation))
    if errors == 0 {
      try tell(
        PresentationCheck.findings(
          keys: configuration.presentation, catalogs: configuration.strings.catalogs,
          source: configuration.strings.source))
    }
    // What is wrong with a catalog is not reported again for each plugin.
    if errors > 0 { configuration.removeCatalogs() }
    try tell(
      try failing { () throws(HostError) in
        try ApplicationCredentials(configuration, try CredentialStore(configuration.apns)).findings()
      }.map { .init(isError: $0.isError, place: $0.place, message: $0.message) })
    for plugin in plugins {
      try tell(
        try failing { () throws(HostError) in
          try PluginCheck.findings(plugin, configuration, presented: &presented)
        })
    }
    try output(
      "\(counted(plugins.count, "plugin")), \(counted(errors, "error")), \(counted(warnings, "warning"))\n")
    if errors > 0 { throw ExitCode(HostError.Status.plugins.rawValue) }
    if strict, warnings > 0 { throw ExitCode(HostError.Status.failed.rawValue) }
  }
}
