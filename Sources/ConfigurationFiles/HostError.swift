/// An error that ends a run, as one sentence for people: the place, the cause, the next step.
public struct HostError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The exit statuses of `notilua`, where it fails.
  public enum Status: Int32, Sendable {
    /// Lines were rejected, a plugin stopped the run, or one faulted under `--strict`.
    case failed = 1
    /// The command line or the configuration is wrong: `EX_USAGE` of sysexits.h.
    case usage = 64
    /// A plugin could not be loaded: `EX_DATAERR`.
    case plugins = 65
    /// An input could not be opened: `EX_NOINPUT`.
    case noInput = 66
    /// The sandbox could not be set up: `EX_UNAVAILABLE`.
    case sandbox = 69
    /// Output could not be written: `EX_IOERR`.
    case output = 74

    /// A service cannot be asked, since none listens or this user may not: `EX_UNAVAILABLE`.
    public static let unavailable = Status.sandbox
  }

  /// The status to end with.
  public var status: Status
  /// The sentence.
  public var message: String

  /// Makes a value from its parts.
  public init(_ status: Status, _ message: String) {
    self.status = status
    self.message = message
  }

  /// The description.
  public var description: String { message }
}
