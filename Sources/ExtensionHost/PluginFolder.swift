import ExtensionRuntime
import Glibc
import LuaSandbox
import StringCatalogs

/// Finds plugins in the file system and reads them.
package enum PluginFolder {
  /// The paths of the plugins in a folder, by name: files `NAME.lua`, and folders with `init.lua`.
  ///
  /// `lib` is none.
  package static func plugins(in folder: String) throws(HostError) -> [String] {
    var found: [String] = []
    for name in try entries(of: folder).sorted() where !name.hasPrefix(".") && name != "lib" {
      let path = folder + "/" + name
      if name.hasSuffix(".lua") || isFile(path + "/init.lua") { found.append(path) }
    }
    if found.isEmpty {
      throw HostError(
        .plugins, "'\(folder)': no plugin there; a plugin is NAME.lua, or a folder with init.lua")
    }
    return found
  }

  /// Reads the plugin at `path`, a file or a folder, with its modules and those of `lib` beside it, and with the texts of
  /// its folder `strings`.
  ///
  /// - Parameter device: whose variations of texts are taken.
  package static func read(
    _ path: String, sourceLimit: Int, device: String
  ) throws(HostError) -> PluginDefinition {
    let path = normal(path)
    let isFolder = isFolder(path)
    let main = isFolder ? path + "/init.lua" : path
    guard isFolder || isFile(path) else {
      let hint =
        path.contains("*") || path.hasPrefix("~")
        ? "write it out, since ~ and * mean nothing here" : "check the path"
      throw HostError(.plugins, "'\(path)' is neither a file NAME.lua nor a folder with init.lua; \(hint)")
    }
    guard isFolder || path.hasSuffix(".lua") else {
      throw HostError(.plugins, "'\(path)' is no file NAME.lua; name a plugin")
    }
    if isFolder, !isFile(main) {
      throw HostError(
        .plugins, "'\(path)' has no init.lua; all plugins of a folder run with '--plugins \(path)'")
    }
    let source = try readSource(main, sourceLimit)
    var modules: [PluginDefinition.Module] = []
    if isFolder {
      modules = try readModules(path, prefix: "", sourceLimit).filter { $0.name != "init" }
    }
    let lib = parent(of: path) + "/lib"
    if Self.isFolder(lib) {
      let own = Set(modules.map(\.name))
      modules += try readModules(lib, prefix: "", sourceLimit).filter { !own.contains($0.name) }
    }
    var definition = PluginDefinition(name: name(of: path), path: main, source: source, modules: modules)
    if isFolder, hasCatalogs(path + "/strings") {
      do throws(CatalogError) {
        definition.catalogs = try CatalogReader.compiled(path + "/strings", device: device)
      } catch {
        throw HostError(.plugins, "\(error)")
      }
    }
    return definition
  }

  /// The name of the plugin at `path`: the last part, without `.lua`.
  package static func name(of path: String) -> String {
    let path = normal(path)
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return last.hasSuffix(".lua") ? String(last.dropLast(4)) : last
  }

  /// The path of a plugin from the root, by which two ways to name it are the same.
  package static func whole(_ path: String) -> String {
    real(normal(path))
  }

  /// A path from the root without links; the path itself where there is nothing.
  package static func real(_ path: String) -> String {
    guard let whole = realpath(path, nil) else { return path }
    defer { free(whole) }
    return String(cString: whole)
  }

  /// A path as everybody else writes it: a folder for its `init.lua`, and no `.` at the end.
  private static func normal(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    let last = path.split(separator: "/").last ?? ""
    if last == "init.lua" {
      path = path.contains("/") ? parent(of: path) : "."
    }
    guard ["", ".", ".."].contains(path.split(separator: "/").last ?? "") else { return path }
    return real(path)
  }

  private static func readModules(
    _ folder: String, prefix: String, _ sourceLimit: Int
  ) throws(HostError) -> [PluginDefinition.Module] {
    var modules: [PluginDefinition.Module] = []
    for name in try entries(of: folder).sorted() where !name.hasPrefix(".") {
      let path = folder + "/" + name
      if name.hasSuffix(".lua") {
        modules.append(
          .init(
            name: prefix + name.dropLast(4), path: path, source: try readSource(path, sourceLimit)))
      } else if isFolder(path),
        !(prefix.isEmpty && (name == "tests" || name == "strings" && hasCatalogs(path)))
      {
        modules += try readModules(path, prefix: prefix + name + ".", sourceLimit)
      }
    }
    return modules
  }

  /// Whether a folder is one of catalogs, and not of Lua modules that happens to be named `strings`.
  package static func hasCatalogs(_ folder: String) -> Bool {
    guard isFolder(folder), let names = try? entries(of: folder) else { return false }
    return names.contains { $0.hasSuffix(".xcstrings") || $0.hasSuffix(".lproj") }
      || !names.contains { $0.hasSuffix(".lua") }
  }

  /// A Lua source without the byte order mark that some editors put before it.
  private static func readSource(_ path: String, _ limit: Int) throws(HostError) -> [UInt8] {
    var source = try readFile(path, limit: limit)
    if source.starts(with: [0xEF, 0xBB, 0xBF]) { source.removeFirst(3) }
    return source
  }

  /// The folder that a path is in.
  package static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func entries(of folder: String) throws(HostError) -> [String] {
    guard let directory = opendir(folder) else {
      throw HostError(
        .plugins,
        "the folder of plugins '\(folder)': \(systemMessage()); name another with --plugins, or plugins with --plugin or in"
          + " notilua.yaml")
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  package static func exists(_ path: String) -> Bool { mode(path) != 0 }
  package static func isFolder(_ path: String) -> Bool { mode(path) & S_IFMT == S_IFDIR }
  package static func isFile(_ path: String) -> Bool { mode(path) & S_IFMT == S_IFREG }

  private static func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : 0
  }
}
