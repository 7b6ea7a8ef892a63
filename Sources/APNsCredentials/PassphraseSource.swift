import EventLoop
import FileReading
import Glibc

/// A source of the passphrase of a P12 file; never the command line, which others can read.
package enum PassphraseSource: Sendable, Equatable {
  /// The first line of a file that only its owner may read.
  case file(String)
  /// A variable of the environment.
  case variable(String)

  /// Returns the passphrase's bytes, without the end of the line.
  ///
  /// - Parameter mayBePipe: whether the file may be a shell's `<(command)`, which is there once only.
  /// - Throws: ``CredentialError`` where there is none.
  package func passphrase(mayBePipe: Bool = false) throws(CredentialError) -> [UInt8] {
    switch self {
    case .file(let path):
      var bytes = try SecretFile.read(path, limit: .key, mayBePipe: mayBePipe)
      if let end = bytes.firstIndex(of: 0x0A) { bytes.removeSubrange(end...) }
      if bytes.last == 0x0D { bytes.removeLast() }
      return bytes
    case .variable(let name):
      guard let text = getenv(name) else {
        throw CredentialError("there is no variable '\(name)' in the environment; set it to the passphrase")
      }
      ChildEnvironment.hide(name)
      return Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }
  }
}
