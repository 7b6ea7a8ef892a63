import Glibc

/// Writes all of `bytes`.
///
/// - Parameter whileInterrupted: decides after an interrupted write whether to go on.
/// - Returns: the number of bytes that were written, and the errno where that fails, else 0.
@discardableResult
package func writeWhole(
  _ file: Int32, _ bytes: UnsafeRawBufferPointer, whileInterrupted: () -> Bool = { true }
) -> (count: Int, code: Int32) {
  var rest = bytes
  while let start = rest.baseAddress, !rest.isEmpty {
    let count = write(file, start, rest.count)
    if count >= 0 {
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    } else if errno != EINTR {
      return (bytes.count - rest.count, errno)
    }
    // A stop signal cuts a write short; whether to go on is for the caller to say.
    if !rest.isEmpty, !whileInterrupted() { return (bytes.count - rest.count, EINTR) }
  }
  return (bytes.count, 0)
}
