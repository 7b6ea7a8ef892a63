import Glibc

/// Writes a file so that whoever opens its path finds the old bytes or the new ones, and never half of them.
///
/// The bytes are written beside the path under a name of their own, whose end is not the path's, and renamed.
///
/// - Parameter mode: the file's permissions; nil for those that the process gives new files.
/// - Returns: the errno where that fails, else 0; then nothing is left behind.
package func replaceFile(
  _ path: String, _ bytes: UnsafeRawBufferPointer, mode: mode_t? = nil
) -> Int32 {
  let nameStart = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
  var new = Array("\(path[..<nameStart]).\(path[nameStart...]).XXXXXX".utf8CString)
  let file = mkstemp(&new)
  guard file >= 0 else { return errno }
  var code = fchmod(file, mode ?? usualMode()) != 0 ? errno : 0
  if code == 0 { code = writeWhole(file, bytes).code }
  // Also where something failed before, the descriptor is given back.
  if close(file) != 0, code == 0 { code = errno }
  if code == 0, rename(new, path) != 0 { code = errno }
  if code != 0 { unlink(new) }
  return code
}

/// The permissions that the process gives new files.
private func usualMode() -> mode_t {
  let mask = umask(0)
  umask(mask)
  return 0o666 & ~mask
}
