/// A place for an argument, and how it is written: `%2$.1f`.
package struct Specifier: Sendable, Equatable {
  /// The signs between `%` and the width.
  package struct Flags: OptionSet, Sendable {
    /// The flags as bits.
    package let rawValue: UInt8
    /// Creates flags of bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// `-`: spaces go behind.
    package static let left = Flags(rawValue: 1)
    /// `0`: zeros fill up a number.
    package static let zeros = Flags(rawValue: 2)
    /// `+`: a number that is not negative has a sign, too.
    package static let plus = Flags(rawValue: 4)
    /// `#`: the base of a number stands before it.
    package static let alternate = Flags(rawValue: 8)
    /// A space: a number that is not negative has one in the place of a sign.
    package static let space = Flags(rawValue: 16)
    /// `E`, `F`, `G` and `A`: the letters in a number are capitals.
    package static let capitals = Flags(rawValue: 32)
  }

  /// The way in which an argument is written.
  package enum Conversion: UInt8, Sendable {
    case text
    case integer
    case octal
    case hexadecimal
    case capitalHexadecimal
    case fixed
    case exponent
    case general
    case hexadecimalFraction
  }

  /// The number of the argument, from 1.
  package var argument: Int
  /// The name of `%1$(name)lld`, which says what the argument is.
  package var name: String?
  /// The flags that were written.
  package var flags: Flags = []
  /// The fewest characters; 0 where nothing is said.
  package var width = 0
  /// The number behind the point; nil where there is none.
  package var precision: Int?
  /// The way in which the argument is written.
  package var conversion: Conversion
  /// As it was written.
  package var source: String

  /// Creates a specifier without flags, width and precision.
  package init(argument: Int, conversion: Conversion, source: String) {
    self.argument = argument
    self.conversion = conversion
    self.source = source
  }

  /// A Boolean value that indicates whether the argument is a number.
  package var isNumeric: Bool { conversion != .text }
  /// A Boolean value that indicates whether it is a whole number.
  package var isInteger: Bool {
    switch conversion {
    case .integer, .octal, .hexadecimal, .capitalHexadecimal: true
    default: false
    }
  }
}
