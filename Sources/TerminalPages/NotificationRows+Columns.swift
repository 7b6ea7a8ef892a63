import NotificationViews

/// Columns side by side.
extension NotificationRows {
  /// The empty columns of the terminal between two.
  private static let gap = 2
  /// The least width of a column.
  private static let leastWidth = 3

  /// Writes columns of cells.
  mutating func write(_ columns: [ViewElement.Column]) {
    let widths = Self.widths(columns.map(\.width), in: width)
    let pages = zip(columns, widths).map { column, width in
      var page = NotificationRows(presentation, width: width, isMirrored: isMirrored)
      for cell in column.cells { page.write(cell, column.alignment) }
      return page.rows
    }
    for index in 0..<(pages.map(\.count).max() ?? 0) {
      var cells = zip(pages, widths).map { rows, width in
        index < rows.count ? rows[index] : TerminalRow().filling(width, start)
      }
      if isMirrored { cells.reverse() }
      var row = TerminalRow()
      for cell in cells {
        if row.columns > 0 { row.space(Self.gap) }
        row.append(cell)
      }
      add(row)
    }
  }

  private mutating func write(_ cell: ViewElement.Column.Cell, _ alignment: ViewElement.Alignment) {
    switch cell {
    case .text(let runs, let style): wrap(Self.styled(runs, style), limit: 8, side: side(alignment))
    case .image(let picture):
      if let text = text(of: picture) { wrap([(text, "")], limit: 3, side: side(alignment)) }
    }
  }

  /// Returns the widths of columns by their shares; none is too narrow for a letter, and together they fit.
  static func widths(_ shares: [Int], in width: Int) -> [Int] {
    let room = width - gap * (shares.count - 1)
    let sum = max(shares.reduce(0, +), 1)
    var widths = shares.map { max(room * $0 / sum, leastWidth) }
    while widths.reduce(0, +) > room, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > leastWidth
    {
      widths[widest] -= 1
    }
    return widths
  }
}
