import APNsCredentials
import FileReading
import Glibc

/// The file of the keys whose holders this host accepts: one JSON object a line.
///
/// Empty lines, and lines that begin with `#`, say nothing. A key is revoked by taking its line out.
package struct KeyFile<Key: ClientKey>: Sendable, Equatable {
  /// The path of the file.
  package var path: String

  /// Names a file, which need not be there.
  package init(_ path: String) { self.path = path }

  /// Reads the bytes of the file; nil where there is none.
  package func bytes() throws(CredentialError) -> [UInt8]? {
    let (bytes, mode): ([UInt8], mode_t)
    do throws(FileProblem) {
      let file = try InputFile(path, form: .regular)
      (bytes, mode) = (try file.bytes(.clientKeys), file.status.st_mode)
    } catch {
      // Without a file, nobody is accepted.
      if error == .refused(ENOENT) || error == .refused(ENOTDIR) { return nil }
      throw CredentialError(error.message(path))
    }
    if mode & S_IWOTH != 0 {
      throw CredentialError(
        "'\(path)': any user may write to it, and so let anybody in; take that away with 'chmod o-w'")
    }
    return bytes
  }

  /// Reads the keys of the file; nil where there is none.
  package func keys() throws(CredentialError) -> [Key]? {
    guard let bytes = try bytes() else { return nil }
    return try keys(in: bytes)
  }

  /// Reads the keys of the file's bytes.
  ///
  /// - Throws: ``CredentialError`` with the line in front.
  package func keys(in bytes: [UInt8]) throws(CredentialError) -> [Key] {
    var keys: [Key] = []
    var lines: [String: Int] = [:]
    for (index, line) in Self.lines(bytes).enumerated() where !Self.isSilent(line) {
      do throws(CredentialError) {
        let key = try Key(line: line)
        if let other = lines.updateValue(index + 1, forKey: key.keyID) {
          throw CredentialError("the key '\(key.keyID)' stands in line \(other), too; take one of them out")
        }
        keys.append(key)
      } catch {
        throw error.at("\(path):\(index + 1)")
      }
    }
    return keys
  }

  /// Returns the lines, without the ends that they have.
  static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
  }

  /// Returns whether a line says nothing: it is blank, or a comment.
  static func isSilent(_ line: ArraySlice<UInt8>) -> Bool {
    let rest = line.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    return rest.isEmpty || rest.first == 0x23
  }
}
