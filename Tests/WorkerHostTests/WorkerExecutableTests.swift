import Testing
import WorkerHost

struct WorkerExecutableTests {
  /// A program that is no worker, says nothing and does not end holds nothing up.
  @Test func whatIsSilentIsGivenUp() throws {
    #expect(try WorkerExecutable.output(of: "/bin/sleep", "1000", limit: 100, patience: 50) == [])
  }

  @Test func noMoreIsReadThanTheLimitAsks() throws {
    #expect(try WorkerExecutable.output(of: "/usr/bin/yes", "y", limit: 100).count <= 100 + 16 << 10)
  }
}
