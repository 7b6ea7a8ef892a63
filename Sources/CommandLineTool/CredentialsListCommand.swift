import APNsCredentials
import ArgumentParser
import ExtensionHost

/// `notilua credentials list`: what is stored.
struct CredentialsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Shows the credentials: what they are, what they are for, and when they expire.",
    discussion: """
      A certificate with 30 days left is shown in yellow, with 7 or fewer in red. Nothing secret is shown.

      Examples:
        notilua credentials list
        notilua credentials list --json
      """)

  @OptionGroup var options: StoreOptions

  @Flag(help: "Write a JSON object a line.")
  var json = false

  private enum Row {
    case loaded(CredentialText)
    case failed(String, CredentialError)
  }

  func run() throws {
    let now = Int64(wallClockSeconds())
    let (rows, folder) = try holdingSecrets { () throws(CredentialError) in
      let store = try options.store()
      var rows: [Row] = []
      for name in try store.names() {
        do throws(CredentialError) {
          rows.append(.loaded(CredentialText(try store.load(name), now: now)))
        } catch {
          rows.append(.failed(name, error))
        }
      }
      return (rows, store.folder)
    }
    if json {
      try output(
        rows.map { row in
          switch row {
          case .loaded(let text): text.json + "\n"
          case .failed(let name, let error): CredentialText.json(name, error: error) + "\n"
          }
        }.joined())
    } else if rows.isEmpty {
      try output("no credentials in \(folder.printable); 'notilua credentials add' stores one\n")
    } else {
      try output(Self.table(rows, Palette(for: 1)))
    }
  }

  private static func table(_ rows: [Row], _ style: Palette) -> String {
    let heads = ["NAME", "KIND", "KEY ID OR NAME", "FOR", "PUSHES TO", "EXPIRES"]
    var lines: [(cells: [String], style: Palette.Style?)] = [(heads, .bold)]
    for row in rows {
      switch row {
      case .loaded(let text):
        let color: Palette.Style? = text.warning.map { $0.level == .month ? .yellow : .red }
        lines.append(
          (
            [text.credential.name, text.kind, text.subject, text.topics, text.environments, text.expiry].map(
              \.printable), color
          ))
      case .failed(let name, let error): lines.append(([name, "unusable: \(error.message.printable)"], .red))
      }
    }
    let widths = heads.indices.map { column in
      lines.lazy.filter { $0.cells.count == heads.count }.map { $0.cells[column].count }.max() ?? 0
    }
    var text = ""
    for (cells, color) in lines {
      for (index, cell) in cells.enumerated() {
        let isLast = index == cells.count - 1
        let padding = isLast ? "" : String(repeating: " ", count: max(0, widths[index] - cell.count) + 2)
        // Only the end of a line is coloured: what it is about stays readable.
        let shown = color.map { $0 == .bold || isLast ? style($0, cell) : cell } ?? cell
        text += shown + padding
      }
      text += "\n"
    }
    return text
  }
}
