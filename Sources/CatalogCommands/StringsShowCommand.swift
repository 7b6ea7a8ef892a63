import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Glibc
import Localization
import NotificationModel
import Notilua
import StringCatalogs
import TerminalPages

/// `notilua strings show`: the text of a key, as a recipient gets it.
struct StringsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows the text of a key with its arguments, in one language or in all.",
    discussion: """
      The text stands alone on the output; which language and catalog answered, and what was missing, stand on the error \
      stream. Ends with 1 when no catalog has the key.

      Examples:
        notilua strings show NEW_MESSAGES Ann 3 --locale pl
        notilua strings show NEW_MESSAGES Ann 3 --catalog App/Localizable.xcstrings
        notilua strings show --locale de -- TEMPERATURE -5
      """)

  @OptionGroup var options: CatalogOptions

  @Option(
    help: ArgumentHelp(
      "The recipient's language; give it several times by preference. Without it all languages are shown.",
      valueName: "tag"))
  var locale: [String] = []

  @Option(
    help: ArgumentHelp(
      "The catalog's name without its ending; without it the first that has the key.", valueName: "name"))
  var table: String?

  @Option(
    help: ArgumentHelp(
      "Whose variations are shown: iphone, ipad, mac, …; without it as configured.", valueName: "name"),
    completion: .list(TextVariation.devices))
  var device: String?

  @Flag(help: "Put marks around arguments that keep their direction apart (U+2068, U+2069).")
  var isolate = false

  @Argument(help: "The key.")
  var key: String

  @Argument(help: ArgumentHelp("What fills the specifiers.", valueName: "argument"))
  var arguments: [String] = []

  func validate() throws {
    for language in locale where LanguageTag(language) == nil {
      throw ValidationError(
        "--locale is '\(language)', which is no language; write a tag such as 'de' or 'zh-Hant'.")
    }
    if let device, !TextVariation.devices.contains(device) {
      throw ValidationError(
        "--device is '\(device)'; use one of \(TextVariation.devices.joined(separator: ", ")).")
    }
  }

  func run() throws {
    let (catalogs, strings) = try failing { () throws(HostError) in
      (try options.load().catalogs, try options.configuration().strings)
    }
    let lookup = CatalogLookup(catalogs, device: device ?? strings.device)
    if locale.isEmpty { try showAll(catalogs, lookup) } else { try show(lookup) }
  }

  private func hint(_ catalogs: [StringCatalog]) -> String {
    if let table, !catalogs.contains(where: { $0.table == table }) {
      return
        "there is no table '\(table)', but \(Set(catalogs.map(\.table)).sorted().joined(separator: ", "))"
    }
    let keys = catalogs.flatMap { $0.entries.prefix(5000).map(\.key) }
    return Suggestion.nearest(to: key, among: keys).map { "did you mean '\($0)'?" }
      ?? "name one as the catalog has it"
  }

  private func find(_ lookup: CatalogLookup, _ languages: [String]) -> CatalogLookup.Text {
    lookup.text(of: key, table: table, languages: languages, arguments: arguments, isolates: isolate)
  }

  private func show(_ lookup: CatalogLookup) throws {
    let found = find(lookup, locale)
    // A file or a program is given the text as it is; on a terminal it must not act.
    if isatty(1) == 1 { try output("\(found.text)\n") } else { try outputData(found.text + "\n") }
    let origin = found.language.map { ["\($0), \(found.path ?? "")"] } ?? []
    say("notilua: \((origin + found.problems).joined(separator: "; "))")
    if found.language == nil { throw ExitCode(HostError.Status.failed.rawValue) }
  }

  private func showAll(_ catalogs: [StringCatalog], _ lookup: CatalogLookup) throws {
    let languages = Set(catalogs.flatMap(\.languages)).sorted()
    let found = languages.map { ($0, find(lookup, [$0])) }
    guard found.contains(where: { $0.1.language != nil }) else {
      throw fail(
        HostError(.failed, "no catalog has the key '\(key)'; \(hint(catalogs))")
      )
    }
    let style = Palette(for: 1)
    let width = languages.map { TerminalWidth.columns($0) }.max() ?? 0
    var text: TerminalText = ""
    for (language, found) in found {
      let name = language.padded(to: width)
      // What another language answers for this one is not its text.
      if found.language == language {
        text += "\(style(.bold, outside: name))  \(found.text)"
        if !found.problems.isEmpty {
          text += "  " + style(.yellow, "(\(found.problems.joined(separator: "; ")))")
        }
      } else {
        text +=
          "\(style(.bold, outside: name))  \(style(.dim, "none; \(found.language ?? "the key") answers"))"
      }
      text += "\n"
    }
    try output(text)
  }
}

extension String {
  /// Filled up with spaces.
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - TerminalWidth.columns(self)))
  }
}
