import EventLoop
import Glibc

/// The reason why a server cannot start, or cannot use an identity.
package struct HTTP2ServerError: Error, Sendable, Equatable {
  package var message: String

  init(_ message: String) { self.message = message }

  /// Returns the error that `errno` stands for.
  static func ofSystem(_ place: String) -> HTTP2ServerError {
    HTTP2ServerError("\(place): \(systemMessage(errno))")
  }
}
