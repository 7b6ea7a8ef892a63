import CommandSupport
import ConfigurationFiles
import Localization
import Notilua
import StringCatalogs
import TerminalPages

/// The place and the form that catalogs are written in.
struct CatalogOutput {
  let to: String
  let force: Bool

  func write(_ catalogs: [StringCatalog]) throws(HostError) {
    guard !to.isEmpty else { throw HostError(.usage, "--to is empty; name a .xcstrings or a folder") }
    let written = try files(of: catalogs)
    for warning in written.flatMap(\.losses) { sayCatalog(warning) }
    let files = written.flatMap(\.files)
    var paths: Set<String> = []
    for (path, _) in files where !paths.insert(path).inserted {
      throw HostError(
        .usage,
        "two tables would be written to '\(path)'; convert them one by one, into a folder of its own each")
    }
    for (path, _) in files where PluginFolder.exists(path) && !force {
      throw HostError(.usage, "'\(path)' is there already; write over it with --force")
    }
    for path in paths.sorted() { try refuseLeftovers(beside: path, paths) }
    for (path, text) in files { try writeText(text, to: path) }
    let keys = catalogs.reduce(0) { $0 + $1.entries.count }
    let languages = Set(catalogs.flatMap(\.languages)).count
    say("notilua: \(counted(keys, "key")) in \(counted(languages, "language")) written to \(to)")
  }
}

extension CatalogOutput {
  /// Refuses to write half of a table: the other file of its language, if it stays, adds texts or stands over these.
  private func refuseLeftovers(beside path: String, _ paths: Set<String>) throws(HostError) {
    for (kind, other) in [(".strings", ".stringsdict"), (".stringsdict", ".strings")]
    where path.hasSuffix(kind) {
      let leftover = String(path.dropLast(kind.count)) + other
      if !paths.contains(leftover), PluginFolder.exists(leftover) {
        throw HostError(
          .usage,
          "'\(leftover)' is there already, and its texts would be mixed with the new ones; remove it, and convert again"
        )
      }
    }
  }

  /// Makes the files in memory, where they are read again before anything is written.
  private func files(of catalogs: [StringCatalog]) throws(HostError) -> [CatalogFiles] {
    let name = to.split(separator: "/").last.map(String.init) ?? to
    do throws(CatalogError) {
      if to.hasSuffix(".xcstrings") {
        guard name != ".xcstrings" else {
          throw CatalogError("--to '\(to)'", "a catalog is named for its table; write NAME.xcstrings")
        }
        var files: [CatalogFiles] = []
        for catalog in catalogs { files.append(try CatalogFiles(catalog, file: to)) }
        return files
      }
      guard !name.hasSuffix(".lproj") else {
        throw CatalogError("--to '\(to)'", "the folder of one language; name the folder that it is in")
      }
      guard !PluginFolder.isFile(to) else {
        throw CatalogError("'\(to)'", "a file; name a folder, or a .xcstrings")
      }
      return [try CatalogFiles(catalogs, folder: to)]
    } catch {
      throw HostError(.usage, "\(error); nothing was written")
    }
  }
}

/// Says on the error stream what is to be known about a catalog.
func sayCatalog(_ warning: CatalogWarning) { say("\(warning.place): warning: \(warning.message)") }
