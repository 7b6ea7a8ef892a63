import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Localization
import Notilua
import StringCatalogs

/// `notilua strings pseudo`: a language for tests.
struct StringsPseudoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pseudo",
    abstract: "Adds a language for tests to a catalog: accented, longer, and between brackets.",
    discussion: """
      Send a notification with that locale: text without accents was never localised, a missing bracket shows where it is \
      cut, and brackets inside show a sentence that is put together from pieces.

      Example:
        notilua strings pseudo App/Localizable.xcstrings \\
          --to pseudo/Localizable.xcstrings
      """)

  @Option(
    help: ArgumentHelp("What to write: NAME.xcstrings, or a folder of .lproj folders.", valueName: "path"),
    completion: .catalog)
  var to: String

  @Option(help: ArgumentHelp("What the language is called.", valueName: "tag"))
  var locale = Pseudolocale.tag

  @Flag(help: "Write over what is there.")
  var force = false

  @OptionGroup var source: SourceOption

  @Argument(help: "The catalog: a file or a folder.", completion: .catalog)
  var from: String

  func validate() throws {
    if LprojName.tag(locale) == nil {
      throw ValidationError("--locale is '\(locale)', which is no language; write a tag such as 'en-XA'.")
    }
  }

  func run() throws {
    let read = try failing { () throws(HostError) in
      try CatalogOptions.read(from, source: source.language)
    }
    for warning in read.warnings { sayCatalog(warning) }
    var catalogs = read.catalogs
    let locale = LprojName.tag(locale) ?? locale
    if locale != Pseudolocale.tag,
      let catalog = catalogs.first(where: { catalog in
        catalog.languages.contains { LanguageNames.areSame($0, locale) }
      })
    {
      throw fail(
        HostError(
          .usage, "'\(catalog.path)' has texts in '\(locale)' that would be lost; name another with --locale")
      )
    }
    for index in catalogs.indices { Pseudolocale.add(to: &catalogs[index], language: locale) }
    try failing { () throws(HostError) in
      if to.hasSuffix(".xcstrings"), catalogs.count > 1 {
        let tables = catalogs.map(\.table).joined(separator: ", ")
        throw HostError(
          .usage, "'\(from)' has the tables \(tables), and a .xcstrings is one; name a folder with --to")
      }
      try CatalogOutput(to: to, force: force).write(catalogs)
    }
  }
}
