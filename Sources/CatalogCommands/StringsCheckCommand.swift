import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Localization
import LosslessJSON
import NotificationModel
import Notilua
import StringCatalogs
import TerminalPages

/// `notilua strings check`: what is to be done about catalogs.
struct StringsCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says which texts and plural forms are missing, and which arguments do not go together.",
    discussion: """
      A line a finding: the file, the line, the key, the languages, the cause and the next step. Behind them stand the \
      language that folders of texts were written in, and how much of the keys each language has. Ends with 1 when there \
      are errors, or warnings under --strict; with 66 when a catalog cannot be read.

      With --json each finding is an object with severity, place, file, line, key, languages and message, where they are \
      known; the last object has the member summary.

      Examples:
        notilua strings check
        notilua strings check App/Localizable.xcstrings --language de --language fr
        notilua strings check --payloads recorded.ndjson App/Localizable.xcstrings
        notilua strings check --json App/Localizable.xcstrings
      """)

  @OptionGroup var options: CatalogOptions

  @Option(
    name: .customLong("language"),
    help: ArgumentHelp(
      "A language that every key should have; give it several times. Without it those of the catalog.",
      valueName: "tag"))
  var languages: [String] = []

  @Option(
    help: ArgumentHelp(
      "Payloads, one a line: says which keys they use that are missing, and which none uses.",
      valueName: "file"), completion: .file())
  var payloads: String?

  @Flag(help: "End with status 1 when there are warnings.")
  var strict = false

  @Flag(help: "Write a JSON object a line.")
  var json = false

  @Argument(
    help: ArgumentHelp("Catalogs; without them those of the configuration.", valueName: "path"),
    completion: .catalog)
  var paths: [String] = []

  func validate() throws {
    for language in languages where LanguageTag(language) == nil {
      throw ValidationError(
        "--language is '\(language)', which is no language; write a tag such as 'de' or 'zh-Hant'.")
    }
  }

  func run() throws {
    let read = try failing { () throws(HostError) in try options.load(paths) }
    var findings = read.warnings.map { CatalogCheck.Finding($0) }
    let asked = languages.isEmpty ? nil : languages
    for catalog in read.catalogs { findings += CatalogCheck.findings(catalog, languages: asked) }
    if let payloads {
      let used = try failing { () throws(HostError) in try Self.keys(in: payloads) }
      findings += CatalogCheck.findings(read.catalogs, used: used)
    }
    let report = CatalogReport(
      read: read, findings: findings, progress: CatalogProgress.count(read.catalogs, languages: asked))
    if json { try outputData(report.json) } else { try output(report.text(Palette(for: 1))) }
    if report.errors > 0 || strict && report.warnings > 0 {
      throw ExitCode(HostError.Status.failed.rawValue)
    }
  }

  /// The keys that payloads use, and where each is first used.
  private static func keys(in path: String) throws(HostError) -> [(key: String, place: String)] {
    var used: [(key: String, place: String)] = []
    var seen: Set<String> = []
    for payload in try PayloadFile(path).payloads() {
      let (bytes, number) = (payload.bytes, payload.number)
      var document = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
      guard bytes.withUnsafeBytes({ (try? document.parse($0)) != nil }),
        let line = try? NotificationLine(document),
        let alert = line.alert(document)
      else { continue }
      var keys = ["title-loc-key", "subtitle-loc-key", "loc-key"].compactMap {
        document.member(alert, named: $0)
      }
      // A Live Activity has them one level deeper.
      for text in ["title", "subtitle", "body"] {
        if let inner = document.member(alert, named: text), let key = document.member(inner, "loc-key") {
          keys.append(key)
        }
      }
      for key in keys where document.kind(of: key) == .string {
        let name = document.swiftString(of: key)
        if seen.insert(name).inserted { used.append((name, "\(path == "-" ? "stdin" : path):\(number)")) }
      }
    }
    return used
  }
}
