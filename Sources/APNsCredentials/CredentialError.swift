/// An error of a credential, as one sentence for people: the place, the cause, the next step.
///
/// It never says anything of a key or of a passphrase.
package struct CredentialError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence, without a full stop.
  package var message: String

  /// Takes the sentence, without a full stop.
  package init(_ message: String) { self.message = message }

  /// The sentence.
  package var description: String { message }

  /// Returns the same with its place in front.
  package func at(_ place: String) -> CredentialError { CredentialError("\(place): \(message)") }
}
