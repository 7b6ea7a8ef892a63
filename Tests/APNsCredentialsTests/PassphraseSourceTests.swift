import APNsCredentials
import CredentialSamples
import Testing

/// Passphrases of files and of the environment.
struct PassphraseSourceTests {
  @Test(arguments: [
    ("secret\n", "secret"), ("secret", "secret"), ("secret\r\nmore\n", "secret"), ("\nsecret", ""),
    ("", ""), (" a b \n", " a b "), ("pä\n", "pä"), ("a\rb\n", "a\rb"),
  ])
  func theFirstLineIsThePassphrase(_ content: String, _ passphrase: String) throws {
    let samples = try CredentialSamples()
    try samples.write("p", content)
    #expect(try PassphraseSource.file(samples.path("p")).passphrase() == Array(passphrase.utf8))
  }

  @Test func othersMayNotReadTheFile() throws {
    let samples = try CredentialSamples()
    try samples.write("p", "secret", mode: 0o644)
    let error = #expect(throws: CredentialError.self) {
      try PassphraseSource.file(samples.path("p")).passphrase()
    }
    #expect(error?.message.contains("secret") == false)
  }

  @Test func aVariableThatIsNotThereIsNamed() {
    let error = #expect(throws: CredentialError.self) {
      try PassphraseSource.variable("NOTILUA_NO_SUCH_VARIABLE").passphrase()
    }
    #expect(error?.message.contains("NOTILUA_NO_SUCH_VARIABLE") == true)
  }
}
