/// The result of one case.
package struct TestResult: Sendable {
  /// The end of a case.
  package enum Status: Sendable, Equatable {
    case passed
    case failed
    case skipped(String)
  }

  /// The plugin, or the file.
  package var subject: String
  /// The name of the case.
  package var name: String
  /// The file of the case.
  package var file: String
  /// The line at which the case begins.
  package var line: Int
  /// The tags of the case.
  package var tags: [String] = []
  /// The end that it came to.
  package var status: Status
  /// The differences from what was expected.
  package var failures: [TestFailure] = []
  /// Warnings of what may be otherwise in production, or tests nothing.
  package var warnings: [TestWarning] = []
  /// The log lines of the plugins, which help to understand a failure.
  package var log: [String] = []
  /// The time that it took.
  package var duration = Duration.zero
  /// The number of the run among several of the same case, from 1.
  package var round = 1

  /// Creates the result of a case.
  package init(_ testCase: TestCase, _ status: Status, failures: [TestFailure] = []) {
    self.init(
      subject: testCase.subject, name: testCase.name, file: testCase.file, line: testCase.line,
      status: status,
      failures: failures)
    tags = testCase.tags
  }

  /// Creates the result of a test that is no case of data.
  package init(
    subject: String, name: String, file: String, line: Int, status: Status, failures: [TestFailure] = []
  ) {
    self.subject = subject
    self.name = name
    self.file = file
    self.line = line
    self.status = status
    self.failures = failures
  }
}
