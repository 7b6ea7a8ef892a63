import NotificationModel

/// One thing that is not as a case expects it.
package struct TestFailure: Sendable, Equatable {
  /// A line of what is shown below the message.
  package enum Detail: Sendable, Equatable {
    case path(String)
    case expected(String)
    case actual(String)
    case note(String)
  }

  /// The key of `expect`, or what failed instead.
  package var subject: String
  /// The difference, or the error.
  package var message: String
  /// The lines below the message, in order.
  package var details: [Detail] = []
  /// The place in Lua, and the local variables there.
  package var trace: [String] = []

  /// Creates a failure.
  package init(_ subject: String, _ message: String, details: [Detail] = [], trace: [String] = []) {
    self.subject = subject
    self.message = message
    self.details = details
    self.trace = trace
  }

  /// Two texts, one below the other.
  package init(_ subject: String, _ message: String, expected: String, actual: String) {
    self.init(subject, message, details: [.expected(expected), .actual(actual)])
  }

  /// By JSON path.
  ///
  /// - Parameter writers: tells which lines of Lua wrote what is at a path.
  package init(
    _ subject: String, _ message: String, _ differences: [JSONValue.Difference],
    writers: (String) -> [String] = { _ in [] }
  ) {
    var details: [Detail] = []
    for difference in differences.prefix(20) {
      details.append(.path(difference.path.isEmpty ? "the whole" : difference.path))
      details.append(.expected(difference.expected?.text ?? "nothing there"))
      details.append(.actual(difference.actual?.text ?? "nothing there"))
      let writers = writers(difference.path)
      if !writers.isEmpty { details.append(.note("  written at \(writers.joined(separator: ", "))")) }
    }
    if differences.count > 20 { details.append(.note("and \(differences.count - 20) more differences")) }
    self.init(subject, message, details: details)
  }

  /// All of it as lines of plain text.
  package var lines: [String] {
    var lines = ["\(subject): \(message)"]
    for detail in details {
      switch detail {
      case .path(let text), .note(let text): lines.append("  \(text)")
      case .expected(let text): lines.append("  expected \(text)")
      case .actual(let text): lines.append("  got      \(text)")
      }
    }
    return lines + trace.map { "  \($0)" }
  }
}
