extension ViewElement {
  /// One of several columns that stand side by side: short texts and pictures, one below the other.
  package struct Column: Sendable, Equatable {
    /// One entry of a column.
    package enum Cell: Sendable, Equatable {
      case text([TextRun], TextStyle)
      case image(Picture)

      /// The pieces of its text; none for a picture.
      package var runs: [TextRun] {
        if case .text(let runs, _) = self { runs } else { [] }
      }

      /// The picture; nil for a text.
      package var picture: Picture? {
        if case .image(let picture) = self { picture } else { nil }
      }
    }

    package var cells: [Cell]
    package var alignment: Alignment
    /// The share of the width, compared with the other columns.
    package var width: Int

    package init(_ cells: [Cell], alignment: Alignment = .start, width: Int = 1) {
      self.cells = cells
      self.alignment = alignment
      self.width = width
    }

    /// The most columns of an element.
    package static let limit = 4
    /// The most cells of a column.
    package static let cellLimit = 8
    /// The shares of the width that a column may have.
    package static let widths = 1...10

    /// The bytes of its text.
    var size: Int {
      cells.reduce(0) { $0 + $1.runs.size + ($1.picture?.textSize ?? 0) }
    }
  }
}
