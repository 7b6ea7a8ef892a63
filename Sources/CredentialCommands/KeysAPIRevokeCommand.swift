import ArgumentParser

/// `notilua keys api revoke`: ends what a client may do.
struct KeysAPIRevokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Revokes a key of the HTTP API.",
    discussion: """
      A service that uses the file refuses the key within two seconds. Notifications that were accepted stay accepted.

      Example:
        notilua keys api revoke --keys api-keys ABC123DEFG
      """)

  @OptionGroup var removal: KeyRemoval<APIKeyPlace>

  func run() throws { try removal.carryOut("revoked") }
}
