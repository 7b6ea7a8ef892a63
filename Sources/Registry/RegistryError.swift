import GRDB

/// An error of the registry, as one sentence for people.
package struct RegistryError: Error, Sendable, CustomStringConvertible {
  /// The sentence: where, what is wrong, what to do.
  package let description: String
  /// The error that a caller's own body threw; nil where the file or SQLite failed.
  package let thrown: (any Error)?

  init(_ sentence: String) { (description, thrown) = (sentence, nil) }

  /// Makes an error from what a body or SQLite threw.
  init(_ error: any Error, _ path: String) {
    if let own = error as? RegistryError {
      self = own
      return
    }
    guard let error = error as? DatabaseError else {
      (description, thrown) = ("the registry '\(path)': \(error)", error)
      return
    }
    (description, thrown) = ("the registry '\(path)': \(Self.sentence(error))", nil)
  }

  private static func sentence(_ error: DatabaseError) -> String {
    switch error.resultCode.primaryResultCode {
    case .SQLITE_FULL: "no space is left on its disk; make some"
    case .SQLITE_BUSY, .SQLITE_LOCKED: "another process has locked it; let it end"
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      "its bytes are damaged, or it is no registry; put a copy in its place, or name another file in registry.path"
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN:
      "it cannot be opened or written; check the path and who may write it"
    case .SQLITE_IOERR: "its disk cannot be read or written; check the disk"
    // Without the statement and its arguments, which are people's names.
    default: "SQLite: \(error.message ?? "error \(error.resultCode.rawValue)")"
    }
  }
}
