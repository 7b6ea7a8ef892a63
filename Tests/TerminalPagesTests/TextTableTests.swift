import TerminalPages
import Testing

/// Columns of a table: as wide as their widest cell, the last without spaces behind it.
struct TextTableTests {
  @Test func columnsAreAligned() {
    var table = TextTable(["NAME", "STATE"])
    table.add(["a", "ok"])
    table.add(["longer", "not ok"])
    #expect(
      table.text(Palette(hasColor: false)).string == "NAME    STATE\na       ok\nlonger  not ok\n")
  }

  /// A row with fewer cells has a sentence, which widens no column.
  @Test func aSentenceWidensNoColumn() {
    var table = TextTable(["A", "B"])
    table.add(["a sentence that is long"])
    table.add(["x", "y"])
    #expect(table.text(Palette(hasColor: false)).string == "A  B\na sentence that is long\nx  y\n")
  }

  @Test func onlyTheLastCellHasTheStyle() {
    var table = TextTable(["A", "B"])
    table.add(["x", "y"], .red)
    let line = table.text(Palette(hasColor: true)).string.split(separator: "\n")[1]
    #expect(line == "x  \u{1B}[31my\u{1B}[0m")
  }

  /// Widths are counted in what is shown, and a cell from outside is one line.
  @Test func cellsFromOutsideAreOneLine() {
    var table = TextTable(["A", "B"])
    table.add(["a\nb", "\u{1B}[2J"])
    let lines = table.text(Palette(hasColor: false)).string.split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 3)
    #expect(!lines.joined().contains("\u{1B}"))
  }
}
