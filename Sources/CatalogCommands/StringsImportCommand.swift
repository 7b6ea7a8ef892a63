import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Localization
import Notilua
import StringCatalogs
import TerminalPages

/// `notilua strings import`: translations into a catalog that is there.
struct StringsImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      "Puts the texts of other catalogs into a .xcstrings that is there, for instance those of translators.",
    discussion: """
      A text that is there already gives way to the imported one; all else of the file stays as it is, byte for byte. \
      Keys that it does not have are added. A text of the source language that equals its key is no text.

      Example:
        notilua strings import from-translators --into App/Localizable.xcstrings
      """)

  @Option(help: ArgumentHelp("The catalog that takes the texts.", valueName: "file"), completion: .catalog)
  var into: String

  @Flag(help: "Import also where the catalog has what is not understood.")
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
      var taken: [StringCatalog.TakenText] = []
      for path in from {
        // Base stands for the catalog's own language.
        let read = try CatalogOptions.read(path, source: source.language ?? catalog.sourceLanguage)
        for warning in read.warnings { sayCatalog(warning) }
        let tables = read.catalogs.filter { $0.table == catalog.table }
        if tables.isEmpty {
          let others = read.catalogs.map(\.table).joined(separator: ", ")
          throw HostError(.usage, "'\(path)' has no table '\(catalog.table)', but \(others); rename it")
        }
        for other in tables { taken += catalog.take(other) }
      }
      // A text that gives way is written anew, and what was not understood of it would be gone.
      if !taken.isEmpty, let first = taker.warnings.first, !force {
        throw HostError(
          .usage,
          "'\(into)' has what may be lost (\(first.place): \(first.message)); fix it, or import with --force"
        )
      }
      if !taken.isEmpty { try write(catalog, taken) }
      let added = taken.count(where: \.isNew)
      say("notilua: \(counted(added, "text")) added, \(taken.count - added) changed")
    }
  }

  /// Writes the texts that were taken over; all else of the file stays byte for byte.
  private func write(_ catalog: StringCatalog, _ taken: [StringCatalog.TakenText]) throws(HostError) {
    let written: CatalogFiles
    do throws(CatalogError) {
      written = try CatalogFiles(catalog, taken: taken)
    } catch {
      throw HostError(.usage, "\(error); nothing was written")
    }
    for (path, text) in written.files { try writeText(text, to: path) }
  }
}
