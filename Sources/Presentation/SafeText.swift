import NotificationModel

/// Text from outside, made harmless to show.
///
/// Control characters are gone, so that no terminal obeys them; nothing overrides the direction of text around it
/// (Unicode Technical Report 36 §2.5); marks do not pile up over neighbouring lines; and what is too long is cut.
package enum SafeText {
  /// The most marks on one letter.
  private static let markLimit = 4
  /// The most joiners of one cluster: a family of emoji has three.
  private static let joinerLimit = 8

  /// Returns a text of one line.
  package static func line(_ text: String, limit: Int = 512) -> String {
    let clean = clean(text, limit: limit, keepsLines: false)
    return String(clean.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  /// Returns a text of some lines.
  package static func paragraphs(_ text: String, limit: Int = 4096) -> String {
    var clean = clean(text, limit: limit, keepsLines: true)
    while clean.last?.isWhitespace == true { clean.removeLast() }
    while clean.first?.isNewline == true { clean.removeFirst() }
    return clean
  }

  /// Returns a piece of a text, whose spaces at the ends count.
  package static func run(_ text: String, limit: Int = 4096) -> String {
    clean(text, limit: limit, keepsLines: true)
  }

  private static func clean(_ text: String, limit: Int, keepsLines: Bool) -> String {
    // What does not fit is not looked at: a title may have a megabyte.
    let isCut = text.utf8.count > limit
    let scalars = (isCut ? text.prefix(utf8Count: limit) : text).unicodeScalars
    var result = String.UnicodeScalarView()
    var isolates = 0
    var marks = 0
    var joiners = 0
    var newlines = 0
    var isAfterReturn = false
    func closeIsolates(_ result: inout String.UnicodeScalarView) {
      for _ in 0..<isolates { result.append("\u{2069}") }
      isolates = 0
    }
    for scalar in scalars {
      switch scalar.value {
      case 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029:
        defer { isAfterReturn = scalar.value == 0x0D }
        if isAfterReturn, scalar.value == 0x0A { continue }
        closeIsolates(&result)
        marks = 0
        if !keepsLines {
          if result.last != " " { result.append(" ") }
        } else if newlines < 2 {
          result.append("\n")
          newlines += 1
        }
        continue
      case 0x09: result.append(" ")
      case 0x00...0x1F, 0x7F...0x9F: continue
      // Embeddings and overrides; isolates do the same work and cannot reach out.
      case 0x202A...0x202E: continue
      case 0x2066...0x2068:
        guard isolates < 16 else { continue }
        isolates += 1
        result.append(scalar)
      case 0x2069:
        guard isolates > 0 else { continue }
        isolates -= 1
        result.append(scalar)
      // Interlinear annotation, noncharacters, and letters that only show that one is missing.
      case 0xFFF9...0xFFFB, 0xFFFE, 0xFFFF, 0xFDD0...0xFDEF, 0xFEFF: continue
      case let value where value & 0xFFFE == 0xFFFE: continue
      // The cluster goes on with what stands behind it: one without an end is as wide as a page.
      case 0x200D:
        joiners += 1
        if joiners > joinerLimit { continue }
        result.append(scalar)
      default:
        let isMark =
          scalar.properties.canonicalCombiningClass != .notReordered
          || [.enclosingMark, .nonspacingMark].contains(scalar.properties.generalCategory)
        marks = isMark ? marks + 1 : 0
        if marks > markLimit { continue }
        if !isMark, result.last != "\u{200D}" { joiners = 0 }
        result.append(scalar)
      }
      newlines = 0
      isAfterReturn = false
    }
    closeIsolates(&result)
    if isCut { result.append("…") }
    return String(result)
  }
}
