import ConfigurationFiles
import FileReading

/// Finds files in a plugin's folder that look like tests, and that no test run reads.
struct UnreadTests {
  /// A line for each, with what to do.
  private(set) var messages: [String] = []
  private let root: String
  private var walk = FolderWalk()
  private var candidates: [Candidate] = []
  /// The texts of the Lua files that are no tests.
  private var sources: [String] = []

  private struct Candidate {
    var path: String
    /// The name for `require`; nil where no plugin can load it.
    var module: String?
    var advice: String
  }

  /// - Parameter plugin: the path of the folder: of a plugin, or of the modules of all.
  init(in plugin: String) {
    root = plugin
    look(into: plugin, below: [])
    // A module of all plugins is required by these, and by their tests.
    if isLibrary, !candidates.isEmpty { readSources(in: PluginFolder.parent(of: plugin)) }
    messages = candidates.filter { !isRequired($0) }.map {
      "\($0.path): looks like a test, and is not run; \($0.advice)"
    }
  }

  private mutating func look(into folder: String, below parents: [String]) {
    guard (try? walk.enter(folder)) == true else { return }
    defer { walk.leave() }
    // A folder that cannot be read is told where the plugin or its cases are read.
    for entry in (try? walk.entries(folder)) ?? [] where entry.isUTF8 && !entry.name.hasPrefix(".") {
      let path = folder + "/" + entry.name
      if PluginFolder.isFolder(path) {
        look(into: path, below: parents + [entry.name])
      } else if let advice = advice(entry.name, parents) {
        let isModule = parents.first != "tests" && entry.name.hasSuffix(".lua")
        let module = (parents + [String(entry.name.dropLast(4))]).joined(separator: ".")
        candidates.append(Candidate(path: path, module: isModule ? module : nil, advice: advice))
      } else if parents.first != "tests", entry.name.hasSuffix(".lua") {
        readSource(path)
      }
    }
  }

  private mutating func readSources(in folder: String) {
    guard (try? walk.enter(folder)) == true else { return }
    defer { walk.leave() }
    for entry in (try? walk.entries(folder)) ?? [] where entry.isUTF8 && !entry.name.hasPrefix(".") {
      let path = folder + "/" + entry.name
      if PluginFolder.isFolder(path) {
        readSources(in: path)
      } else if entry.name.hasSuffix(".lua"), !candidates.contains(where: { $0.path == path }) {
        readSource(path)
      }
    }
  }

  private mutating func readSource(_ path: String) {
    guard let source = try? readFile(path, .luaFile) else { return }
    sources.append(String(decoding: source, as: UTF8.self))
  }

  /// Returns what to do with a file that looks like a test and is not read; nil for any other.
  private func advice(_ name: String, _ parents: [String]) -> String? {
    let word = name.lowercased()
    let isTestFolder = ["test", "tests", "spec", "specs"].contains(parents.first?.lowercased())
    if parents == ["tests"], !isLibrary, name.hasSuffix(".yaml") || name.hasSuffix("_test.lua") { return nil }
    if word.hasSuffix(".lua") {
      let stem = String(word.dropLast(4))
      let looksLikeTest =
        stem.hasSuffix("_spec") || stem.hasSuffix("_test") || stem.hasPrefix("test_") || parents == ["tests"]
      guard looksLikeTest else { return nil }
      var bare = stem
      for suffix in ["_spec", "_test"] where bare.hasSuffix(suffix) { bare.removeLast(suffix.count) }
      if bare.hasPrefix("test_") { bare.removeFirst(5) }
      return "tests in Lua are NAME/tests/*_test.lua, so move it to \(place)/\(bare)_test.lua"
    }
    guard isTestFolder, word.hasSuffix(".yaml") || word.hasSuffix(".yml") else { return nil }
    // The plan has an error for it.
    if parents == ["tests"], !isLibrary, name.hasSuffix(".yml") { return nil }
    let stem = name.prefix { $0 != "." }
    return "cases are NAME/tests/*.yaml, so move it to \(place)/\(stem).yaml"
  }

  private var place: String {
    // Modules of all plugins are tested from within one of these.
    isLibrary ? "\(PluginFolder.parent(of: root))/NAME/tests" : "\(root)/tests"
  }

  private var isLibrary: Bool { PluginFolder.name(of: root) == "lib" }

  private func isRequired(_ candidate: Candidate) -> Bool {
    guard let module = candidate.module else { return false }
    return sources.contains { $0.contains("\"\(module)\"") || $0.contains("'\(module)'") }
  }
}
