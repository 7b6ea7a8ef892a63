import ArgumentParser
import CommandSupport
import Composition
import ConfigurationFiles
import FileReading
import Notilua
import TerminalPages

/// `notilua compose`: the push of a chat message, and nothing is sent.
package struct ComposeCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "compose",
    abstract: "Shows whether a chat message is pushed to a device, why, and with which payload.",
    discussion: """
      The message is one JSON object. Nothing is sent, and no plugin runs. The flags describe the device: its user, \
      languages and permission. Texts come from the built-in catalog in English and Simplified Chinese, and from catalogs \
      named Messages, whose texts take the place of the built-in ones.

      Examples:
        notilua compose message.json --user 3243 --locale zh-Hans
        notilua compose message.json --permission badge,sound --badge 4 --json
        notilua compose - < message.json

      Exit status: 0 a decision was made, whatever it is; 1 the message is wrong; 64 wrong usage or configuration; 66 an \
      input could not be read.
      """)

  @OptionGroup var recipient: RecipientOptions

  @OptionGroup var texts: MessageTextOptions

  @Flag(help: "Write a JSON object.")
  var json = false

  @Argument(
    help: ArgumentHelp("The file with the message; - is the standard input.", valueName: "file"),
    completion: .file())
  var input = "-"

  package init() {}

  package func run() throws {
    let verdict = try failing { () throws(HostError) in
      let message = try message()
      return Composer(try texts.load()).compose(message, for: recipient.recipient)
    }
    if json {
      try outputData(VerdictText.json(verdict) + "\n")
    } else {
      try output(VerdictText(style: Palette(for: 1)).text(verdict))
    }
  }

  private func message() throws(HostError) -> Message {
    let bytes =
      try input == "-"
      ? readStandardInput(.message) : readFile(input, .message, form: .small, status: .noInput)
    do throws(MessageProblem) {
      return try MessageReader.message(bytes)
    } catch {
      throw HostError(.failed, "\(input == "-" ? "standard input" : input): \(error)")
    }
  }
}
