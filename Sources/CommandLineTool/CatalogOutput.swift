import ExtensionHost
import Localization
import PluginTesting
import StringCatalogs

/// Where catalogs are written, and how.
struct CatalogOutput {
  let to: String
  let force: Bool

  func write(_ catalogs: [StringCatalog]) throws(HostError) {
    guard !to.isEmpty else { throw HostError(.usage, "--to is empty; name a .xcstrings or a folder") }
    var files: [(path: String, text: String)] = []
    if to.hasSuffix(".xcstrings") {
      for catalog in catalogs { files.append((to, XCStringsWriter.text(catalog))) }
    } else {
      guard !PluginFolder.isFile(to) else {
        throw HostError(.usage, "'\(to)' is a file; name a folder, or a .xcstrings")
      }
      for catalog in catalogs {
        let writer = LprojWriter(catalog)
        for warning in writer.losses { sayCatalog(warning) }
        files += writer.files.sorted { $0.key < $1.key }.map { (to + "/" + $0.key, $0.value) }
      }
    }
    var paths: Set<String> = []
    for (path, _) in files where !paths.insert(path).inserted {
      throw HostError(
        .usage,
        "two tables would be written to '\(path)'; convert them one by one, into a folder of its own each")
    }
    for (path, _) in files where PluginFolder.exists(path) && !force {
      throw HostError(.usage, "'\(path)' is there already; write over it with --force")
    }
    for (path, text) in files { try writeText(text, to: path) }
    let keys = catalogs.reduce(0) { $0 + $1.entries.count }
    let languages = Set(catalogs.flatMap(\.languages)).count
    say("notilua: \(counted(keys, "key")) in \(counted(languages, "language")) written to \(to)")
  }
}

/// Says on the error stream what is to be known about a catalog.
func sayCatalog(_ warning: CatalogWarning) { say("\(warning.place): warning: \(warning.message)") }
