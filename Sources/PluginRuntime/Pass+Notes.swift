import NotificationModel

extension Pass {
  /// The parts of an outcome that are about plugins.
  package struct Notes {
    package var faults: [FaultRecord] = []
    package var reports: [Report] = []
    package var remarks: [Remark] = []
    package var skipped: [Skip] = []

    /// Forgets all, and keeps the memory.
    mutating func removeAll() {
      if !faults.isEmpty { faults.removeAll(keepingCapacity: true) }
      if !reports.isEmpty { reports.removeAll(keepingCapacity: true) }
      if !remarks.isEmpty { remarks.removeAll(keepingCapacity: true) }
      if !skipped.isEmpty { skipped.removeAll(keepingCapacity: true) }
    }
  }

  /// A fault, and what was done about it.
  package struct FaultRecord {
    /// The place of the plugin in the chain.
    package var plugin: Int
    /// The kind of the fault.
    package var kind: Fault.Kind
    /// The policy that was applied; nil where the best attempt was kept.
    package var policy: FaultPolicy?
    /// The message, without the plugin's name.
    package var message: String
    /// The place where it stopped and the local variables there, where that is traced.
    package var trace = ""
  }

  /// The work of a plugin on the notification.
  package struct Report {
    /// The place of the plugin in the chain.
    package var plugin: Int
    /// The time that it took.
    package var nanoseconds: Int64
    /// RFC 6902, as JSON.
    package var patch: String
    /// The delivery headers that it changed: a merge patch (RFC 7396), as JSON; nil where it changed none.
    package var headers: String?
    /// The most bytes of its Lua heap, where that is traced.
    package var memory: Int?
  }

  /// A remark on something that a plugin did and that changes nothing, for the outcome's warnings.
  package struct Remark {
    /// The place of the plugin in the chain.
    package var plugin: Int
    /// The remark.
    package var text: String
  }

  /// A plugin that did not run.
  package struct Skip {
    /// The plugin's name.
    package var name: String
    /// The reason, as a clause.
    package var reason: String
  }
}
