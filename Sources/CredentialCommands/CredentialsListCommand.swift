import APNsCredentials
import ArgumentParser
import CommandSupport
import ConfigurationFiles
import TerminalPages

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
      try outputData(
        rows.map { row in
          switch row {
          case .loaded(let text): text.json + "\n"
          case .failed(let name, let error): CredentialText.json(name, error: error) + "\n"
          }
        }.joined())
    } else if rows.isEmpty {
      try output("no credentials in \(folder); 'notilua credentials add' stores one\n")
    } else {
      try output(Self.table(rows, Palette(for: 1)))
    }
  }

  private static func table(_ rows: [Row], _ style: Palette) -> TerminalText {
    var table = TextTable(["NAME", "KIND", "KEY ID OR NAME", "FOR", "PUSHES TO", "EXPIRES"])
    for row in rows {
      switch row {
      case .loaded(let text):
        table.add(
          [text.credential.name, text.kind, text.subject, text.topics, text.environments, text.expiry],
          text.warning.map { $0.level == .month ? .yellow : .red })
      case .failed(let name, let error): table.add([name, "unusable: \(error.message)"], .red)
      }
    }
    return table.text(style)
  }
}
