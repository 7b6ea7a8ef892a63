/// The columns of a terminal that texts take, as terminals count: by grapheme cluster, two at most for each.
///
/// The rules are those of wcwidth's specification: a wide character takes two columns (Unicode Standard Annex 11), a
/// mark none, and a spacing vowel sign or a conjunct makes two columns of its cluster.
package enum TerminalWidth {
  /// The characters that stand together in a terminal's cells.
  package struct Cluster: Equatable, Sendable {
    /// The characters.
    package var text: String
    /// The columns they take: 0, 1 or 2.
    package var columns: Int

    /// Makes a cluster.
    package init(_ text: String, columns: Int) {
      self.text = text
      self.columns = columns
    }
  }

  /// Returns the columns that a text takes.
  package static func columns(_ text: some StringProtocol) -> Int {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text.utf8.count }
    return clusters(text).reduce(0) { $0 + $1.columns }
  }

  /// Returns the parts of a text that a terminal keeps together.
  package static func clusters(_ text: some StringProtocol) -> [Cluster] {
    var reader = ClusterReader()
    for scalar in text.unicodeScalars { reader.read(scalar) }
    return reader.finish()
  }

  /// Returns the text where it fits, and otherwise the beginning of it with an ellipsis.
  package static func cut(_ text: String, to room: Int) -> String {
    let clusters = clusters(text)
    if clusters.reduce(0, { $0 + $1.columns }) <= room { return text }
    var result = ""
    var used = 1
    for cluster in clusters {
      used += cluster.columns
      if used > room { break }
      result += cluster.text
    }
    return room > 0 ? result + "…" : ""
  }

  /// Returns the columns of a character that stands alone.
  static func columns(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20..<0x7F: return 1
    case 0..<0x20, 0x7F..<0xA0: return 0
    case 0xAD: return 1
    // Marks of Arabic, Syriac and Kaithi numbers, which stand below the digits that follow and have a width of their own.
    case 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD: return 1
    // Vowels and final consonants of Hangul, which share the cell of the first consonant.
    case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
    case 0x1F1E6...0x1F1FF: return 2
    default: break
    }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark, .format, .lineSeparator, .paragraphSeparator: return 0
    default: break
    }
    if properties.isDefaultIgnorableCodePoint { return 0 }
    return isWide(scalar.value) ? 2 : 1
  }

  private static func isWide(_ value: UInt32) -> Bool {
    // The number of bounds that are not above the value: odd within a range.
    var low = 0
    var high = wideRanges.count
    while low < high {
      let middle = (low + high) / 2
      // The last of a range is within it.
      if wideRanges[middle] < value || (middle.isMultiple(of: 2) && wideRanges[middle] == value) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return !low.isMultiple(of: 2)
  }
}

/// Collects scalars into clusters, and knows what each adds.
private struct ClusterReader {
  private var clusters: [TerminalWidth.Cluster] = []
  private var current = String.UnicodeScalarView()
  private var columns = 0
  /// The last scalar with a width of its own, until a selector or a vowel sign has changed that.
  private var base: Unicode.Scalar?
  /// The last scalar with a width of its own, for what is joined to a picture.
  private var last: Unicode.Scalar?
  private var isAfterVirama = false
  private var isAfterJoiner = false
  private var regionalIndicators = 0

  mutating func read(_ scalar: Unicode.Scalar) {
    let isRegional = (0x1F1E6...0x1F1FF).contains(scalar.value)
    regionalIndicators = isRegional ? regionalIndicators + 1 : 0
    let isJoined = isAfterJoiner && scalar.isPicture
    isAfterJoiner = false
    switch scalar.value {
    case 0x200D:
      // Between letters a joiner chooses forms alone; between pictures it makes one of two.
      isAfterJoiner = last?.isPicture == true && !isAfterVirama
      current.append(scalar)
      return
    case 0xFE0F:
      if let base, base.properties.isEmoji, !base.properties.isEmojiPresentation { columns = 2 }
      base = nil
      current.append(scalar)
      return
    case 0xFE0E:
      if let base, base.properties.isEmojiPresentation, columns == 2 { columns = 1 }
      base = nil
      current.append(scalar)
      return
    default: break
    }
    let isModifier = (0x1F3FB...0x1F3FF).contains(scalar.value) && last?.isPicture == true
    if isJoined || isModifier || (isRegional && regionalIndicators.isMultiple(of: 2)) {
      if !isModifier { last = scalar }
      current.append(scalar)
      return
    }
    let own = TerminalWidth.columns(scalar)
    if own > 0 {
      if isAfterVirama, columns > 0, own == 1, scalar.properties.isAlphabetic {
        columns = 2
      } else {
        if columns > 0 { flush() }
        columns = own
      }
      (base, last, isAfterVirama) = (scalar, scalar, false)
    } else if scalar.isVirama {
      isAfterVirama = true
    } else {
      if scalar.properties.generalCategory == .spacingMark {
        // Without a letter before it, it stands alone.
        if base != nil { columns = 2 } else if columns == 0 { columns = 1 }
        base = nil
      }
      isAfterVirama = false
    }
    current.append(scalar)
  }

  private mutating func flush() {
    if !current.isEmpty { clusters.append(.init(String(current), columns: columns)) }
    current = .init()
    columns = 0
  }

  mutating func finish() -> [TerminalWidth.Cluster] {
    flush()
    return clusters
  }
}

extension Unicode.Scalar {
  /// A Boolean value that indicates whether a joiner makes one picture of this and another.
  fileprivate var isPicture: Bool { value > 0x39 && properties.isEmoji }

  /// A Boolean value that indicates whether this makes a conjunct of the letters beside it.
  fileprivate var isVirama: Bool {
    properties.canonicalCombiningClass == .virama && !Self.killers.contains(value)
  }

  /// The characters of a virama's combining class that only take the vowel away: Indic_Syllabic_Category is
  /// `Pure_Killer` or `Number_Joiner`, or `Consonant_Medial`'s like.
  private static let killers: Set<UInt32> = [
    0xD3B, 0xD3C, 0xE3A, 0xEBA, 0xF84, 0x103A, 0x1714, 0x1715, 0x1734, 0x1BAA, 0x1BF2, 0x1BF3, 0x2D7F, 0xA82C,
    0xA953, 0xABED, 0x11070, 0x1107F, 0x11134, 0x112EA, 0x113CE, 0x113CF, 0x1172B, 0x1193D, 0x11A34, 0x11D44,
    0x11F41, 0x1612F,
  ]
}
