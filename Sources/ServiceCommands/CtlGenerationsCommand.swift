import ArgumentParser
import CommandSupport
import EventLoop
import Operations
import TerminalPages

/// `notilua ctl generations`: the plugins that a running service has, and those that it can take again.
struct CtlGenerationsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generations",
    abstract: "Lists the generations of plugins that a running service keeps.",
    discussion: """
      Examples:
        notilua ctl generations
        notilua ctl generations --json
      """)

  @OptionGroup var place: ServicePlace

  @Option(
    help: ArgumentHelp("The seconds to wait for the answer, 1 to 86400.", valueName: "seconds"))
  var timeout = 10

  @Flag(help: "Write a JSON object.")
  var json = false

  func validate() throws { try ServicePlace.check(timeout: timeout) }

  func run() async throws {
    let body = try await place.ask(.get, "/v1/generations", seconds: timeout)
    guard let generations = GenerationStatus.list(json: body) else { throw place.unknownAnswer() }
    if json {
      try outputData(String(decoding: body, as: UTF8.self))
    } else {
      try output(ServiceText(palette: Palette(for: 1), now: Timestamp.now).generations(generations))
    }
  }
}
