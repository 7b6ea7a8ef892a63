/// One line of a terminal, of pieces with styles of their own.
struct TerminalRow {
  /// A piece of text in one style.
  struct Span {
    var text: String
    var columns: Int
    /// Parameters of SGR (ECMA-48), such as `1` for bold; empty for none.
    var style: String
  }

  private(set) var spans: [Span] = []
  private(set) var columns = 0

  /// Makes an empty row.
  init() {}

  /// Makes a row of one piece.
  init(_ text: String, _ style: String = "") { append(text, style) }

  /// Appends a piece.
  mutating func append(_ text: String, _ style: String = "") {
    append(text, columns: TerminalWidth.columns(text), style)
  }

  /// Appends a piece whose columns are known.
  mutating func append(_ text: String, columns: Int, _ style: String) {
    self.columns += columns
    if let last = spans.indices.last, spans[last].style == style {
      spans[last].text += text
      spans[last].columns += columns
    } else if !text.isEmpty {
      spans.append(Span(text: text, columns: columns, style: style))
    }
  }

  /// Appends the pieces of another row.
  mutating func append(_ row: TerminalRow) {
    for span in row.spans { append(span.text, columns: span.columns, span.style) }
  }

  /// Appends spaces; none for a number below zero.
  mutating func space(_ count: Int) {
    if count > 0 { append(String(repeating: " ", count: count), columns: count, "") }
  }

  /// Returns the row with spaces beside it, so that it fills a width.
  func filling(_ width: Int, _ side: Side) -> TerminalRow {
    var row = TerminalRow()
    let room = max(width - columns, 0)
    switch side {
    case .left: break
    case .center: row.space(room / 2)
    case .right: row.space(room)
    }
    row.append(self)
    row.space(width - row.columns)
    return row
  }

  /// Returns the row as it is written.
  func text(isStyled: Bool) -> String {
    spans.reduce(into: "") { text, span in
      text += isStyled && !span.style.isEmpty ? "\u{1B}[\(span.style)m\(span.text)\u{1B}[0m" : span.text
    }
  }

  /// The side of a terminal at which a row stands.
  enum Side {
    case left
    case center
    case right
  }
}
