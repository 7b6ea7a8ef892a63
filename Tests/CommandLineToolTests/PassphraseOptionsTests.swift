import APNsCredentials
import ArgumentParser
import CommandLineTool
import Testing

/// The options that name a passphrase.
struct PassphraseOptionsTests {
  @Test func oneOfTheTwoIsTaken() throws {
    let none = try PassphraseOptions.parse([])
    #expect(none.source == nil)
    let file = try PassphraseOptions.parse(["--passphrase-file", "p.txt"])
    if case .file("p.txt")? = file.source {} else { Issue.record("\(String(describing: file.source))") }
    let variable = try PassphraseOptions.parse(["--passphrase-env", "P"])
    if case .variable("P")? = variable.source {
    } else {
      Issue.record("\(String(describing: variable.source))")
    }
  }

  @Test func bothAreRefused() {
    #expect(throws: (any Error).self) {
      _ = try PassphraseOptions.parse(["--passphrase-file", "p.txt", "--passphrase-env", "P"])
    }
  }
}
