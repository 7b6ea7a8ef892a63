/// The most that a host accepts from a worker for one notification, whatever the worker says.
///
/// A worker of ours stays far below: a payload grows by the 4 MiB of new text that a document takes at most, and an
/// outcome has some copies of it beside patches and log lines of limited size.
package struct ResultLimits: Sendable, Equatable {
  /// The bytes of a line for output.
  package let output: Int
  /// The bytes of an outcome.
  package let outcome: Int
  /// The bytes of the cause of a rejection, which is cut there.
  package static let cause = 1024
  /// The bytes of a note's text, which is cut there.
  package static let note = 4096
  /// The notes of one notification, and the bytes of those for people; further ones are left out.
  package static let notes = 2048
  package static let noteBytes = 256 << 10

  /// - Parameter payload: the most bytes of a line that is read, `limits.payload`.
  package init(payload: Int) {
    output = 2 * payload + (8 << 20)
    outcome = 8 * payload + (24 << 20)
  }
}
