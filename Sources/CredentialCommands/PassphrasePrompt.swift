import APNsCredentials
import Glibc
import TerminalPages

/// Asks for a passphrase on the terminal, where what is typed does not show.
enum PassphrasePrompt {
  /// The passphrase in UTF-8; nil where the process has no terminal.
  ///
  /// - Throws: ``CredentialError`` where somebody gives up with Ctrl-C or Ctrl-D.
  static func ask(_ question: TerminalText) throws(CredentialError) -> [UInt8]? {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    var before = termios()
    guard tcgetattr(terminal, &before) == 0 else { return nil }
    var silent = before
    // Without signals of the terminal: one that ended the process would leave it without echo.
    silent.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG)
    guard tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else { return nil }
    defer {
      tcsetattr(terminal, TCSAFLUSH, &before)
      write(terminal, "\n")
    }
    write(terminal, question.string)
    var passphrase: [UInt8] = []
    // Growing would leave copies behind.
    passphrase.reserveCapacity(1024)
    while passphrase.count < 1024 {
      var byte: UInt8 = 0
      let count = read(terminal, &byte, 1)
      if count < 0, errno == EINTR { continue }
      switch byte {
      case 0x0A where count == 1, 0x0D where count == 1: return passphrase
      // Backspace takes a whole character, Ctrl-U all of them.
      case 0x08 where count == 1, 0x7F where count == 1:
        while let last = passphrase.popLast(), last & 0xC0 == 0x80 {}
      case 0x15 where count == 1: passphrase.removeAll(keepingCapacity: true)
      case 0x03, 0x04,
        _ where count != 1:
        erase(&passphrase)
        throw CredentialError("no passphrase was given; give one, or --passphrase-file")
      default: passphrase.append(byte)
      }
    }
    erase(&passphrase)
    throw CredentialError("the passphrase is too long; use one of less than 1024 bytes")
  }

  private static func write(_ terminal: Int32, _ text: String) {
    _ = text.withCString { Glibc.write(terminal, $0, strlen($0)) }
  }
}
