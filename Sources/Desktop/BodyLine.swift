/// A line of a notification's body, made of pieces.
struct BodyLine {
  /// A piece of text.
  struct Piece {
    /// The looks of a text, where the server has any.
    enum Style {
      case plain
      case bold
      case italic
      case boldItalic
    }

    var text: String
    var style = Style.plain
    /// A Boolean value that indicates whether it is a text of its own, such as a name or a time, whose direction is none of
    /// its neighbours'.
    var isApart = true
  }

  private(set) var pieces: [Piece] = []

  init() {}

  /// Makes a line of one text.
  init(_ text: String, _ style: Piece.Style = .plain) { add(text, style) }

  var isEmpty: Bool { pieces.allSatisfy { $0.text.isEmpty } }

  /// Adds a text of its own, such as a name, a value or a time.
  mutating func add(_ text: String, _ style: Piece.Style = .plain) {
    pieces.append(Piece(text: text, style: style))
  }

  /// Adds a part of a text that goes on, or a sign of the host.
  mutating func join(_ text: String, _ style: Piece.Style = .plain) {
    pieces.append(Piece(text: text, style: style, isApart: false))
  }

  /// The pieces with isolates around texts of their own, where texts of both directions meet.
  ///
  /// The first text with a direction decides that of the line, and has to stand free for that: an isolate counts as
  /// nothing there. (Unicode Standard Annex 9, rules P2 and P3.)
  var isolated: [Piece] {
    guard pieces.count > 1 else { return pieces }
    let directions = pieces.map { Directions($0.text) }
    guard directions.contains(where: \.hasRightToLeft),
      directions.contains(where: { $0.hasLeftToRight || $0.hasDigits })
    else { return pieces }
    var isDecided = false
    return zip(pieces, directions).map { piece, direction in
      let decides = !isDecided && direction.isStrong
      isDecided = isDecided || direction.isStrong
      guard piece.isApart, !decides, !piece.text.isEmpty else { return piece }
      var piece = piece
      // U+2068 FIRST STRONG ISOLATE, U+2069 POP DIRECTIONAL ISOLATE.
      piece.text = "\u{2068}\(piece.text)\u{2069}"
      return piece
    }
  }

  /// The direction of the first letter that has one; nil for none.
  var isRightToLeft: Bool? { pieces.lazy.compactMap { Directions($0.text).isRightToLeft }.first }

  /// A Boolean value that indicates whether its order depends on the direction of what it stands in.
  var hasOrder: Bool {
    pieces.contains {
      let directions = Directions($0.text)
      return directions.isStrong || directions.hasDigits
    }
  }

  /// The directions of a text's letters.
  private struct Directions {
    /// The direction of the first letter that has one.
    private(set) var isRightToLeft: Bool?
    private(set) var hasLeftToRight = false
    private(set) var hasRightToLeft = false
    private(set) var hasDigits = false
    var isStrong: Bool { hasLeftToRight || hasRightToLeft }

    init(_ text: String) {
      for scalar in text.unicodeScalars {
        switch scalar.value {
        // The blocks of right-to-left scripts (UnicodeData's DerivedBidiClass, "@missing" lines).
        case 0x0590...0x08FF, 0x200F, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF:
          switch scalar.properties.generalCategory {
          case .decimalNumber: hasDigits = true
          case .nonspacingMark, .otherPunctuation, .mathSymbol: break
          default:
            hasRightToLeft = true
            isRightToLeft = isRightToLeft ?? true
          }
        default:
          switch scalar.properties.generalCategory {
          case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .spacingMark:
            hasLeftToRight = true
            isRightToLeft = isRightToLeft ?? false
          case .decimalNumber: hasDigits = true
          default: break
          }
        }
      }
    }
  }
}

/// The text that a body's lines become, up to what a server has space for.
struct BodyWriter {
  /// The most bytes: a server draws all of it.
  private static let limit = 6000
  /// The most bytes of one line with what markup makes of it.
  private static let lineLimit = 4000

  private let isMarkup: Bool
  private let space: ServerQuirks.Space?
  private(set) var text = ""
  /// A Boolean value that indicates whether there is no space for more.
  private var isFull = false
  /// A Boolean value that indicates whether the line is cut off.
  private var isCut = false
  /// The direction of the body: that of its first letter that has one.
  private var isRightToLeft: Bool?
  /// The last row for what is written at the moment.
  private var lastRow = Int.max
  private var row = 1
  private var column = 0

  init(isMarkup: Bool, space: ServerQuirks.Space?) {
    self.isMarkup = isMarkup
    self.space = space
  }

  /// Adds a line; one that has no space is cut off or left out, and so is everything after it.
  ///
  /// - Parameter share: the part of all rows in which the line has to end, so that something is left for others.
  mutating func add(_ line: BodyLine, share: Double = 1) {
    guard !isFull, !line.isEmpty else { return }
    if let space {
      lastRow = Int((Double(space.rows) * share).rounded(.down))
      defer {
        // What was cut off at its share leaves the rest.
        if isFull, lastRow < space.rows { (isFull, row, column) = (false, lastRow, space.columns) }
      }
      return write(line)
    }
    write(line)
  }

  private mutating func write(_ line: BodyLine) {
    let saved = self
    if !text.isEmpty {
      text += "\n"
      advance("\n")
    }
    if isFull {
      self = saved
      text += "…"
      isFull = true
      return
    }
    let start = text.utf8.count
    isCut = false
    isRightToLeft = isRightToLeft ?? line.isRightToLeft
    // Qt takes the whole body for one paragraph, whose direction is that of its first letter.
    let isOther = line.hasOrder && (line.isRightToLeft ?? false) != (isRightToLeft ?? false)
    if isOther { text += "\u{2068}" }
    for piece in line.isolated where !isCut { add(piece, start) }
    if isOther { text += "\u{2069}" }
    // Whole lines only, where others stand before it: a tag that is cut off is none.
    if text.utf8.count > Self.limit {
      self = saved
      isFull = true
    }
  }

  private mutating func add(_ piece: BodyLine.Piece, _ start: Int) {
    let (opening, closing) =
      switch isMarkup ? piece.style : .plain {
      case .plain: ("", "")
      case .bold: ("<b>", "</b>")
      case .italic: ("<i>", "</i>")
      case .boldItalic: ("<b><i>", "</i></b>")
      }
    text += opening
    var isolates = 0
    for character in piece.text {
      advance(character)
      if isFull || text.utf8.count - start > Self.lineLimit {
        text += "…" + String(repeating: "\u{2069}", count: isolates)
        isCut = true
        break
      }
      for scalar in character.unicodeScalars {
        switch scalar {
        case "&" where isMarkup: text += "&amp;"
        case "<" where isMarkup: text += "&lt;"
        case ">" where isMarkup: text += "&gt;"
        case "\u{2066}", "\u{2067}", "\u{2068}":
          isolates += 1
          text.unicodeScalars.append(scalar)
        case "\u{2069}":
          isolates = max(0, isolates - 1)
          text.unicodeScalars.append(scalar)
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
    text += closing
  }

  /// Counts a character's place in the rows of the server.
  private mutating func advance(_ character: Character) {
    guard let space else { return }
    guard character != "\n", let first = character.unicodeScalars.first else {
      (row, column) = (row + 1, 0)
      isFull = row > lastRow
      return
    }
    // Letters of East Asia are twice as wide as others.
    let width = first.value >= 0x2E80 ? 2 : 1
    if column + width > space.columns {
      (row, column) = (row + 1, width)
      isFull = row > lastRow
    } else {
      column += width
    }
  }
}
