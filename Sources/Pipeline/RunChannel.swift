/// A file or command that a run writes to beside its output.
package enum RunChannel: String, Sendable, CaseIterable {
  /// The outcome of every line, and how each notification ended.
  case audit
  /// The bytes of rejected lines.
  case rejects
  /// Notifications that the sink could not deliver.
  case undelivered
  /// The device tokens that the sink has found gone.
  case feedback
  /// Responses of people to delivered notifications.
  case responses

  /// A Boolean value that is true where lines are written also once the run is over: they are in no other place.
  var outlivesRun: Bool { self != .audit && self != .rejects }

  /// A place for what is written.
  package struct Place: Sendable, Equatable {
    /// The name that messages call it by, such as an option of a command.
    package var name: String
    package var target: Target

    package init(_ name: String, _ target: Target) {
      self.name = name
      self.target = target
    }

    /// The path of a file; nil for a command.
    package var path: String? {
      if case .file(let path) = target { path } else { nil }
    }
  }

  /// The receiver of what is written.
  package enum Target: Sendable, Equatable {
    /// A file that lines are appended to.
    case file(String)
    /// A command of the shell that reads them.
    case command(String)
  }
}
