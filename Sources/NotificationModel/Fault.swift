/// One plugin's failure on one notification.
public struct Fault: Sendable, Equatable {
  /// The ways to fail, told by what happened and never by the text of an error.
  public enum Kind: String, Sendable, CaseIterable {
    /// The plugin raised an error.
    case error
    /// The plugin reached its limit of CPU or wall-clock time.
    case timeout
    /// The plugin reached its limit of memory.
    case memory
    /// The worker died while the plugin ran.
    case crash
    /// The plugin returned no result, or made a payload that breaks a rule of APNs.
    case invalidResult = "invalid_result"
  }

  /// The name of the plugin.
  public var plugin: String
  /// The kind of failure.
  public var kind: Kind
  /// The description of the failure, in one line.
  public var message: String

  /// Makes a value from its parts.
  public init(plugin: String, kind: Kind, message: String) {
    self.plugin = plugin
    self.kind = kind
    self.message = message
  }
}

/// The treatment of a notification on which a plugin failed.
public enum FaultPolicy: String, Sendable, CaseIterable {
  /// The plugin's edits are undone and the chain goes on.
  case skip
  /// The chain stops and the original is delivered, as Apple does.
  case original
  /// The notification is dropped.
  case drop
  /// The run stops.
  case halt
}
