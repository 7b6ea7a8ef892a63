import APNsCredentials
import EventLoop
import FileReading
import Glibc

/// A folder of keys and certificates.
struct CredentialFolder {
  let path: String

  /// Returns a file's bytes; nil where there is no such file.
  ///
  /// - Throws: ``CredentialError`` where there is one that cannot be read: it is not to be written over.
  func read(_ name: String) throws(CredentialError) -> [UInt8]? {
    let place = "\(path)/\(name)"
    do throws(FileProblem) {
      return try InputFile.bytes(place, .credential, form: .regular)
    } catch {
      if error == .refused(ENOENT) { return nil }
      throw CredentialError(error.message(place))
    }
  }

  /// Writes a file anew.
  ///
  /// - Parameter isSecret: whether its owner alone may read it.
  func write(_ name: String, _ bytes: [UInt8], isSecret: Bool = false) throws(CredentialError) {
    let place = "\(path)/\(name)"
    let file = open(place, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, isSecret ? 0o600 : 0o644)
    guard file >= 0 else { throw failure(place) }
    let count = Glibc.write(file, bytes, bytes.count)
    guard close(file) == 0, count == bytes.count else { throw failure(place) }
  }

  private func failure(_ place: String) -> CredentialError {
    CredentialError("'\(place)': \(systemMessage()); name a folder that can be written to")
  }
}
