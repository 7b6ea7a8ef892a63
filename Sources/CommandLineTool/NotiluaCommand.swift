import ArgumentParser

/// The `notilua` program.
struct NotiluaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notilua",
    abstract:
      "Runs Lua plugins on push notifications, as Apple's notification service extensions do on a device.",
    discussion: """
      Example:
        notilua run --plugins plugins < payloads.ndjson > filtered.ndjson

      Exit status: 0 all well; 1 lines were rejected, or plugins faulted under --strict; 64 wrong usage or
      configuration; 65 a plugin could not be loaded; 66 an input could not be read; 69 the sandbox could not be set
      up; 74 the output failed or was closed; 130 and 143 stopped by SIGINT and SIGTERM.
      """,
    version: "0.1.0",
    subcommands: [RunCommand.self, ExplainCommand.self, CheckCommand.self, ManualCommand.self])
}

/// The program, for the executable that is nothing else.
package enum CommandLineTool {
  /// Parses the command line, runs the command that it names, and ends with its status.
  package static func run() async { await NotiluaCommand.main() }
}
