import ArgumentParser

/// A word of the command line that stands for one of a few values.
///
/// Any word is taken, so that what is none of them can be told in a sentence of ours.
struct Choice<Value: RawRepresentable & CaseIterable & Sendable>: ExpressibleByArgument, Sendable
where Value.RawValue == String {
  private let word: String

  init(argument: String) { word = argument }

  /// Returns the value.
  ///
  /// - Throws: ``ValidationError`` that names the values there are.
  func value(of option: String) throws -> Value {
    if let value = Value(rawValue: word) { return value }
    let words = Value.allCases.map(\.rawValue)
    let list = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    throw ValidationError("\(option) is '\(word)'; use \(list).")
  }
}
