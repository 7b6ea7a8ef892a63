import LosslessJSON
import NotificationModel
import WorkerProtocol

// Plugins that are set aside after faults, and the counts that say when.

extension Chain {
  /// Forgets the faults of the notifications before, which were for another app: its host counts those of each.
  func forgetFaults() {
    for index in restraints.indices { restraints[index] = Restraint() }
  }

  func isSetAside(_ index: Int) -> Bool {
    if !quarantined.isEmpty, quarantined.contains(index) { return true }
    guard restraints[index].until > 0 else { return false }
    if Self.now() < restraints[index].until { return true }
    restraints[index] = Restraint()
    return false
  }

  /// Does what the policy of a quarantined plugin says: one that must not be passed by is not passed by
  /// here either.
  func setAside(_ pass: Pass, _ index: Int) {
    let plugin = plugins[index]
    pass.events.append(.passedBy(index))
    if isReporting {
      pass.note(plugin, whyNot: "quarantined after faults, then \(plugin.onFault.rawValue)")
    }
    switch plugin.onFault {
    case .skip: break
    case .original:
      pass.undoAll()
      pass.isFinal = true
    case .drop, .halt:
      pass.action = .drop(plugin: plugin.definition.name, reason: "quarantined after faults")
    }
  }

  /// Notes a fault; only those of the plugin itself bring it nearer to quarantine.
  ///
  /// If the policy lets nothing pass, quarantine costs every notification. Then only those faults count that cost the
  /// worker time or memory: the sender of a notification that a plugin cannot handle must not silence the rest.
  func noteFault(_ pass: Pass, _ index: Int, _ kind: Fault.Kind, isOfSize: Bool = false) {
    let isCheap = kind == .error || kind == .invalidResult
    let policy = plugins[index].onFault
    let counts = !isOfSize && !(isCheap && (policy == .drop || policy == .halt))
    pass.events.append(counts ? .fault(index, kind) : .uncountedFault(index, kind))
  }

  /// Counts what the plugins did on a notification that is done.
  package func count(_ pass: Pass) {
    for event in pass.events {
      switch event {
      case .run(let index): tallies[index].runs += 1
      case .timed(let index, let nanoseconds): tallies[index].time(nanoseconds)
      case .edit(let index): tallies[index].edits += 1
      case .drop(let index):
        tallies[index].drops += 1
        if pass.notes.faults.last?.plugin != index { endFaults(index) }
      case .wasClean(let index): endFaults(index)
      case .passedBy(let index): tallies[index].passedBy += 1
      case .uncountedFault(let index, let kind):
        tallies[index].count(kind)
        tallies[index].uncountedFaults += 1
      case .fault(let index, let kind):
        tallies[index].count(kind)
        tallies[index].faultsInRow += 1
        restraints[index].faultsInRow += 1
        if quarantineAfter > 0, restraints[index].faultsInRow >= quarantineAfter {
          restraints[index].until = Self.now() &+ quarantineFor
        }
      }
    }
  }

  func endFaults(_ index: Int) {
    tallies[index].faultsInRow = 0
    restraints[index].faultsInRow = 0
  }
}
