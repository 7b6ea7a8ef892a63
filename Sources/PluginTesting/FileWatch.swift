import ExtensionHost
import Foundation

/// Waits until a file is saved.
///
/// By looking at the files' times ten times a second: that sees every way in which editors save, also on file systems
/// that announce nothing, and the few hundred files of a set of plugins cost nothing.
package struct FileWatch {
  private struct Stamp: Equatable {
    var seconds: Int
    var nanoseconds: Int
    var size: Int
    var number: UInt64
  }

  private var stamps: [String: Stamp] = [:]
  private let ignored: Set<String>

  /// Looks at the files once.
  ///
  /// - Parameter except: files and folders that are not looked at.
  package init(roots: [String], files: [String], except: [String]) {
    ignored = Set(except.map { PluginFolder.real($0) })
    stamps = stamps(roots, files)
  }

  /// Waits until one of the files, or one below the roots, is another than when it was last looked at, also if that was
  /// long ago; gives the paths.
  package mutating func wait(roots: [String], files: [String]) -> Set<String> {
    for file in files where stamps[file] == nil { stamps[file] = Self.stamp(file) }
    while true {
      let new = self.stamps(roots, files)
      let changed = Set(new.keys).union(stamps.keys).filter { new[$0] != stamps[$0] }
      if !changed.isEmpty {
        // A save may be several writes: the last one counts.
        usleep(20_000)
        stamps = self.stamps(roots, files)
        return changed
      }
      usleep(100_000)
    }
  }

  private func stamps(_ roots: [String], _ files: [String]) -> [String: Stamp] {
    var stamps: [String: Stamp] = [:]
    for file in files { stamps[file] = Self.stamp(file) }
    for root in roots {
      stamps[root] = PluginFolder.isFile(root) ? Self.stamp(root) : nil
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

  private static func isWatched(_ name: String) -> Bool {
    let last = name.split(separator: "/").last ?? ""
    return !last.hasPrefix(".") && !name.contains(".snapshots/")
      && (last.hasSuffix(".lua") || last.hasSuffix(".yaml") || last.hasSuffix(".json")
        || last.hasSuffix(".ndjson"))
  }

  private static func stamp(_ path: String) -> Stamp? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Stamp(
      seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, size: Int(status.st_size),
      number: UInt64(status.st_ino))
  }
}

extension TestPlan {
  /// The files that cases read.
  package var watchedFiles: [String] { casesByFile.values.flatMap { $0 }.flatMap(\.files) }

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
      let readers = casesByFile.filter { $0.value.contains { $0.files.contains(path) } }.map(\.key)
      let plugin = plugins.first { path.hasPrefix($0 + "/") }
      if let plugin {
        // Chains of other plugins' cases may have it, too.
        for (file, cases) in casesByFile
        where file.hasPrefix(plugin + "/") || file.hasSuffix(".lua") || cases.contains(where: \.hasChain) {
          touched.insert(file)
        }
      } else if readers.isEmpty {
        // A module that all share, the configuration, a new file.
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
}
