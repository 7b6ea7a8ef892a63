import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Localization
import Notilua
import StringCatalogs

/// The catalogs that a command is about: those that are named, else those of the configuration and its plugins.
struct CatalogOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The configuration; without it ./notilua.yaml, if there is one.", valueName: "file"),
    completion: .configuration)
  var config: String?

  @Option(
    name: .customLong("catalog"),
    help: ArgumentHelp(
      "A .xcstrings, or a folder of texts; give it several times. Without it those of the configuration.",
      valueName: "path"), completion: .catalog)
  var named: [String] = []

  @OptionGroup var source: SourceOption

  /// Reads the catalogs.
  ///
  /// - Parameter paths: those that the command itself names.
  func load(_ paths: [String] = []) throws(HostError) -> CatalogReader.Result {
    // A configuration that is there says it of paths that are named, too; it need not be right for that.
    let language = source.language ?? (try? configuration().strings.source)
    var sources = (named + paths).map { ($0, language) }
    if sources.isEmpty {
      let configuration = try configuration()
      for plugin in (try? configuration.chain()) ?? []
      where PluginFolder.hasCatalogs(plugin.path + "/strings") {
        sources.append((plugin.path + "/strings", source.language))
      }
      sources += configuration.namedCatalogs.map { ($0.path, language) }
    }
    if sources.isEmpty {
      throw HostError(
        .usage, "no catalog is named; name one, or write 'strings: { catalogs: PATH }' into notilua.yaml")
    }
    var result = CatalogReader.Result()
    for (path, source) in sources { result.append(try Self.read(path, source: source)) }
    return result
  }

  func configuration() throws(HostError) -> Configuration {
    if let config { return try Configuration(file: config) }
    return PluginFolder.isFile("notilua.yaml") ? try Configuration(file: "notilua.yaml") : Configuration()
  }

  static func read(_ path: String, source: String? = nil) throws(HostError) -> CatalogReader.Result {
    do throws(CatalogError) {
      return try CatalogReader.read(path, source: source)
    } catch {
      throw HostError(.noInput, "\(error)")
    }
  }
}

/// The language that folders of texts were written in.
struct SourceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The language that folders of texts were written in; without it that of their Info.plist, else English.",
      valueName: "tag"))
  var source: String?

  /// The tag; nil where the flag is not given.
  var language: String? { source.flatMap { LprojName.tag($0) } }

  func validate() throws {
    if let source, language == nil {
      throw ValidationError(
        "--source is '\(source)', which is no language; write a tag such as 'de' or 'zh-Hant'.")
    }
  }
}
