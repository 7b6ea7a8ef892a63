import ArgumentParser
import CommandSupport
import Composition
import ConfigurationFiles
import Localization
import Notilua
import StringCatalogs

/// The catalogs of an operator that have texts of messages.
struct MessageTextOptions: ParsableArguments {
  @Option(
    name: .customLong("catalog"),
    help: ArgumentHelp(
      "A catalog named Messages, or a folder with one; give it several times. Without it those of the configuration.",
      valueName: "path"), completion: .catalog)
  var named: [String] = []

  @Option(
    help: ArgumentHelp("The configuration; without it ./notilua.yaml, if there is one.", valueName: "file"),
    completion: .configuration)
  var config: String?

  /// Reads the catalogs.
  func load() throws(HostError) -> MessageTexts {
    var catalogs: [StringCatalog] = []
    var source: String?
    var paths = named
    if paths.isEmpty {
      let strings = try Configuration(ofCommand: config).strings
      (paths, source) = (strings.catalogs, strings.source)
    }
    do throws(CatalogError) {
      for path in paths {
        let found = try CatalogReader.read(path, source: source).catalogs
        guard named.isEmpty || found.contains(where: { $0.table == MessageTexts.table }) else {
          throw CatalogError("'\(path)'", "no catalog named \(MessageTexts.table) is there; rename it")
        }
        catalogs += found
      }
      return try MessageTexts(catalogs)
    } catch {
      throw HostError(.noInput, "\(error)")
    }
  }
}
