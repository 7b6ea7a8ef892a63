/// The ids that Apple gives to keys and teams.
package enum Identifier {
  /// Returns whether a text is 10 capital letters and digits.
  package static func isValid(_ text: String) -> Bool {
    text.utf8.count == 10 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
  }
}
