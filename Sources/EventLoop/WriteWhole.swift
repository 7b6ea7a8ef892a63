import CEventLoop
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
  while !rest.isEmpty {
    let count = writeQuietly(file, rest)
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

/// Writes as `write(2)` does, without a signal where nobody reads; then errno is EPIPE.
///
/// A program that this library is part of may do with SIGPIPE what it likes.
package func writeQuietly(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  el_write(file, bytes.baseAddress, UInt(bytes.count))
}
