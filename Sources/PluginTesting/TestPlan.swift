import ConfigurationFiles
import FileReading
import Foundation
import Notilua

/// The cases that paths lead to.
package struct TestPlan: Sendable {
  /// A unit that runs as one.
  package enum Unit: Sendable {
    case testCase(TestCase)
    case suite(TestSuite)
  }

  /// The cases and suites, in the order in which they are shown.
  package private(set) var units: [Unit] = []
  /// The files of cases, with all that each has.
  package private(set) var casesByFile: [String: [TestCase]] = [:]
  /// The errors of files that could not be read.
  package private(set) var errors: [HostError] = []
  /// The warnings of files that look like tests and are not run.
  package private(set) var unread: [String] = []
  /// The plugins whose cases these are.
  package private(set) var plugins: Set<String> = []
  /// The whole paths of the files that were read.
  private var read: Set<String> = []

  /// - Parameter paths: plugins, folders of plugins, or files of cases.
  package init(paths: [String]) {
    for path in paths {
      do throws(HostError) {
        try add(path)
      } catch {
        errors.append(error)
      }
    }
  }

  private mutating func add(_ path: String) throws(HostError) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if PluginFolder.isFile(path) {
      if path.hasSuffix("_test.lua") || path.hasSuffix(".yaml") {
        addFile(path, plugin: Self.plugin(of: path))
      } else if path.hasSuffix(".lua") {
        throw HostError(
          .usage, "'\(path)' is no file of cases; name its plugin's folder, NAME.yaml or NAME_test.lua")
      } else {
        throw HostError(.usage, "'\(path)' is no file of cases; those end in .yaml or _test.lua")
      }
      return
    }
    guard PluginFolder.isFolder(path) else {
      throw HostError(
        .noInput, "'\(path)' is not there; name a plugin, a folder of plugins or a file of cases")
    }
    if PluginFolder.isFile(path + "/init.lua") {
      plugins.insert(path)
      unread += UnreadTests(in: path).messages
      if !addFolder(path + "/tests", plugin: path) {
        throw HostError(.noInput, "'\(path)' has no cases; write some into \(path)/tests/cases.yaml")
      }
      return
    }
    var hasCases = false
    for name in try Self.entries(path) where !name.hasPrefix(".") {
      let entry = path + "/" + name
      if PluginFolder.isFile(entry + "/init.lua") {
        plugins.insert(entry)
        unread += UnreadTests(in: entry).messages
        if addFolder(entry + "/tests", plugin: entry) { hasCases = true }
      } else if name.hasSuffix(".yaml") || name.hasSuffix("_test.lua") {
        addFile(entry, plugin: Self.plugin(of: entry))
        hasCases = true
      } else if name.hasSuffix(".lua") {
        // A plugin that is one file has no place for cases; those of a chain may have it.
        plugins.insert(entry)
      } else if name == "lib" {
        unread += UnreadTests(in: entry).messages
      } else if name == "tests" {
        if addFolder(entry, plugin: nil) { hasCases = true }
      } else if PluginFolder.isFolder(entry + "/tests") {
        errors.append(
          HostError(.noInput, "'\(entry)' has a folder of cases and no init.lua; the plugin is missing"))
        hasCases = true
      }
    }
    if !hasCases {
      throw HostError(
        .noInput, "'\(path)' has no cases; they are in NAME/tests/*.yaml and NAME/tests/*_test.lua")
    }
  }

  /// Adds the files of cases in a folder; tells whether there are any.
  private mutating func addFolder(_ folder: String, plugin: String?) -> Bool {
    var hasCases = false
    guard PluginFolder.isFolder(folder) else { return false }
    let names: [String]
    do throws(HostError) {
      names = try Self.entries(folder)
    } catch {
      errors.append(error)
      return true
    }
    for name in names {
      let path = folder + "/" + name
      if name.hasSuffix(".yaml") || name.hasSuffix("_test.lua") {
        addFile(path, plugin: plugin)
        hasCases = true
      } else if name.hasSuffix(".yml") {
        errors.append(HostError(.noInput, "'\(path)' is not read; files of cases are named .yaml"))
        hasCases = true
      }
    }
    return hasCases
  }

  private mutating func addFile(_ file: String, plugin: String?) {
    // However often and by whatever path it is named.
    guard read.insert(PluginFolder.real(file)).inserted else { return }
    if let plugin { plugins.insert(plugin) }
    casesByFile[file] = []
    do throws(HostError) {
      if file.hasSuffix(".lua") {
        units.append(.suite(try TestSuite(file: file, plugin: plugin)))
        return
      }
      var bytes = try readFile(file, .cases, status: .noInput)
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw HostError(.usage, "\(file): not UTF-8; save it as UTF-8")
      }
      let cases = try TestCaseReader(file: file, plugin: plugin).cases(text)
      casesByFile[file] = cases
      units += cases.map { .testCase($0) }
    } catch {
      errors.append(error)
    }
  }

  /// The plugins that no case is in the folder of.
  package var untestedPlugins: [String] {
    plugins.filter { plugin in !casesByFile.keys.contains { $0.hasPrefix(plugin + "/") } }.sorted()
  }

  /// The plugin in whose folder `tests` a file is.
  private static func plugin(of file: String) -> String? {
    // From within the folder a path does not say where it is.
    named(file) ?? named(PluginFolder.real(file))
  }

  private static func named(_ file: String) -> String? {
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[parts.count - 2] == "tests" else { return nil }
    let plugin = parts.dropLast(2).joined(separator: "/")
    if plugin.isEmpty { return PluginFolder.isFile("init.lua") ? "." : nil }
    return PluginFolder.isFile(plugin + "/init.lua") ? plugin : nil
  }

  private static func entries(_ folder: String) throws(HostError) -> [String] {
    var walk = FolderWalk()
    do throws(FileProblem) {
      return try walk.entries(folder).filter(\.isUTF8).map(\.name)
    } catch {
      throw HostError(.noInput, error.message(folder))
    }
  }

  /// Keeps the cases that `isChosen` takes; tests in Lua are asked for their names as they run.
  package mutating func keep(where isChosen: (TestCase) -> Bool) {
    units.removeAll { unit in
      if case .testCase(let testCase) = unit { return !isChosen(testCase) }
      return false
    }
  }

  /// Takes out the tests in Lua.
  package mutating func removeSuites() {
    units.removeAll { unit in
      if case .suite = unit { return true }
      return false
    }
  }

  /// Puts the units into an order that the seed alone decides.
  package mutating func shuffle(seed: UInt64) {
    var random = ShuffleSource(seed: seed)
    units.shuffle(using: &random)
  }

  /// Removes all units that none of the files belongs to.
  package mutating func keep(files: Set<String>) {
    units.removeAll { unit in
      switch unit {
      case .testCase(let testCase): !files.contains(testCase.file)
      case .suite(let suite): !files.contains(suite.file)
      }
    }
  }
}

/// The order of `--shuffle`, which its seed gives again.
private struct ShuffleSource: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    // The generator of Knuth's MMIX, of which the upper half is taken, twice.
    func step() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 32
    }
    return step() << 32 | step()
  }
}
