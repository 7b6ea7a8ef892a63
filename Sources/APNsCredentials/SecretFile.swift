import EventLoop
import FileReading
import Glibc

/// Files whose content is nobody else's business.
package enum SecretFile {
  /// Reads a file that only its owner may read.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that it may have.
  ///   - mayBePipe: whether a pipe will do, as of a shell's `<(command)`, whose mode says nothing.
  ///   - isPublic: whether others may read it, as a certificate without its key.
  /// - Throws: ``CredentialError`` with the path in front.
  package static func read(
    _ path: String, limit: ReadingLimit = .credential, mayBePipe: Bool = false, isPublic: Bool = false
  ) throws(CredentialError) -> [UInt8] {
    let file: InputFile
    do throws(FileProblem) {
      file = try InputFile(path, form: mayBePipe ? .small : .regular)
    } catch {
      throw CredentialError(error.message(path))
    }
    // The mode of a pipe says nothing about who may read what is in it.
    if FileKind(file.status) == .regular, !isPublic { try check(path, file.status) }
    do throws(FileProblem) {
      return try file.bytes(limit, erase: erase)
    } catch {
      throw CredentialError(error.message(path))
    }
  }

  private static func check(_ path: String, _ status: stat) throws(CredentialError) {
    guard status.st_mode & 0o077 == 0 || isSystemdCredential(path) else {
      throw CredentialError("'\(path)' may be read by others; run 'chmod 600' on it")
    }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw CredentialError("'\(path)' belongs to another user; make it this one's with 'chown'")
    }
  }

  /// systemd gives a service its credentials in a folder of its own, with the access in an ACL that looks like a mode
  /// of 0440.
  private static func isSystemdCredential(_ path: String) -> Bool {
    guard let folder = getenv("CREDENTIALS_DIRECTORY").map({ String(cString: $0) }), folder.hasPrefix("/")
    else {
      return false
    }
    return path.hasPrefix(folder + "/") && !path.split(separator: "/").contains("..")
  }

  /// Writes a file that only its owner may read, which must not be there yet.
  package static func create(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o600) throws(CredentialError) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard file >= 0 else {
      let next =
        errno == EEXIST
        ? "name another file, or move this one away" : "check the folder and who may write to it"
      throw CredentialError("'\(path)': \(systemMessage()); \(next)")
    }
    var code = fchmod(file, mode) == 0 ? 0 : errno
    var rest = bytes[...]
    while code == 0, !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { code = errno }
    }
    if code == 0, fsync(file) != 0 { code = errno }
    if close(file) != 0, code == 0 { code = errno }
    guard code == 0 else {
      unlink(path)
      throw CredentialError("'\(path)': \(systemMessage(code)); write it somewhere else")
    }
  }
}
