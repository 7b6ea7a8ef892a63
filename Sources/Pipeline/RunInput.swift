import Delivery
import FileReading

/// Something that a run reads.
package enum RunInput {
  case standardInput
  case file(String)
  /// A source of the program's own, with the name that messages call it by.
  case source(any NotificationSource, name: String)

  /// - Parameter word: a path, or "-" for the standard input.
  package init(_ word: String) { self = word == "-" ? .standardInput : .file(word) }

  /// The name that places of lines begin with.
  var name: String {
    switch self {
    case .standardInput: "stdin"
    case .file(let path): path
    case .source(_, let name): name
    }
  }

  /// The path of a file; nil for what is none.
  var path: String? { if case .file(let path) = self { path } else { nil } }

  /// The name as a sentence has it.
  var quoted: String { path.map { "'\($0)'" } ?? name }

  /// The regular file that it is; nil where it is none.
  var identity: FileIdentity? {
    switch self {
    case .standardInput: FileIdentity(0)
    case .file(let path): FileIdentity(path: path)
    case .source: nil
    }
  }
}
