import APNsProtocol
import ArgumentParser
import CProcessSandbox
import CatalogCommands
import CommandSupport
import ConfigurationFiles
import CredentialCommands
import EventLoop
import Glibc
import MessageCommands
import Notilua
import OutboxCommands
import PreviewCommands
import ServiceCommands
import TerminalPages

/// The `notilua` program.
struct NotiluaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notilua",
    abstract:
      "Runs Lua plugins on push notifications, as Apple's notification service extensions do on a device.",
    discussion: """
      Example:
        notilua run --plugins plugins < payloads.ndjson > filtered.ndjson

      Environment:
        NOTILUA_WORKER       the path of notilua-worker, which else stands beside notilua
        NOTILUA_CREDENTIALS  the folder of the credentials
        NOTILUA_SEALING_KEY  the key of credentials that were stored with --seal
        HTTPS_PROXY          the HTTP proxy to APNs, except for NO_PROXY
        NO_COLOR             any value: no colours on a terminal

      Exit status: 0 all well; 1 lines were rejected, a plugin stopped the run, plugins faulted under --strict, a \
      case failed, or a threshold was passed; 2 'notilua test' ran nothing or could not load something; \
      64 wrong usage or configuration; 65 a plugin or a credential could not be loaded; 66 an input could not be read; 69 the \
      sandbox could not be set up, or no service answers 'ctl'; 74 the output failed or was closed; 129, 130 and 143 \
      stopped by SIGHUP, SIGINT and SIGTERM.
      """,
    version: "notilua \(CommandLineTool.version)",
    subcommands: [
      RunCommand.self, ServeCommand.self, TestCommand.self, NewCommand.self, ExplainCommand.self,
      CheckCommand.self,
      BenchCommand.self, RecordCommand.self, ReplayCommand.self, CredentialsCommand.self, KeysCommand.self,
      SendCommand.self,
      OutboxCommand.self, RecallCommand.self, APNsSimulatorCommand.self, StringsCommand.self,
      PreviewCommand.self, ComposeCommand.self, CtlCommand.self, ManualCommand.self,
    ])
}

/// The program, for the executable that is nothing else.
package enum CommandLineTool {
  /// The version of the program.
  static let version = "0.1.0"

  /// Parses the command line, runs the command that it names, and ends with its status.
  ///
  /// On the main thread, which is the one that signals interrupt: a write that waits for its reader notices.
  @MainActor
  package static func run() async {
    ps_hold_standard_files()
    // Without it there are no arguments either, and a command line without any asks for the help.
    guard access("/proc/self/cmdline", R_OK) == 0 else {
      _ = fail(
        HostError(
          .sandbox,
          "/proc is not mounted here, or not readable; mount it ('mount -t proc proc /proc'), for arguments and workers"
        ))
      exit(HostError.Status.sandbox.rawValue)
    }
    StopSignals.unblock()
    // A reader that goes away shows where it is written to.
    signal(SIGPIPE, SIG_IGN)
    // Who starts this program may have it ignored: then the kernel keeps no status of children.
    signal(SIGCHLD, SIG_DFL)
    do {
      let command = try NotiluaCommand.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        var command = command
        try command.run()
      }
    } catch {
      let status = NotiluaCommand.exitCode(for: error)
      // What was asked for, such as help, and statuses that a command has explained already.
      if error is ExitCode || status == .success {
        let text = NotiluaCommand.fullMessage(for: error)
        guard BashCompletion.isScript(text) else { NotiluaCommand.exit(withError: error) }
        let isWritten = (try? outputData(BashCompletion.completed(text) + "\n")) != nil
        exit(isWritten ? status.rawValue : HostError.Status.output.rawValue)
      }
      guard status == .validationFailure else {
        _ = fail(HostError(.failed, "\(error)"))
        exit(status.rawValue)
      }
      let command = CommandLine.arguments.dropFirst().first { argument in
        NotiluaCommand.configuration.subcommands.contains { $0.configuration.commandName == argument }
      }
      var message = NotiluaCommand.message(for: error)
      while message.hasSuffix(".") { message.removeLast() }
      // "Unknown option '--x'. Did you mean '--y'?" is to be one sentence.
      message = message.replacing(". Did you mean ", with: ", did you mean ")
      if message.hasSuffix("?") { message.removeLast() }
      let help = ["notilua", command, "--help"].compactMap { $0 }.joined(separator: " ")
      _ = fail(HostError(.usage, "\(message); '\(help)' shows what there is"))
      exit(HostError.Status.usage.rawValue)
    }
  }
}
