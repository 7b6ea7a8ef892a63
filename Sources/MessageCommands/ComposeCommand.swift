import ArgumentParser
import CommandSupport
import Composition
import ConfigurationFiles
import FileReading
import Notilua
import Operations
import ServiceCommands
import TerminalPages

/// `notilua compose`: the push of a chat message, and nothing is sent.
package struct ComposeCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "compose",
    abstract: "Shows whether a chat message is pushed to a device, why, and with which payload.",
    discussion: """
      The message is one JSON object. Nothing is sent, and no plugin runs. The flags describe the device: its user, \
      languages and permission. Texts come from the built-in catalog in English and Simplified Chinese, and from catalogs \
      named Messages, whose texts take the place of the built-in ones.

      With --api-key, a running service decides by its devices, presence and the wishes of users, for each device of the \
      message's recipients.

      Examples:
        notilua compose message.json --user 3243 --locale zh-Hans
        notilua compose message.json --permission badge,sound --badge 4 --json
        notilua compose - < message.json
        notilua compose group.json --api-key app.key

      Exit status: 0 a decision was made, whatever it is; 1 the message is wrong; 64 wrong usage or configuration; 66 an \
      input could not be read.
      """)

  @OptionGroup var recipient: RecipientOptions

  @OptionGroup var texts: MessageTextOptions

  @OptionGroup(title: "Options of a running service") var api: ServiceAPIOptions

  @Flag(help: "Write a JSON object.")
  var json = false

  @Argument(
    help: ArgumentHelp("The file with the message; - is the standard input.", valueName: "file"),
    completion: .file())
  var input = "-"

  package init() {}

  package func run() async throws {
    let bytes = try failing { () throws(HostError) in
      try input == "-"
        ? readStandardInput(.message) : readFile(input, .message, form: .small, status: .noInput)
    }
    if api.apiKey != nil { return try await askService(bytes) }
    let verdict = try failing { () throws(HostError) in
      let message = try named { () throws(MessageProblem) in
        guard (try? MessageReader.request(bytes)) == nil else {
          throw MessageProblem(
            "/recipients",
            "a running service decides for recipients; add --api-key, or leave them out and name --user")
        }
        return try MessageReader.message(bytes)
      }
      return Composer(try texts.load()).compose(message, for: recipient.recipient)
    }
    if json {
      try outputData(VerdictText.json(verdict) + "\n")
    } else {
      try output(VerdictText(style: Palette(for: 1)).text(verdict))
    }
  }

  /// Has a running service decide, and nothing sent.
  private func askService(_ bytes: [UInt8]) async throws {
    var request = try failing { () throws(HostError) in
      try named { () throws(MessageProblem) in try MessageReader.request(bytes) }
    }
    request.isDryRun = true
    let configuration = try failing { () throws(HostError) in try Configuration(ofCommand: texts.config) }
    let answer = try await api.service(configuration).answer(.post, "/v1/messages", request.json)
    if json {
      try outputData(answer)
    } else {
      try output(DecisionsText(answer, style: Palette(for: 1)).text)
    }
  }

  /// Reads the message, and names the input in what is wrong with it.
  private func named<Value>(_ read: () throws(MessageProblem) -> Value) throws(HostError) -> Value {
    do throws(MessageProblem) {
      return try read()
    } catch {
      throw HostError(.failed, "\(input == "-" ? "standard input" : input): \(error)")
    }
  }
}
