/// Rows in columns, for a terminal; what was given by others is made printable.
package struct TextTable {
  private var rows: [(cells: [TerminalText], style: Palette.Style?)]

  /// Makes a table with the heads of its columns.
  package init(_ heads: [TerminalText]) { rows = [(heads, .bold)] }

  /// Adds a row.
  ///
  /// - Parameter style: of its last cell: what a line is about stays readable.
  package mutating func add(_ cells: [String], _ style: Palette.Style? = nil) {
    rows.append((cells.map { TerminalText($0) }, style))
  }

  /// Returns the rows in columns.
  package func text(_ palette: Palette) -> TerminalText {
    let count = rows[0].cells.count
    let widths = (0..<count).map { column in
      // A row with fewer cells has a sentence in its last one.
      rows.lazy.filter { $0.cells.count == count }.map { $0.cells[column].columns }.max() ?? 0
    }
    var text: TerminalText = ""
    for (cells, style) in rows {
      for (index, cell) in cells.enumerated() {
        let isLast = index == cells.count - 1
        let padding = TerminalText.spaces(isLast ? 0 : max(0, widths[index] - cell.columns) + 2)
        text += (style.map { $0 == .bold || isLast ? palette($0, cell) : cell } ?? cell) + padding
      }
      text += "\n"
    }
    return text
  }
}
