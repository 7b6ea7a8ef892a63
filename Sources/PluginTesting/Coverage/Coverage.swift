import ConfigurationFiles
import FileReading
import Foundation
import NotificationModel
import WorkerProtocol

/// The counts of runs of each line of Lua, over all cases.
package struct Coverage: Sendable {
  /// One file.
  package struct File: Sendable {
    /// One function of a file.
    package struct Function: Sendable {
      /// The name, or the place where it has none.
      package var name: String
      /// The line at which it begins.
      package var first: Int
      /// The line at which it ends.
      package var last: Int
      /// The number of calls.
      package var calls: Int
    }

    /// The path, with links resolved.
    package var path: String
    /// The number of times that the lines with code were run, by number.
    package var hits: [Int: Int] = [:]
    /// The functions, in the order of the source.
    package var functions: [Function] = []
    /// The text, line by line.
    package var source: [String] = []

    /// Creates the counts of a file that was not run.
    package init(path: String) { self.path = path }

    /// The numbers of the lines with code, in order.
    package var lineNumbers: [Int] { hits.keys.sorted() }
    /// The number of lines that were run at least once.
    package var coveredLines: Int { hits.values.count { $0 > 0 } }
    /// The number of functions that were called at least once.
    package var coveredFunctions: Int { functions.count { $0.calls > 0 } }
  }

  /// By the whole path: one file may be named in several ways.
  private var counted: [String: ChunkCoverage] = [:]

  /// Creates counts of nothing.
  package init() {}

  /// Adds what a worker counted.
  mutating func add(_ chunks: [ChunkCoverage]) {
    let own = [TestSuite.chunkName, SettingsModule.path]
    for chunk in chunks where !own.contains(chunk.path) && !chunk.path.hasSuffix("_test.lua") {
      let path = PluginFolder.real(chunk.path)
      guard var present = counted[path], present.lines.count == chunk.lines.count,
        present.functions.count == chunk.functions.count
      else {
        counted[path] = chunk
        continue
      }
      for index in chunk.lines.indices { present.lines[index].hits += chunk.lines[index].hits }
      for index in chunk.functions.indices { present.functions[index].calls += chunk.functions[index].calls }
      counted[path] = present
    }
  }

  /// Adds the files of a plugin that no case is about.
  mutating func addUntested(_ chunks: [ChunkCoverage]) {
    add(
      chunks.map { chunk in
        var chunk = chunk
        for index in chunk.lines.indices { chunk.lines[index].hits = 0 }
        for index in chunk.functions.indices { chunk.functions[index].calls = 0 }
        return chunk
      })
  }

  /// Adds the counts of another run.
  package mutating func add(_ other: Coverage) { add(Array(other.counted.values)) }

  /// The files of plugins, by path; files of tests are none.
  package func files() -> [File] { counted.map { Self.file($1, $0) }.sorted { $0.path < $1.path } }

  private static func file(_ chunk: ChunkCoverage, _ path: String) -> File {
    var file = File(path: relative(path))
    file.source = LuaLines.of((try? readFile(chunk.path, .cases)) ?? [])
    for line in chunk.lines where !isEnd(line.number <= file.source.count ? file.source[line.number - 1] : "")
    {
      file.hits[line.number] = line.hits
    }
    for function in chunk.functions {
      let head = function.first <= file.source.count ? file.source[function.first - 1] : ""
      file.functions.append(
        .init(
          name: name(in: head, line: function.first), first: function.first, last: function.last,
          calls: function.calls))
    }
    return file
  }

  /// Returns a Boolean value that indicates whether a line only closes what was opened before: Lua gives it
  /// the instruction that makes a function or leaves a block, which says nothing of what was tested.
  private static func isEnd(_ line: String) -> Bool {
    let code = line.range(of: "--").map { line[..<$0.lowerBound] } ?? line[...]
    let ends: Set = ["end", "else", "until", "do", "then", "repeat"]
    return code.allSatisfy { $0.isLetter || " \t)}],;".contains($0) }
      && code.split { !$0.isLetter }.allSatisfy { ends.contains(String($0)) }
  }

  /// Returns the name of a function in the line that it begins at.
  private static func name(in line: String, line number: Int) -> String {
    if let named = line.firstMatch(of: /function\s+([\w.:]+)\s*\(/) { return String(named.1) }
    if let assigned = line.firstMatch(of: /([\w.]+)\s*=\s*function\b/) { return String(assigned.1) }
    return "function of line \(number)"
  }

  /// A path from the present folder, where it is below that.
  private static func relative(_ path: String) -> String {
    let here = PluginFolder.real(".") + "/"
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }

  /// Covered lines of all files' lines; nothing where nothing could be counted.
  package static func share(_ files: [File]) -> Share {
    let all = files.reduce(0) { $0 + $1.hits.count }
    return all == 0 ? Share(0, of: 1) : Share(files.reduce(0) { $0 + $1.coveredLines }, of: all)
  }
}
