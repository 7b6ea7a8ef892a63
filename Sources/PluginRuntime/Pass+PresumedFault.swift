import NotificationModel

extension Pass {
  /// A fault that an earlier attempt showed.
  package struct PresumedFault {
    /// The kind of the fault.
    package var kind: Fault.Kind
    /// The message, without the plugin's name.
    package var message: String
    /// The place where it stopped and the local variables, where that is traced.
    package var trace = ""
    /// A Boolean value that indicates whether it is only that the payload grew too large, which depends on
    /// what was sent.
    package var isOfSize = false

    /// Creates a fault that stands for a run.
    package init(kind: Fault.Kind, message: String, trace: String = "", isOfSize: Bool = false) {
      self.kind = kind
      self.message = message
      self.trace = trace
      self.isOfSize = isOfSize
    }
  }
}
