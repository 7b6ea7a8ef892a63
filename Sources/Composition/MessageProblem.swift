/// A mistake in a message, as a sentence for people: the place, the cause, the next step.
package struct MessageProblem: Error, Equatable, CustomStringConvertible {
  /// The place in the object (RFC 6901); empty for the whole.
  package var pointer: String
  /// The cause and the next step.
  package var message: String

  /// Makes a problem.
  package init(_ pointer: String, _ message: String) {
    self.pointer = pointer
    self.message = message
  }

  /// The place and the message.
  package var description: String { pointer.isEmpty ? message : "\(pointer): \(message)" }
}
