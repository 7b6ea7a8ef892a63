import Glibc

/// Writes a file so that a reader of its path finds the old bytes or the new ones, and never half of them.
///
/// The bytes are written beside the path under a name of their own, whose end is not the path's, and renamed.
///
/// - Parameters:
///   - mode: the file's permissions; nil for those that the process gives new files.
///   - owner: the file's user and group; nil for the process's.
///   - isDurable: whether the new bytes are on the disk when it returns, a crash of the machine notwithstanding.
/// - Returns: the errno where that fails, else 0; then nothing is left behind.
package func replaceFile(
  _ path: String, _ bytes: UnsafeRawBufferPointer, mode: mode_t? = nil,
  owner: (user: uid_t, group: gid_t)? = nil, isDurable: Bool = false
) -> Int32 {
  let nameStart = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
  var new = Array("\(path[..<nameStart]).\(path[nameStart...]).XXXXXX".utf8CString)
  let file = mkstemp(&new)
  guard file >= 0 else { return errno }
  var code: Int32 = 0
  if let owner, fchown(file, owner.user, owner.group) != 0 { code = errno }
  // After the owner, whose change takes bits of the mode away.
  if code == 0, fchmod(file, mode ?? usualMode()) != 0 { code = errno }
  if code == 0 { code = writeWhole(file, bytes).code }
  if code == 0, isDurable, fsync(file) != 0 { code = errno }
  // Also where something failed before, the descriptor is given back.
  if close(file) != 0, code == 0 { code = errno }
  if code == 0, rename(new, path) != 0 { code = errno }
  if code != 0 { unlink(new) }
  return code == 0 && isDurable
    ? syncFolder(nameStart == path.startIndex ? "." : String(path[..<nameStart])) : code
}

/// Puts the names of a folder on the disk; returns the errno where that fails, else 0.
private func syncFolder(_ path: String) -> Int32 {
  let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard folder >= 0 else { return errno }
  defer { close(folder) }
  return fsync(folder) == 0 ? 0 : errno
}

/// The permissions that the process gives new files.
private func usualMode() -> mode_t {
  let mask = umask(0)
  umask(mask)
  return 0o666 & ~mask
}
