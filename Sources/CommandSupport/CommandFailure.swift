import ArgumentParser
import ConfigurationFiles
import TerminalPages

/// Ends a command with the sentence and the status of a ``HostError``.
package func failing<Result>(_ body: () throws(HostError) -> Result) throws -> Result {
  do throws(HostError) {
    return try body()
  } catch {
    throw fail(error)
  }
}

/// Prints the sentence of an error, and returns the status to end with.
package func fail(_ error: HostError) -> ExitCode {
  say("notilua: \(error.message)")
  return ExitCode(error.status.rawValue)
}
