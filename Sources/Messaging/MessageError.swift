import Registry

/// An error of a message, for its sender.
package enum MessageError: Error, Sendable, CustomStringConvertible {
  /// Another message has the identifier.
  case otherMessage
  /// The registry cannot be read or written.
  case registry(RegistryError)

  /// The sentence.
  package var description: String {
    switch self {
    case .otherMessage:
      "another message has this id, with other members or recipients; give each message an id of its own"
    case .registry(let error): error.description
    }
  }
}
