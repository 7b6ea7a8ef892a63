import ArgumentParser
import CommandSupport
import Operations

/// `notilua ctl rollback`: a running service takes plugins again that it had before.
struct CtlRollbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Has a running service take plugins again that it had before, from its memory.",
    discussion: """
      The service keeps three generations; 'notilua ctl generations' lists them. The files on the disk stay as they are: \
      SIGHUP and a change of files do not bring back what was rolled back from, and 'notilua ctl reload' does.

      Examples:
        notilua ctl rollback
        notilua ctl rollback 3
      """)

  @Argument(
    help: ArgumentHelp(
      "The number of the generation; without it the one that was in force before.", valueName: "number"))
  var generation: Int?

  @OptionGroup var place: ServicePlace

  @Option(
    help: ArgumentHelp("The seconds to wait for the end, 1 to 86400.", valueName: "seconds"))
  var timeout = 120

  @Flag(help: "Write a JSON object.")
  var json = false

  func validate() throws {
    try ServicePlace.check(timeout: timeout)
    if let generation, generation < 1 {
      throw ValidationError("the generation is \(generation); give a number of 'notilua ctl generations'.")
    }
  }

  func run() async throws {
    let name = generation.map { "\($0)" } ?? "previous"
    let body = try await place.ask(.post, "/v1/generations/\(name)/activate", seconds: timeout)
    try place.show(body, asJSON: json)
  }
}
