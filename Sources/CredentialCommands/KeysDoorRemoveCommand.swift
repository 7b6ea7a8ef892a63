import ArgumentParser

/// `notilua keys door remove`: revokes a client's key.
struct KeysDoorRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Revokes a key: its client may push no longer.",
    discussion: """
      A service that uses the file refuses the key's tokens within two seconds, those that it has accepted before as well.

      Example:
        notilua keys door remove --keys door-keys ABC123DEFG
      """)

  @OptionGroup var removal: KeyRemoval<DoorKeyPlace>

  func run() throws { try removal.carryOut("removed") }
}
