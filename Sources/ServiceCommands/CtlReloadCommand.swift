import ArgumentParser
import CommandSupport
import EventLoop
import Operations
import TerminalPages

/// `notilua ctl reload`: a running service takes the plugins that are on the disk.
struct CtlReloadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract:
      "Has a running service take the plugins, catalogs, settings and keys for crypto that are on the disk.",
    discussion: """
      The service loads them beside those in force, runs the plugins' own tests, and changes over between two batches. \
      Where anything fails, it goes on as before: the message has the place, the cause and the next step, and the status is \
      1.

      Examples:
        notilua ctl reload
        notilua ctl reload --json --socket /run/notilua/notilua.sock
      """)

  @OptionGroup var place: ServicePlace

  @Option(
    help: ArgumentHelp("The seconds to wait for the end, 1 to 86400.", valueName: "seconds"))
  var timeout = 120

  @Flag(help: "Write a JSON object.")
  var json = false

  func validate() throws { try ServicePlace.check(timeout: timeout) }

  func run() async throws {
    try place.show(try await place.ask(.post, "/v1/reload", seconds: timeout), asJSON: json)
  }
}

extension ServicePlace {
  /// Shows the end of a reload or a rollback.
  func show(_ body: [UInt8], asJSON json: Bool) throws {
    guard let report = ReloadReport(json: body) else { throw unknownAnswer() }
    if json {
      try outputData(String(decoding: body, as: UTF8.self))
    } else {
      try output(ServiceText(palette: Palette(for: 1), now: Timestamp.now).reload(report))
    }
  }
}
