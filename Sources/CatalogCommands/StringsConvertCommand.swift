import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Localization
import Notilua
import StringCatalogs

/// `notilua strings convert`: from one format of catalogs to another.
struct StringsConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Writes a catalog in another format: a .xcstrings, or a folder of .lproj folders.",
    discussion: """
      The ending of --to says which. What the other format has no room for is said on the error stream.

      Examples:
        notilua strings convert Resources --to Localizable.xcstrings
        notilua strings convert Localizable.xcstrings --to Resources
      """)

  @Option(
    help: ArgumentHelp("What to write: NAME.xcstrings, or a folder.", valueName: "path"), completion: .catalog
  )
  var to: String

  @Flag(help: "Write over what is there.")
  var force = false

  @Option(help: ArgumentHelp("Which table of a folder; without it its only one.", valueName: "name"))
  var table: String?

  @OptionGroup var source: SourceOption

  @Argument(help: "The catalog: a file or a folder.", completion: .catalog)
  var from: String

  func run() throws {
    let catalogs = try failing { () throws(HostError) in
      let read = try CatalogOptions.read(from, source: source.language)
      for warning in read.warnings { sayCatalog(warning) }
      return read.catalogs
    }
    try failing { () throws(HostError) in
      try CatalogOutput(to: to, force: force).write(try chosen(catalogs))
    }
  }

  private func chosen(_ catalogs: [StringCatalog]) throws(HostError) -> [StringCatalog] {
    let tables = catalogs.map(\.table)
    let chosen = table == nil ? catalogs : catalogs.filter { $0.table == table }
    if chosen.isEmpty {
      throw HostError(
        .usage, "'\(from)' has no table '\(table ?? "")'; there are \(tables.joined(separator: ", "))")
    }
    if to.hasSuffix(".xcstrings"), chosen.count > 1 {
      throw HostError(
        .usage,
        "'\(from)' has the tables \(tables.joined(separator: ", ")), and a .xcstrings is one; choose with --table"
      )
    }
    return chosen
  }
}
