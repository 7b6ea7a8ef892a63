import ConfigurationFiles
import FileReading
import Foundation
import Notilua

/// Waits until a file is saved.
///
/// By looking at the files' times ten times a second: that sees every way in which editors save, also on file systems
/// that announce nothing, and the few hundred files of a set of plugins cost nothing.
package struct FileWatch {
  private var stamps: [String: FileStamp] = [:]
  private let ignored: Set<String>

  /// Looks at the files once.
  ///
  /// - Parameters:
  ///   - paths: files, and folders with all that is below.
  ///   - except: files and folders that are not looked at.
  package init(paths: [String], except: [String]) {
    ignored = Set(except.map { PluginFolder.real($0) })
    stamps = stamps(Self.outermost(paths))
  }

  /// Waits until one of the files, or one below the folders, is another than when it was last looked at, also if that
  /// was long ago; gives the paths.
  package mutating func wait(paths: [String]) -> Set<String> {
    // A path that is new is as it is now, and one that is watched no more has not changed.
    let isOld = { [stamps] (path: String) in
      stamps[path] != nil || stamps.keys.contains { $0.hasPrefix(path + "/") }
    }
    stamps.merge(stamps(Self.outermost(paths.filter { !isOld($0) }))) { seen, _ in seen }
    stamps = stamps.filter { file, _ in paths.contains { file == $0 || file.hasPrefix($0 + "/") } }
    let roots = Self.outermost(paths)
    while true {
      let new = self.stamps(roots)
      let changed = Set(new.keys).union(stamps.keys).filter { new[$0] != stamps[$0] }
      if !changed.isEmpty {
        // A save may be several writes: the last one counts.
        usleep(20_000)
        stamps = self.stamps(roots)
        return changed
      }
      usleep(100_000)
    }
  }

  private func stamps(_ roots: [String]) -> [String: FileStamp] {
    var stamps: [String: FileStamp] = [:]
    for root in roots {
      if let stamp = Self.stamp(root) { stamps[root] = stamp }
      guard let names = FileManager.default.enumerator(atPath: root) else { continue }
      for case let name as String in names where Self.isWatched(name) {
        let path = "\(root)/\(name)"
        let isIgnored =
          !ignored.isEmpty
          && ignored.contains { whole in
            let own = PluginFolder.real(path)
            return own == whole || own.hasPrefix(whole + "/")
          }
        if !isIgnored { stamps[path] = Self.stamp(path) }
      }
    }
    return stamps
  }

  /// The paths that are not looked at with another.
  private static func outermost(_ paths: [String]) -> [String] {
    paths.filter { path in
      !paths.contains { path.hasPrefix($0 + "/") && isWatched(String(path.dropFirst($0.count + 1))) }
    }
  }

  /// Returns a Boolean value that indicates whether a file may be one that a case reads: any but hidden
  /// ones, snapshots, and what editors write beside a file.
  private static func isWatched(_ name: String) -> Bool {
    !name.contains(".snapshots/") && !name.hasSuffix("~") && name.split(separator: "/").last != "4913"
      && name.split(separator: "/").allSatisfy { !$0.hasPrefix(".") && !$0.hasPrefix("#") }
  }

  private static func stamp(_ path: String) -> FileStamp? {
    FileStamp(path).flatMap { $0.kind == .regular ? $0 : nil }
  }
}

extension TestPlan {
  /// The files and folders outside of the plan's own that cases read: catalogs, what is given, plugins of chains and
  /// their modules.
  package func watchedPaths(_ configuration: Configuration) -> [String] {
    let cases = casesByFile.values.flatMap { $0 }
    var paths = cases.flatMap(\.files) + configuration.strings.catalogs
    for testCase in cases {
      switch testCase.chain {
      case .own: break
      case .named(let plugins): paths += plugins.flatMap { Self.sources(of: $0.path) }
      // What is wrong with the chain is told by the cases.
      case .configured: paths += ((try? configuration.chain()) ?? []).flatMap { Self.sources(of: $0.path) }
      }
    }
    paths += plugins.flatMap(Self.sources)
    return Set(paths).sorted()
  }

  /// Returns the paths of a plugin's Lua: its file or folder, and the modules beside it.
  private static func sources(of plugin: String) -> [String] {
    [plugin, PluginFolder.parent(of: plugin) + "/lib"]
  }

  /// The files of cases that have to run again; nil for all.
  package func filesTouched(by changed: Set<String>) -> Set<String>? {
    // The cases of what was deleted are gone, and others may have used it.
    guard changed.allSatisfy({ access($0, F_OK) == 0 }) else { return nil }
    var touched: Set<String> = []
    for path in changed {
      // A new file of cases is not in the plan yet.
      if casesByFile[path] != nil || path.hasSuffix(".yaml") && path.contains("/tests/")
        || path.hasSuffix("_test.lua")
      {
        touched.insert(path)
        continue
      }
      let readers = casesByFile.filter { $0.value.contains { $0.reads(path) } }.map(\.key)
      let plugin = plugins.first { path.hasPrefix($0 + "/") }
      if let plugin {
        // Chains of other plugins' cases may have it, too.
        for (file, cases) in casesByFile
        where file.hasPrefix(plugin + "/") || file.hasSuffix(".lua") || cases.contains(where: \.hasChain) {
          touched.insert(file)
        }
      } else if readers.isEmpty {
        // A module that all share, the configuration, a catalog of all, a new file.
        return nil
      }
      touched.formUnion(readers)
    }
    return touched
  }
}

extension TestCase {
  fileprivate var hasChain: Bool {
    if case .own = chain { false } else { true }
  }

  /// Tells whether a file is one of the case's, or in one of its folders.
  fileprivate func reads(_ path: String) -> Bool {
    files.contains { path == $0 || path.hasPrefix($0 + "/") }
  }
}
