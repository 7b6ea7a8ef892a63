import ArgumentParser
import ExtensionHost
import Localization
import StringCatalogs

/// `notilua strings import`: translations into a catalog that is there.
struct StringsImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      "Puts the texts of other catalogs into a .xcstrings that is there, for instance those of translators.",
    discussion: """
      A text that is there already gives way to the imported one; all else of the catalog stays. Keys that it does not \
      have are added.

      Example:
        notilua strings import from-translators --into App/Localizable.xcstrings
      """)

  @Option(help: ArgumentHelp("The catalog that takes the texts.", valueName: "file"), completion: .catalog)
  var into: String

  @Flag(help: "Write the catalog anew also where it has what is not understood.")
  var force = false

  @OptionGroup var source: SourceOption

  @Argument(
    help: ArgumentHelp("Where the texts come from: files or folders.", valueName: "path"),
    completion: .catalog)
  var from: [String]

  func validate() throws {
    if from.isEmpty { throw ValidationError("there is nothing to import; name a catalog.") }
    if !into.hasSuffix(".xcstrings") {
      throw ValidationError("--into '\(into)' is no .xcstrings; convert it first.")
    }
  }

  func run() throws {
    try failing { () throws(HostError) in
      let taker = try CatalogOptions.read(into)
      guard var catalog = taker.catalogs.first else { return }
      // It is written anew, and what was not understood would be gone.
      if let first = taker.warnings.first, !force {
        throw HostError(
          .usage,
          "'\(into)' has what would be lost (\(first.place): \(first.message)); mend it, or write it anew with --force"
        )
      }
      var added = 0
      var changed = 0
      for path in from {
        // Base stands for the catalog's own language.
        let read = try CatalogOptions.read(path, source: source.language ?? catalog.sourceLanguage)
        for warning in read.warnings { sayCatalog(warning) }
        let tables = read.catalogs.filter { $0.table == catalog.table }
        if tables.isEmpty {
          let others = read.catalogs.map(\.table).joined(separator: ", ")
          throw HostError(.usage, "'\(path)' has no table '\(catalog.table)', but \(others); rename it")
        }
        for other in tables {
          let counts = catalog.take(other)
          added += counts.added
          changed += counts.changed
        }
      }
      try CatalogOutput(to: into, force: true).write([catalog])
      sayImported(added: added, changed: changed)
    }
  }

  private func sayImported(added: Int, changed: Int) {
    say("notilua: \(counted(added, "text")) added, \(changed) changed")
  }
}
