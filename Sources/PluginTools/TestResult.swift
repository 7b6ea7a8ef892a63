/// What became of one case.
package struct TestResult: Sendable {
  package enum Status: Sendable, Equatable {
    case passed
    case failed
    case skipped(String)
  }

  package var subject: String
  package var name: String
  package var file: String
  package var line: Int
  package var tags: [String] = []
  package var status: Status
  package var failures: [TestFailure] = []
  /// What may be otherwise in production, or tests nothing.
  package var warnings: [TestWarning] = []
  /// What the plugins logged, which helps to understand a failure.
  package var log: [String] = []
  package var duration = Duration.zero
  /// Which of several runs of the same case it is; 1 where there is one.
  package var round = 1

  package init(_ testCase: TestCase, _ status: Status, failures: [TestFailure] = []) {
    self.init(
      subject: testCase.subject, name: testCase.name, file: testCase.file, line: testCase.line,
      status: status,
      failures: failures)
    tags = testCase.tags
  }

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
