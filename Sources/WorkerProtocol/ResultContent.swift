/// The part of a notification that the results of a batch have.
package enum ResultContent: UInt8, Sendable {
  /// Nothing of it.
  case none
  /// The whole line, as a filter writes it.
  case lines
  /// The changes of the chain: the payload, and typed records of its ``PassEffects``.
  case payloads
  /// The whole line, and behind its newline what the chain changed.
  case linesAndPayloads
  /// The ``PresentationAnswer`` to each request, where a batch has requests to content extensions.
  case answers

  /// A Boolean value that indicates whether results have whole lines.
  package var hasLines: Bool { self == .lines || self == .linesAndPayloads }
  /// A Boolean value that indicates whether results have what the chain changed.
  package var hasPayloads: Bool { self == .payloads || self == .linesAndPayloads }
}
