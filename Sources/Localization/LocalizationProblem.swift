/// A problem in making a text; none keeps the text from being made.
package enum LocalizationProblem: Hashable, Sendable, CustomStringConvertible {
  /// No catalog has the key, which stands for itself.
  case missingKey
  /// No catalog is a table of that name; there are others.
  case missingTable(String, others: [String])
  /// A better language has no text for the key.
  case missingText(language: String)
  /// None of the languages that were asked for is there.
  case missingLanguage
  /// The text has a specifier that no argument was given for; it is left as it is.
  case missingArgument(Int)
  /// More arguments were given than the text takes.
  case excessArguments(given: Int, taken: Int)
  /// A specifier of a number got something else.
  case notNumeric(Int)
  /// An argument is a list or an object.
  case notPlain(Int)
  /// The text says nothing.
  case emptyText
  /// The text became larger than any notification.
  case tooLarge

  /// The problem as one sentence, for a log.
  package var description: String {
    switch self {
    case .missingKey: "no catalog has the key"
    case .missingTable(let table, let others):
      "there is no table '\(table)'"
        + (others.isEmpty ? ", and no catalog" : ", but '\(others.joined(separator: "', '"))'")
    case .missingText(let language): "no text in \(language)"
    case .missingLanguage: "none of the recipient's languages is there"
    case .missingArgument(let number): "argument \(number) is missing"
    case .excessArguments(let given, let taken):
      "\(given) argument\(given == 1 ? "" : "s") for a text that takes \(taken)"
    case .emptyText: "the text is empty"
    case .notNumeric(let number): "argument \(number) is not a number"
    case .notPlain(let number): "argument \(number) is not a text or a number"
    case .tooLarge: "the text is cut at \(MessageWriter.outputLimit) bytes"
    }
  }
}
