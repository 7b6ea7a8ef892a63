/// An error in the simulator's options or rules, as one sentence: the place, the cause, the next step.
package struct SimulatorError: Error, Sendable, Equatable, CustomStringConvertible {
  package var message: String

  package init(_ message: String) { self.message = message }

  /// The sentence.
  package var description: String { message }
}
