/// What is wrong with what the simulator was told, as one sentence: the place, the cause, the next step.
package struct SimulatorError: Error, Sendable, Equatable, CustomStringConvertible {
  package var message: String

  package init(_ message: String) { self.message = message }

  /// The sentence.
  package var description: String { message }
}
