import ArgumentParser
import CommandSupport
import EventLoop
import Operations
import TerminalPages

/// `notilua ctl drain`: a running service accepts no more, and delivers what it has.
struct CtlDrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Has a running service accept no more, and waits until it has delivered what it has.",
    discussion: """
      Health checks see it at once: /readyz answers 503. The service goes on running, and draining, until it is stopped. \
      Status 1 says that something is left when the time is over.

      Examples:
        notilua ctl drain
        notilua ctl drain --timeout 60 && systemctl stop notilua
      """)

  @OptionGroup var place: ServicePlace

  @Option(
    help: ArgumentHelp("The seconds to wait until nothing is left, 1 to 86400.", valueName: "seconds"))
  var timeout = 300

  @Flag(help: "Write a JSON object.")
  var json = false

  func validate() throws { try ServicePlace.check(timeout: timeout) }

  func run() async throws {
    let body = try await place.ask(.post, "/v1/drain?timeout=\(timeout)", seconds: timeout)
    guard let result = DrainResult(json: body) else { throw place.unknownAnswer() }
    if json {
      try outputData(String(decoding: body, as: UTF8.self))
    } else {
      try output(ServiceText(palette: Palette(for: 1), now: Timestamp.now).drain(result))
    }
    if result.left > 0 { throw ExitCode(1) }
  }
}
