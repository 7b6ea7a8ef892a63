import ConfigurationFiles
import Foundation
import Notilua

/// The forms in which other programs read what was covered.
package enum CoverageReportForm: String, CaseIterable, Sendable {
  /// For `lcov` and editors: one file.
  case lcov
  /// For Jenkins, GitLab and others: one XML file.
  case cobertura
  /// For people: a folder of pages.
  case html

  /// Returns the report where it is one text; nil where it is a folder of pages.
  package func text(_ files: [Coverage.File]) -> String? {
    switch self {
    case .lcov: Self.lcov(files)
    case .cobertura: Self.cobertura(files)
    case .html: nil
    }
  }

  /// Writes the report to a file, or to a folder where it has several.
  package func write(_ files: [Coverage.File], to path: String) throws(HostError) {
    if let text = text(files) { return try writeText(text, to: path) }
    for (name, text) in CoveragePages(files).pages { try writeText(text, to: "\(path)/\(name)") }
  }

  /// The tracefile that `geninfo` writes: geninfo(1).
  private static func lcov(_ files: [Coverage.File]) -> String {
    var text = "TN:\n"
    for file in files {
      text += "SF:\(file.path)\n"
      let names = file.uniqueNames
      for (function, name) in zip(file.functions, names) { text += "FN:\(function.first),\(name)\n" }
      for (function, name) in zip(file.functions, names) { text += "FNDA:\(function.calls),\(name)\n" }
      text += "FNF:\(file.functions.count)\nFNH:\(file.coveredFunctions)\n"
      for line in file.lineNumbers { text += "DA:\(line),\(file.hits[line] ?? 0)\n" }
      text += "LF:\(file.hits.count)\nLH:\(file.coveredLines)\nend_of_record\n"
    }
    return text
  }

  /// Cobertura's coverage-04.dtd.
  private static func cobertura(_ files: [Coverage.File]) -> String {
    func rate(_ covered: Int, _ all: Int) -> String { Share(covered, of: all).rate }
    let covered = files.reduce(0) { $0 + $1.coveredLines }
    let all = files.reduce(0) { $0 + $1.hits.count }
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
      <coverage line-rate="\(rate(covered, all))" branch-rate="0" lines-covered="\(covered)" lines-valid="\(all)" \
      branches-covered="0" branches-valid="0" complexity="0" version="1" timestamp="0">
        <sources><source>.</source></sources>
        <packages>

      """
    for (folder, files) in Dictionary(grouping: files, by: \.folder).sorted(by: { $0.key < $1.key }) {
      let packageCovered = files.reduce(0) { $0 + $1.coveredLines }
      let packageLines = files.reduce(0) { $0 + $1.hits.count }
      text += "    <package"
      text += XML.attributes([
        ("name", folder), ("line-rate", rate(packageCovered, packageLines)), ("branch-rate", "0"),
        ("complexity", "0"),
      ])
      text += ">\n      <classes>\n"
      for file in files {
        text += "        <class"
        text += XML.attributes([
          ("name", file.path), ("filename", file.path),
          ("line-rate", rate(file.coveredLines, file.hits.count)),
          ("branch-rate", "0"), ("complexity", "0"),
        ])
        text += ">\n          <methods>\n"
        for function in file.functions {
          let lines = file.lineNumbers.filter { function.first < $0 && $0 <= function.last }
          let hits = lines.count { file.hits[$0] ?? 0 > 0 }
          text += "            <method"
          text += XML.attributes([
            ("name", function.name), ("signature", "()"),
            ("line-rate", lines.isEmpty && function.calls == 0 ? "0.0000" : rate(hits, lines.count)),
            ("branch-rate", "0"), ("complexity", "0"),
          ])
          text += "><lines>"
          for line in lines { text += "<line number=\"\(line)\" hits=\"\(file.hits[line] ?? 0)\"/>" }
          text += "</lines></method>\n"
        }
        text += "          </methods>\n          <lines>\n"
        for line in file.lineNumbers {
          text += "            <line number=\"\(line)\" hits=\"\(file.hits[line] ?? 0)\"/>\n"
        }
        text += "          </lines>\n        </class>\n"
      }
      text += "      </classes>\n    </package>\n"
    }
    return text + "  </packages>\n</coverage>\n"
  }
}

extension Coverage.File {
  fileprivate var folder: String { PluginFolder.parent(of: path) }

  /// The functions' names, with the line where several have one name, and a number where they have one line, too.
  fileprivate var uniqueNames: [String] {
    var names: [String] = []
    for function in functions {
      let isShared = functions.count { $0.name == function.name } > 1
      let name = isShared ? "\(function.name):\(function.first)" : function.name
      let before = names.count { $0 == name || $0.hasPrefix(name + "#") }
      names.append(before > 0 ? "\(name)#\(before + 1)" : name)
    }
    return names
  }
}
