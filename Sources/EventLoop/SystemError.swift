import Glibc

/// Returns the words of an errno.
package func systemMessage(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

/// A system call that failed.
package struct SystemError: Error, Equatable, CustomStringConvertible {
  /// The name of the call.
  package let call: String
  /// The errno.
  package let code: Int32

  /// Makes a value from the call's name and its errno.
  package init(_ call: String, _ code: Int32 = errno) {
    self.call = call
    self.code = code
  }

  /// The call and the words of its errno.
  package var description: String { "\(call): \(systemMessage(code))" }
}
