/// A format as Foundation has it, taken apart: text, places for arguments, and places for other texts.
///
/// The specifiers are those of Apple's *String Format Specifiers*. A `%` that begins none of them is text. One before a
/// space is text, too, where what follows may be a word: nobody who writes `50% off` or `70% and` means a number. But
/// `% d` with no letter behind it is a number with a space in the place of a sign.
package struct FormatString: Sendable, Equatable {
  /// A piece of a format.
  package enum Part: Sendable, Equatable {
    case text(String)
    case argument(Specifier)
    /// `%#@name@`, with the place of its argument.
    case variable(name: String, argument: Int, source: String)
    /// `%arg`: the number that chose this form.
    case number
  }

  /// An oddity of a format, for people who look after it.
  package enum Problem: Sendable, Equatable {
    /// A `%` that is no specifier and no `%%`.
    case lonePercent(String)
    /// A width or precision that is an argument.
    case starredWidth(String)
  }

  /// The last argument that a specifier may name.
  package static let argumentLimit = 250

  /// The pieces, in their order.
  package private(set) var parts: [Part] = []
  /// The oddities that were found, in the order of the text.
  package private(set) var problems: [Problem] = []

  /// Takes a format apart.
  ///
  /// - Parameters:
  ///   - firstArgument: what the first specifier without a place is about; in the form of a variable it is the
  ///     variable's own argument.
  ///   - hasNumber: whether `%arg` stands for a number, as in the forms of a substitution.
  package init(_ text: String, firstArgument: Int = 1, hasNumber: Bool = false) {
    var text = text
    var parser = FormatParser(nextArgument: firstArgument, hasNumber: hasNumber)
    text.withUTF8 { parser.parse($0) }
    parts = parser.parts
    problems = parser.problems
  }

  /// The format as text again, with each place and each `%arg` as `place` and `number` write them.
  ///
  /// - Parameters:
  ///   - place: writes a specifier or a variable, of which it is given the argument and the source.
  ///   - number: what stands for `%arg`.
  package func text(place: (_ argument: Int, _ source: String) -> String, number: String = "%arg") -> String {
    parts.map { part in
      switch part {
      case .text(let text): text.doubledPercents
      case .argument(let specifier): place(specifier.argument, specifier.source)
      case .variable(_, let argument, let source): place(argument, source)
      case .number: number
      }
    }.joined()
  }

  /// A specifier or a variable with its place: `%@` becomes `%1$@`.
  package static func placed(_ source: String, at argument: Int) -> String {
    isPlaced(source) ? source : "%\(argument)$\(source.dropFirst())"
  }

  /// Returns a Boolean value that indicates whether a specifier says which argument it is about.
  package static func isPlaced(_ source: String) -> Bool {
    source.dropFirst().drop { $0.isASCII && $0.isNumber }.first == "$"
  }

  /// The specifiers of arguments, in their order.
  package var specifiers: [Specifier] {
    parts.compactMap { if case .argument(let specifier) = $0 { specifier } else { nil } }
  }
}

extension String {
  /// A text as a format that says it.
  ///
  /// By scalars: a mark that combines with the percent sign makes another character of it.
  package var doubledPercents: String {
    var text = ""
    for scalar in unicodeScalars {
      text.unicodeScalars.append(scalar)
      if scalar == "%" { text.unicodeScalars.append(scalar) }
    }
    return text
  }
}
