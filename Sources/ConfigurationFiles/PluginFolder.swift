import EventLoop
import FileReading
import Glibc
import NotificationModel
import StringCatalogs
import WorkerProtocol

/// Finds plugins in the file system and reads them.
package enum PluginFolder {
  /// The paths of the plugins in a folder, by name: files `NAME.lua`, and folders with `init.lua`.
  ///
  /// `lib` is none.
  package static func plugins(in folder: String) throws(HostError) -> [String] {
    var found: [String] = []
    var walk = FolderWalk()
    for entry in try entries(of: folder, &walk) where !entry.name.hasPrefix(".") && entry.name != "lib" {
      let path = folder + "/" + entry.name
      guard entry.isUTF8 else {
        try refuseUnreadable(entry, folder)
        continue
      }
      if entry.name.hasSuffix(".lua") || isFile(path + "/init.lua") { found.append(path) }
    }
    if found.isEmpty {
      throw HostError(
        .plugins, "'\(folder)': no plugin there; a plugin is NAME.lua, or a folder with init.lua")
    }
    return found
  }

  /// Reads the plugin at `path`, a file or a folder, with its modules, those of `lib` beside it and those of the program,
  /// and with the texts of its folder `strings`.
  ///
  /// - Parameters:
  ///   - device: whose variations of texts are taken.
  ///   - room: how many bytes of Lua the chain may still have.
  package static func read(
    _ path: String, sourceLimit: Int, device: String, room: Int = ReadingLimit.luaSum.count
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
    var reader = SourceReader(limit: ReadingLimit.luaFile.with(count: sourceLimit), room: room)
    let source = try reader.source(main)
    var modules: [PluginDefinition.Module] = []
    if isFolder { modules = try reader.modules(path).filter { $0.name != "init" } }
    let lib = parent(of: path) + "/lib"
    if Self.isFolder(lib) {
      let own = Set(modules.map(\.name))
      modules += try reader.modules(lib).filter { !own.contains($0.name) }
    }
    // Only now: that there are too many files is said before what is wrong with one.
    let code = try LuaSource.code(source, path: main)
    for index in modules.indices {
      modules[index].source = try LuaSource.code(modules[index].source, path: modules[index].path)
    }
    // A copy of an author's own goes before it.
    if !modules.contains(where: { $0.name == SettingsModule.name }) { modules.append(SettingsModule.module) }
    var definition = PluginDefinition(name: name(of: path), path: main, source: code, modules: modules)
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

  /// Returns true where a folder has catalogs; one of Lua modules may be named `strings` too.
  package static func hasCatalogs(_ folder: String) -> Bool {
    var walk = FolderWalk()
    guard isFolder(folder), let entries = try? walk.entries(folder) else { return false }
    return entries.contains { $0.name.hasSuffix(".xcstrings") || $0.name.hasSuffix(".lproj") }
      || !entries.contains { $0.name.hasSuffix(".lua") }
  }

  /// The folder that a path is in.
  package static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  fileprivate static func entries(
    of folder: String, _ walk: inout FolderWalk
  ) throws(HostError) -> [FolderWalk.Entry] {
    do throws(FileProblem) {
      return try walk.entries(folder)
    } catch {
      guard case .refused(let code) = error else { throw HostError(.plugins, error.message(folder)) }
      throw HostError(
        .plugins,
        "the folder of plugins '\(folder)': \(systemMessage(code)); name another with --plugins, or plugins with --plugin"
          + " or in notilua.yaml")
    }
  }

  /// Fails where an entry whose name is not UTF-8 is a Lua file or a plugin: no path that can be shown leads to it.
  fileprivate static func refuseUnreadable(_ entry: FolderWalk.Entry, _ folder: String) throws(HostError) {
    let isPlugin = (Array(folder.utf8) + [0x2F] + entry.bytes + Array("/init.lua".utf8) + [0])
      .withUnsafeBufferPointer { path in
        path.withMemoryRebound(to: CChar.self) { access($0.baseAddress.unsafelyUnwrapped, F_OK) == 0 }
      }
    guard isPlugin || entry.name.hasSuffix(".lua") else { return }
    throw HostError(
      .plugins,
      "'\(folder)/\(String(printable: entry.bytes))': this name is not UTF-8; rename it, with ASCII letters for example"
    )
  }

  /// Returns a Boolean value that indicates whether there is something at a path.
  package static func exists(_ path: String) -> Bool { mode(path) != 0 }
  /// Returns a Boolean value that indicates whether a path leads to a folder, also by a link.
  package static func isFolder(_ path: String) -> Bool { mode(path) & S_IFMT == S_IFDIR }
  /// Returns a Boolean value that indicates whether a path leads to a regular file, also by a link.
  package static func isFile(_ path: String) -> Bool { mode(path) & S_IFMT == S_IFREG }

  private static func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : 0
  }
}

/// Reads the Lua files of one plugin.
private struct SourceReader {
  private let limit: ReadingLimit
  private var room: Int
  private var walk = FolderWalk()

  init(limit: ReadingLimit, room: Int) {
    self.limit = limit
    self.room = room
  }

  /// Returns the bytes of a Lua file.
  mutating func source(_ path: String) throws(HostError) -> [UInt8] {
    let sum = ReadingLimit.luaSum
    // A file alone is held to the limit of all, whatever limits.source says.
    let source = try readFile(path, limit.count < sum.count ? limit : sum)
    room -= source.count
    guard room >= 0 else {
      throw HostError(
        .plugins, "'\(path)': the chain has more than \(sum.text) of Lua with it; \(sum.advice)")
    }
    return source
  }

  /// Returns the modules in a folder and below it.
  mutating func modules(_ folder: String) throws(HostError) -> [PluginDefinition.Module] {
    walk = FolderWalk()
    return try modules(folder, prefix: "")
  }

  private mutating func modules(
    _ folder: String, prefix: String
  ) throws(HostError) -> [PluginDefinition.Module] {
    guard try enter(folder) else { return [] }
    defer { walk.leave() }
    var modules: [PluginDefinition.Module] = []
    for entry in try PluginFolder.entries(of: folder, &walk) where !entry.name.hasPrefix(".") {
      let (name, path) = (entry.name, folder + "/" + entry.name)
      guard entry.isUTF8 else {
        if name.hasSuffix(".lua") { try PluginFolder.refuseUnreadable(entry, folder) }
        continue
      }
      if name.hasSuffix(".lua") {
        modules.append(.init(name: prefix + name.dropLast(4), path: path, source: try source(path)))
      } else if PluginFolder.isFolder(path),
        !(prefix.isEmpty && (name == "tests" || name == "strings" && PluginFolder.hasCatalogs(path)))
      {
        modules += try self.modules(path, prefix: prefix + name + ".")
      }
    }
    return modules
  }

  private mutating func enter(_ folder: String) throws(HostError) -> Bool {
    do throws(FileProblem) {
      return try walk.enter(folder)
    } catch {
      throw HostError(.plugins, error.message(folder))
    }
  }
}
