import LosslessJSON

extension Pass {
  /// The measurement of the running plugin's work.
  struct Measurement: ~Copyable {
    /// The payload before the plugin, for its patch.
    var payload: JSONDocument
    var hasPayload = false
    /// A Boolean value that indicates whether the plugin's time is taken.
    var isTimed = false
    var elapsed: Int64 = 0
    private var startedAt: Int64 = 0

    init(_ payload: consuming JSONDocument) { self.payload = payload }

    /// Begins with a plugin.
    mutating func begin(at now: Int64) {
      elapsed = 0
      startedAt = now
    }

    /// Goes on with a plugin that was suspended.
    mutating func resume(at now: Int64) { startedAt = now }

    /// Adds the time since the plugin began or went on.
    mutating func pause(at now: Int64) { elapsed += now - startedAt }
  }
}
