import APNsCredentials
import ArgumentParser
import ClientKeys
import CommandSupport
import Glibc
import TerminalPages

/// The place where a new key of the HTTP API is shown once.
struct APISecretOutput: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the key to this file, which must not be there yet; without it to the standard output.",
      valueName: "file"), completion: .file())
  var out: String?

  /// Stores something about a new key, and shows the key: the file is written first, and removed where storing fails.
  func show(_ secret: APISecret, storing store: () throws(CredentialError) -> Void) throws(CredentialError) {
    if let out { try SecretFile.create(out, Array("\(secret.text)\n".utf8)) }
    do throws(CredentialError) {
      try store()
    } catch {
      if let out { unlink(out) }
      throw error
    }
  }

  /// Tells what was done: beside the key, where that is the output.
  func tell(_ secret: APISecret, _ summary: TerminalText) throws {
    if let out {
      let advice: TerminalText = "the key is in \(out); hand it to its client, and keep no copy"
      return try output("\(summary)\n\(advice)\n")
    }
    try outputData("\(secret.text)\n")
    say("\(summary)\nthe key above is shown once: its client sends it as 'Authorization: Bearer KEY'")
  }
}
