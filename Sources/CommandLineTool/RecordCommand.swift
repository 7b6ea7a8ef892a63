import ArgumentParser
import CommandSupport
import ConfigurationFiles
import FileReading
import Glibc
import Notilua
import PluginTools
import TerminalPages

/// `notilua record`: live lines without what is nobody's business.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Keeps live lines for 'notilua replay', without what is private in them.",
    discussion: """
      Stands in a pipe: what it reads it writes unchanged, and to the file of --to it adds each line as it may be kept. \
      There device tokens are hashed and texts of the alert masked letter by letter; every other text of the payload, \
      and a number of seven digits or more, is a pseudonym of the same shape, the same for the same text. What programs \
      go by stays where it is one word without an @: sound, category, loc-keys, launch-image, interruption-level, \
      apns-topic, locale, and keys of objects. What else plugins must know as it is, say with --keep. Where the file \
      cannot be written the pipe goes on, and the command ends with 74.

      Examples:
        tail -f live.ndjson | notilua record --to sample.ndjson --keep /rc/cType \\
          | notilua run
        notilua record --to sample.ndjson --every 100 \\
          --limit 10000 live.ndjson > /dev/null
      """)

  @Option(help: ArgumentHelp("The file that lines are added to.", valueName: "file"), completion: .file())
  var to: String

  @Option(help: ArgumentHelp("Keep one line of so many.", valueName: "count"))
  var every = 1

  @Option(help: ArgumentHelp("Keep so many lines at most.", valueName: "count"))
  var limit: Int?

  @Option(help: ArgumentHelp("Leave what is at a pointer into the payload as it is.", valueName: "pointer"))
  var keep: [String] = []

  @Option(help: ArgumentHelp("Mask what is there letter by letter.", valueName: "pointer"))
  var mask: [String] = []

  @Option(help: ArgumentHelp("Put a digest in the place of what is there.", valueName: "pointer"))
  var hash: [String] = []

  @Option(help: ArgumentHelp("Take out what is there.", valueName: "pointer"))
  var remove: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file whose bytes the pseudonyms depend on, so that several recordings have the same; without it they are others each time.",
      valueName: "file"), completion: .file())
  var salt: String?

  @Argument(
    help: ArgumentHelp("Files to read; - is the standard input.", valueName: "file"), completion: .file())
  var inputs: [String] = ["-"]

  func validate() throws {
    if every < 1 { throw ValidationError("--every is \(every); give a number of 1 or more.") }
    if let limit, limit < 1 { throw ValidationError("--limit is \(limit); give a number of 1 or more.") }
  }

  func run() throws {
    let recorder = try failing { () throws(HostError) in
      var redaction = Redaction(key: try key())
      for (pointers, treatment) in [
        (keep, Redaction.Treatment.keep), (mask, .mask), (hash, .hash), (remove, .remove),
      ] {
        for pointer in pointers { try redaction.add(treatment, at: pointer) }
      }
      return try Recorder(redaction, path: to, every: every, limit: limit)
    }
    if let notice = recorder.notice { say("notilua: \(notice)") }
    try failing { () throws(HostError) in
      for input in inputs where !recorder.isClosed { try recorder.record(input) }
      try recorder.close()
    }
    if recorder.isClosed { throw ExitCode(HostError.Status.output.rawValue) }
    let left = recorder.refused > 0 ? ", \(recorder.refused) left out that are no notifications" : ""
    say("notilua: \(recorder.kept) lines added to \(to)\(left)")
  }

  private func key() throws(HostError) -> [UInt8] {
    if let salt {
      let bytes = try readFile(salt, .salt, form: .small, status: .usage)
      guard bytes.count >= 16 else {
        throw HostError(
          .usage, "--salt '\(salt)' has less than 16 bytes; write some with 'openssl rand -hex 32'")
      }
      return bytes
    }
    var source = SystemRandomNumberGenerator()
    return (0..<32).map { _ in UInt8.random(in: 0...255, using: &source) }
  }
}
