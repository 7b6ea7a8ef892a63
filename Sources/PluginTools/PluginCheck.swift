import ConfigurationFiles
import Localization
import NotificationModel
import Notilua
import Presentation
import StringCatalogs
import WorkerHost
import WorkerProtocol

/// The check of a plugin, which gives it no notification.
package enum PluginCheck {
  /// An error or a warning, with its place.
  package struct Finding: Equatable, Sendable {
    package var isError: Bool
    /// The file, with the line where there is one.
    package var place: String
    /// The cause, and the next step.
    package var message: String

    /// Makes a value from its parts.
    package init(isError: Bool, place: String, message: String) {
      self.isError = isError
      self.place = place
      self.message = message
    }

    package var text: String { "\(place): \(isError ? "error" : "warning"): \(message)" }
  }

  /// Looks at the catalogs at a path: whether they can be read, and the errors of their texts.
  ///
  /// Missing translations and the like are for `notilua strings check`.
  ///
  /// - Parameters:
  ///   - source: the language that folders of texts were written in.
  ///   - languages: takes the language that each folder is read as written in, as a line.
  package static func findings(
    catalogs path: String, device: String, source: String? = nil, place: String? = nil,
    languages: inout [String]
  ) -> [Finding] {
    let read: CatalogReader.Result
    do throws(CatalogError) {
      read = try CatalogReader.read(path, source: source)
    } catch {
      return [
        Finding(
          isError: true, place: place ?? error.place, message: place == nil ? error.message : "\(error)")
      ]
    }
    languages += read.sources.map { "\($0.path): source language: \($0.language.text)" }
    let errors = read.catalogs.flatMap { CatalogCheck.findings($0, device: device) }.filter(\.isError)
    return read.warnings.map { Finding(isError: false, place: $0.place, message: $0.message) }
      + errors.map { Finding(isError: true, place: $0.place, message: $0.message) }
  }

  /// Loads a plugin in a worker of its own, and looks at its source.
  ///
  /// - Parameter presented: the plugins by the categories that they present, to which this one's are added.
  /// - Throws: ``HostError`` where no plugin could be loaded, since there is no sandbox.
  package static func findings(
    _ plugin: Configuration.Plugin, _ configuration: Configuration, presented: inout [String: String],
    executable: String = WorkerExecutable.path
  ) throws(HostError) -> [Finding] {
    let definition: PluginDefinition
    do throws(HostError) {
      definition = try configuration.definition(of: plugin)
    } catch {
      return [split(error.message, plugin.path)]
    }
    var options = WorkerPool.Options(configuration, executable: executable)
    options.workers = 1
    var findings: [Finding] = []
    do throws(HostError) {
      let pool = try WorkerPool(definitions: [definition], options: options, keys: KeyRing())
      findings += look(pool.reports[0], definition, configuration)
      findings += examine(try pool.takeCodeFindings(), definition, places: Set(findings.map(\.place)))
      let rules = configuration.presentation
      for category in pool.reports[0].categories ?? [] {
        if !rules.categories.isEmpty, rules.category(category) == nil {
          let known = rules.categories.map(\.identifier)
          findings.append(
            Finding(
              isError: false, place: definition.path,
              message: "presents the category '\(category)', which presentation.categories has not"
                + (Suggestion.nearest(to: category, among: known).map { "; did you mean '\($0)'?" }
                  ?? "; it would have no actions")))
        }
        guard let other = presented[category] else {
          presented[category] = definition.name
          continue
        }
        findings.append(
          Finding(
            isError: false, place: definition.path,
            message:
              "presents the category '\(category)', which '\(other)' before it presents; take it out of one"))
      }
    } catch {
      if error.status == .sandbox { throw error }
      findings.append(split(error.message, definition.path))
    }
    if PluginFolder.hasCatalogs(plugin.path + "/strings") {
      var languages: [String] = []
      findings += Self.findings(
        catalogs: plugin.path + "/strings", device: configuration.strings.device, languages: &languages)
    }
    for (path, source) in [(definition.path, definition.source)]
      + definition.modules.map({ ($0.path, $0.source) })
    {
      findings += ShadowedGlobals.findings(path, source)
    }
    return findings
  }

  private static func look(
    _ report: PluginReport, _ definition: PluginDefinition, _ configuration: Configuration
  ) -> [Finding] {
    func finding(_ isError: Bool, _ message: String) -> Finding {
      Finding(isError: isError, place: definition.path, message: message)
    }
    if !report.failure.isEmpty {
      let place = definition.place.map { " (\($0) has it in the chain)" } ?? ""
      return [split(report.failure + place, definition.path)]
    }
    var findings = report.warnings.map { finding(false, $0) }
    let takesAttempts =
      report.onFault == FaultPolicy.skip.rawValue || report.onFault == FaultPolicy.original.rawValue
    if takesAttempts, !report.hasLastChance, report.categories == nil {
      findings.append(
        finding(
          false,
          "no time_will_expire: when time runs out the plugin's edits are lost; add the function, and leave in it"
            + " only what may be shown unfinished"))
    }
    if report.description.isEmpty {
      findings.append(finding(false, "no description; add 'description = \"…\"' to the plugin's table"))
    }
    for capability in report.capabilities where !definition.capabilities.contains(capability) {
      findings.append(
        finding(
          false,
          "asks for the capability '\(capability)', which the configuration does not grant; add"
            + " \(Capability.grant([capability])) to the plugin in notilua.yaml"))
    }
    if report.capabilities.contains("crypto"), configuration.keyFiles.isEmpty {
      findings.append(
        finding(
          false,
          "opens what was sealed, but the configuration has no key; add 'keys: { NAME: { file: PATH } }'"))
    }
    return findings
  }

  /// The findings in the plugin's code, but for lines that have an error already.
  private static func examine(
    _ code: [CodeFinding]?, _ definition: PluginDefinition, places: Set<String>
  ) -> [Finding] {
    guard let code else {
      return [
        Finding(
          isError: false, place: definition.path,
          message: "its code could not be examined within 10 seconds; make it smaller")
      ]
    }
    return code.map { Finding(isError: false, place: "\($0.path):\($0.line)", message: $0.message) }
      .filter { !places.contains($0.place) }
  }

  /// Takes the file, the line and the column off the front of a message.
  private static func split(_ failure: String, _ path: String) -> Finding {
    var parts = failure.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
    var place = parts.removeFirst()
    if let line = parts.first, Int(line) != nil {
      while let number = parts.first, Int(number) != nil { place += ":" + parts.removeFirst() }
      let message = String(parts.joined(separator: ":").drop { $0 == " " })
      return Finding(isError: true, place: place, message: message)
    }
    if failure.hasPrefix(path + ": ") {
      return Finding(isError: true, place: path, message: String(failure.dropFirst(path.count + 2)))
    }
    return Finding(isError: true, place: path, message: failure)
  }
}
