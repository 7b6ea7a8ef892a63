/// Breaks text into rows of a terminal.
///
/// All spaces are kept but those at which a row ends: code is read by its columns.
enum TerminalLines {
  /// A piece of text in one style.
  typealias Run = (text: String, style: String)

  /// Returns the rows of a text; an empty line is an empty row.
  static func rows(_ runs: [Run], width: Int) -> [TerminalRow] {
    var rows: [TerminalRow] = []
    var paragraph: [Run] = []
    for run in runs {
      for (index, part) in run.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        if index > 0 {
          rows += broken(paragraph, max(width, 2))
          paragraph = []
        }
        paragraph.append((String(part), run.style))
      }
    }
    return rows + broken(paragraph, max(width, 2))
  }

  /// Returns the rows of a text, and not more than a number of them; the last ends with an ellipsis where there are more.
  static func rows(_ runs: [Run], width: Int, limit: Int) -> [TerminalRow] {
    var rows = rows(runs, width: width)
    guard rows.count > limit, limit > 0 else { return rows }
    rows.removeLast(rows.count - limit)
    var last = TerminalRow()
    let style = rows[limit - 1].spans.last?.style ?? ""
    for span in rows[limit - 1].spans {
      last.append(TerminalWidth.cut(span.text, to: width - 1 - last.columns), span.style)
    }
    if last.spans.last?.text.hasSuffix("…") != true { last.append("…", style) }
    rows[limit - 1] = last
    return rows
  }

  // MARK: Breaking

  /// A piece that is not broken: a word, or the spaces between two.
  private struct Token {
    var clusters: [(cluster: TerminalWidth.Cluster, style: String)] = []
    var columns = 0
    var isSpace = false
  }

  private static func broken(_ runs: [Run], _ width: Int) -> [TerminalRow] {
    var rows: [TerminalRow] = []
    var row = TerminalRow()
    var hasWord = false
    var spaces = Token()
    for token in tokens(runs) {
      if token.isSpace {
        spaces = token
        continue
      }
      if hasWord, row.columns + spaces.columns + token.columns > width {
        rows.append(row)
        row = TerminalRow()
        spaces = Token()
      }
      for (cluster, style) in spaces.clusters where row.columns < width - 1 {
        row.append(cluster.text, columns: cluster.columns, style)
      }
      spaces = Token()
      for (cluster, style) in token.clusters {
        if row.columns + cluster.columns > width {
          rows.append(row)
          row = TerminalRow()
        }
        row.append(cluster.text, columns: cluster.columns, style)
      }
      hasWord = true
    }
    return rows + [row]
  }

  private static func tokens(_ runs: [Run]) -> [Token] {
    var tokens: [Token] = []
    var previous: TerminalWidth.Cluster?
    for run in runs {
      for cluster in TerminalWidth.clusters(run.text) {
        let isSpace = cluster.text == " "
        if isSpace != tokens.last?.isSpace || (!isSpace && mayBreak(previous, cluster)) {
          tokens.append(Token(isSpace: isSpace))
        }
        tokens[tokens.count - 1].clusters.append((cluster, run.style))
        tokens[tokens.count - 1].columns += cluster.columns
        previous = cluster
      }
    }
    return tokens
  }

  /// Beside a wide character a row may end, unless a mark that closes would begin the next one, or one that opens would
  /// end it (Unicode Standard Annex 14, the classes that text has most).
  private static func mayBreak(_ previous: TerminalWidth.Cluster?, _ next: TerminalWidth.Cluster) -> Bool {
    guard let previous, previous.columns == 2 || next.columns == 2,
      let before = previous.text.unicodeScalars.first,
      let after = next.text.unicodeScalars.first
    else { return false }
    switch before.properties.generalCategory {
    case .openPunctuation, .initialPunctuation: return false
    default: break
    }
    switch after.properties.generalCategory {
    case .closePunctuation, .finalPunctuation, .otherPunctuation, .modifierLetter: return false
    default: return true
    }
  }
}
