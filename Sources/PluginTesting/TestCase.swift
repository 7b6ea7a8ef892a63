import NotificationModel
import NotificationViews
import Notilua
import WorkerProtocol

/// One case: what a chain of plugins is given, and what is expected to become of it.
package struct TestCase: Sendable {
  /// The plugins that the case is about.
  package enum Chain: Sendable {
    /// The plugin in whose folder the case is, with what the case says of it.
    case own(Configuration.Plugin)
    case named([Configuration.Plugin])
    /// The chain of the configuration.
    case configured
  }

  /// A line that the chain is given.
  package struct Input: Sendable {
    /// The line: a payload or an envelope.
    package var line: [UInt8]
    /// The place that it comes from, for messages; nil where the case has it itself.
    package var place: String?
  }

  /// A call of a content extension.
  package struct Presenting: Sendable {
    /// The call of the extension.
    package var call = PresentationRequest.Call.didReceive
    /// The view that is shown already.
    package var view = NotificationView()
    /// The attachments of service extensions.
    package var attachments: [Attachment] = []
  }

  /// The moment at which tests take place, where they name none: a moment behind noon of 1 January 2026, UTC.
  ///
  /// With a fraction of a second, as the clock of production has one.
  package static let usualNow = 1_767_268_800.25

  /// The name, one of its own in its file.
  package var name: String
  /// The owner of the case: the plugin, or the file.
  package var subject: String
  /// The file with the case, and its line.
  package var file: String
  /// The line of the file at which the case begins.
  package var line: Int
  /// The words that `--tag` looks for.
  package var tags: [String] = []
  /// The reason for not running the case; nil where it runs.
  package var skip: String?
  /// The plugins that run.
  package var chain: Chain
  /// The lines that they are given, one after the other.
  package var inputs: [Input] = []
  /// The time of the clock, in seconds since 1970.
  package var now = usualNow
  /// The time zone of the machine in the case, as `Europe/Berlin`.
  package var timeZone = "UTC"
  /// The seed of random numbers.
  package var seed: UInt64 = 1
  /// The conditions that the case sets itself.
  package var fixedConditions: Set<TestCondition> = []
  /// False where the case says which capabilities are granted; true where it has all.
  package var grantsAll = true
  /// The conditions that are changed, to see what depends on them.
  package var variation: Set<TestCondition> = []
  /// The keys for `notilua.crypto.open`, by name: 32 bytes each.
  package var keys: [String: [UInt8]] = [:]
  /// The catalogs that `notilua.localize` looks in; nil leaves it to the configuration.
  package var strings: Configuration.Strings?
  /// The outcome that is expected of each line.
  package var expectation = Expectation()
  /// The call of a content extension, in place of running service extensions.
  package var presenting: Presenting?
  /// The files that the case was read from or reads.
  package var files: [String] = []

  /// Creates a case that is given nothing.
  package init(name: String, subject: String, file: String, line: Int, chain: Chain) {
    self.name = name
    self.subject = subject
    self.file = file
    self.line = line
    self.chain = chain
  }

  /// The name that `--filter` looks at.
  package var fullName: String { "\(subject): \(name)" }
  /// The file and the line, as editors open it.
  package var place: String { "\(file):\(line)" }
}
