import ArgumentParser

/// `notilua ctl`: what a running service is asked and told.
package struct CtlCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "ctl",
    abstract: "Asks a running service for its state, has it reload its plugins, and has it drain.",
    discussion: """
      The service listens on a Unix socket that only its own user and root may use. These commands wait for its answer, and \
      their exit status is the truth.

      Examples:
        notilua ctl status
        notilua ctl reload

      Exit status: 0 done; 1 not done, or something is left; 64 wrong usage; 69 no service listens on the socket, or this \
      user may not ask it.
      """,
    subcommands: [
      CtlStatusCommand.self, CtlReloadCommand.self, CtlRollbackCommand.self, CtlGenerationsCommand.self,
      CtlDrainCommand.self,
    ])

  package init() {}
}
