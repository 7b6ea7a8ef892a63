import ArgumentParser
import CommandSupport
import EventLoop
import Operations
import TerminalPages

/// `notilua ctl status`: the state of a running service.
struct CtlStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows the state of a running service.",
    discussion: """
      Status 1 says that the service cannot accept notifications now; the page has the reasons.

      Examples:
        notilua ctl status
        notilua ctl status --socket /run/notilua/notilua.sock --json
      """)

  @OptionGroup var place: ServicePlace

  @Option(
    help: ArgumentHelp("The seconds to wait for the answer, 1 to 86400.", valueName: "seconds"))
  var timeout = 10

  @Flag(help: "Write a JSON object.")
  var json = false

  func validate() throws { try ServicePlace.check(timeout: timeout) }

  func run() async throws {
    let body = try await place.ask(.get, "/v1/status", seconds: timeout)
    guard let status = ServiceStatus(json: body) else { throw place.unknownAnswer() }
    if json {
      try outputData(String(decoding: body, as: UTF8.self))
    } else {
      try output(ServiceText(palette: Palette(for: 1), now: Timestamp.now).status(status))
    }
    if !status.obstacles.isEmpty { throw ExitCode(1) }
  }
}
