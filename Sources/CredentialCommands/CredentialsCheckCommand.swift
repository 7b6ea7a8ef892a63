import APNsCredentials
import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Notilua
import TerminalPages

/// `notilua credentials check`: whether the credentials can be used, and for how long.
struct CredentialsCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Loads the credentials, and says what is wrong with them.",
    discussion: """
      A line a credential. Checked are the modes of the files, whether a key belongs to its certificate, what the rules of \
      'add' say, and the time that is left: 30, 7 and 1 days before its end a certificate is warned about. Nothing is sent \
      to APNs. Ends with 1 when one cannot be used.

      Examples:
        notilua credentials check
        notilua credentials check prod chat
      """)

  @OptionGroup var options: StoreOptions

  @Argument(help: ArgumentHelp("Which ones; without them all.", valueName: "name"))
  var names: [String] = []

  func run() throws {
    let now = Int64(wallClockSeconds())
    let style = Palette(for: 1)
    var (errors, warnings) = (0, 0)
    let (store, chosen) = try holdingSecrets { () throws(CredentialError) in
      let store = try options.store()
      return (store, names.isEmpty ? try store.names() : names)
    }
    var text: TerminalText = ""
    for name in chosen {
      do throws(CredentialError) {
        let credential = CredentialText(try store.load(name), now: now)
        switch credential.warning {
        case nil: text += "\(name): \(style(.green, "ok")): \(credential.line)\n"
        case .some(let warning) where warning.isError:
          errors += 1
          text += "\(name): \(style(.red, "error")): the certificate \(warning.message)\n"
        case .some(let warning):
          warnings += 1
          let color: Palette.Style = warning.level == .month ? .yellow : .red
          text += "\(name): \(style(color, "warning")): the certificate \(warning.message)\n"
        }
      } catch {
        errors += 1
        // The name stands in front already.
        let place = "credential '\(name)': "
        let cause =
          error.message.hasPrefix(place) ? String(error.message.dropFirst(place.count)) : error.message
        text += "\(name): \(style(.red, "error")): \(cause)\n"
      }
    }
    text +=
      "\(counted(chosen.count, "credential")), \(counted(errors, "error")), \(counted(warnings, "warning"))\n"
    try output(text)
    if errors > 0 { throw ExitCode(HostError.Status.failed.rawValue) }
  }
}
