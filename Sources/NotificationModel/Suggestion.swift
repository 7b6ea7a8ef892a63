/// Finds what a person meant by a word that is none.
package enum Suggestion {
  /// Returns the known word that the fewest edits lead to, where it is near enough to be meant.
  package static func nearest(to word: String, among known: [String]) -> String? {
    // Nobody misspells a word of a hundred letters, and comparing takes time in proportion to both.
    guard word.utf8.count <= 100 else { return nil }
    let folded = snakeCase(word).replacing("_", with: "")
    if let same = known.first(where: { snakeCase($0).replacing("_", with: "") == folded }) { return same }
    // "category" for "categories".
    let forms = plurals(folded)
    if let plural = known.first(where: { forms.contains(snakeCase($0).replacing("_", with: "")) }) {
      return plural
    }
    if let singular = known.first(where: { plurals(snakeCase($0).replacing("_", with: "")).contains(folded) })
    {
      return singular
    }
    // "prod" for "production".
    let longer = known.filter { word.count > 2 && $0.hasPrefix(word) }
    if let only = longer.first, longer.count == 1 { return only }
    let limit = max(1, word.count / 3)
    return known.map { ($0, distance(Array(word), Array($0))) }
      .filter { $0.1 <= limit }
      .min { $0.1 < $1.1 }?.0
  }

  /// Returns the plurals that an English noun may have.
  private static func plurals(_ noun: String) -> [String] {
    if noun.count < 2 { return [] }
    return [noun + "s", noun + "es"] + (noun.hasSuffix("y") ? [noun.dropLast() + "ies"] : [])
  }

  /// Returns a name in small letters with `_` between its words, as Lua has it: `thread_id` for `threadId` and `thread-id`.
  package static func snakeCase(_ name: String) -> String {
    var text = ""
    var previous: Character = "_"
    for character in name {
      if character.isUppercase, previous.isLowercase || previous.isNumber { text.append("_") }
      text += character == "-" ? "_" : character.lowercased()
      previous = character
    }
    return text
  }

  /// Returns the number of characters to insert, remove, replace or swap with their neighbour.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var rows = [Array(0...right.count)]
    for i in 0..<left.count {
      var row = [i + 1]
      for j in 0..<right.count {
        var best = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          best = min(best, rows[i - 1][j - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}
