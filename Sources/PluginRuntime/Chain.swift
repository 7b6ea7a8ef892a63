import CLuaBoundary
import Glibc
import LosslessJSON
import LuaSandbox
import NotificationModel
import NotificationViews
import PassRecords
import PluginManifests
import TimeZones
import WorkerProtocol

/// The plugins that run on one notification, in order.
package final class Chain {
  /// The plugins, in order.
  package let plugins: [Plugin]
  /// The time zones that a line may name.
  let zones: ZoneTable
  /// The places of the plugins that the host has quarantined.
  @exclusivity(unchecked) package var quarantined: Set<Int> = []
  /// After how many faults in a row a plugin is set aside here; 0 is never.
  @exclusivity(unchecked) package var quarantineAfter = 0
  /// For how long, in nanoseconds.
  @exclusivity(unchecked) package var quarantineFor: Int64 = 0
  /// Each plugin's faults in a row, and until when it is set aside: a batch may be long, and the host learns of its
  /// faults only at its end.
  let restraints: UnsafeMutableBufferPointer<Restraint>
  /// The counts of each plugin since this was last cleared, for the summary and the quarantine.
  package let tallies: UnsafeMutableBufferPointer<Tally>
  /// The memory for the number of the running plugin, from 1, for the host, which outlives this process.
  @exclusivity(unchecked) package var progress: UnsafeMutablePointer<UInt32>?
  /// The rules of APNs whose breach by a plugin is a remark and no fault.
  @exclusivity(unchecked) package var relaxedRules: Set<APNsRule> = []
  /// A Boolean value that indicates whether passes note what each plugin did, for outcomes.
  @exclusivity(unchecked) package var isReporting = false
  /// A Boolean value that indicates whether they also note why plugins did not run, and memory.
  @exclusivity(unchecked) package var isTracing = false

  @exclusivity(unchecked) var after: JSONDocument
  @exclusivity(unchecked) var original: JSONDocument
  @exclusivity(unchecked) var buffer = ByteBuffer(capacity: 1024)

  struct Restraint {
    var faultsInRow = 0
    /// On the monotonic clock; 0 where it runs.
    var until: Int64 = 0
  }

  /// - Parameters:
  ///   - depthLimit: of the payloads, which the chain reads again for patches and rules.
  ///   - zones: the time zones that a line may name.
  package init(plugins: [Plugin], depthLimit: Int = 64, zones: ZoneTable = .none) {
    self.plugins = plugins
    self.zones = zones
    after = JSONDocument(depthLimit: depthLimit + 1, duplicateKeys: .keepLast)
    original = JSONDocument(depthLimit: depthLimit + 1, duplicateKeys: .keepLast)
    restraints = .allocate(capacity: plugins.count)
    restraints.initialize(repeating: Restraint())
    tallies = .allocate(capacity: plugins.count)
    tallies.initialize(repeating: Tally())
  }

  deinit {
    tallies.deallocate()
    restraints.deallocate()
  }

  /// Gives out the tallies and begins anew.
  package func takeTallies() -> [Tally] {
    defer { tallies.update(repeating: Tally()) }
    return Array(tallies)
  }

  /// The point that a notification has reached.
  package enum Progress {
    case finished
    case suspended
  }

  /// Takes a notification through the chain, from the plugin that is next, until its end or until one waits.
  package func run(_ pass: Pass) -> Progress {
    if runPlugins(pass) == .suspended { return .suspended }
    if isTracing {
      for plugin in plugins[pass.position...] {
        pass.note(plugin, whyNot: "the chain had ended before it")
      }
    }
    return .finished
  }

  private func runPlugins(_ pass: Pass) -> Progress {
    let isPresenting = pass.isPresenting
    while pass.position < plugins.count {
      let index = pass.position
      let plugin = plugins[index]
      if !pass.presumedFaults.isEmpty, let presumed = pass.presumedFaults[index] {
        start(pass, plugin)
        pass.position += 1
        undo(pass, index, presumed)
        if isReporting { report(pass, index, memory: 0) }
        if pass.isDecided { break }
        continue
      }
      if isPassedBy(pass, index, isPresenting) {
        pass.position += 1
        continue
      }
      if isSetAside(index) {
        pass.position += 1
        setAside(pass, index)
        if pass.isDecided { break }
        continue
      }
      start(pass, plugin)
      if finish(pass, index, call(index, pass)) == .suspended { return .suspended }
      if pass.isDecided { break }
    }
    progress?.pointee = 0
    return .finished
  }

  /// Returns whether a plugin is not for the notification, and notes why where that is traced.
  @inline(__always)
  private func isPassedBy(_ pass: Pass, _ index: Int, _ isPresenting: Bool) -> Bool {
    let plugin = plugins[index]
    // Of the two kinds one runs.
    if (plugin.manifest.content != nil) != isPresenting {
      if isTracing, !isPresenting {
        pass.note(plugin, whyNot: "a content extension; 'notilua preview' shows what it builds")
      }
      return true
    }
    if let scope = plugin.definition.scope, !scope.covers(pass.state.pointee.destination) {
      if isTracing { pass.note(plugin, whyNot: scope.explanation(pass.state.pointee.destination)) }
      return true
    }
    progress?.pointee = UInt32(truncatingIfNeeded: index + 1)
    if isPresenting, !presents(plugin, pass) { return true }
    if plugin.manifest.match.holds(for: pass.state.pointee) { return false }
    if isTracing { pass.note(plugin, whyNot: plugin.manifest.match.explanation(pass.state.pointee)) }
    return true
  }

  /// Calls the handler of a plugin.
  @inline(__always)
  private func call(_ index: Int, _ pass: Pass) -> Plugin.Result {
    let plugin = plugins[index]
    if pass.isPresenting {
      // No other presents it, whatever becomes of this one.
      pass.isFinal = true
      pass.state.pointee.presentation?.plugin = index
    }
    do throws(LuaFault) {
      let call = try plugin.begin(pass.state)
      pass.call = call
      guard let kind = pass.state.pointee.presentation?.request.call else { return plugin.run(call) }
      return plugin.present(call, kind) ?? .kept
    } catch {
      return .fault(error)
    }
  }

  /// Goes on with a notification whose answer has come.
  package func resume(_ pass: Pass) -> Progress {
    guard let call = pass.call else { return .finished }
    let index = pass.position
    progress?.pointee = UInt32(truncatingIfNeeded: index + 1)
    if pass.measurement.isTimed { pass.measurement.resume(at: Self.now()) }
    if finish(pass, index, plugins[index].resume(call)) == .suspended { return .suspended }
    return pass.isDecided ? .finished : run(pass)
  }

  /// Returns a Boolean value that indicates whether a content extension is for the notification's category.
  private func presents(_ plugin: Plugin, _ pass: Pass) -> Bool {
    let category = pass.state.pointee.category
    // Two texts that look alike are two categories.
    return plugin.manifest.content?.categories.contains { $0.utf8.elementsEqual(category.utf8) } ?? false
  }

  // MARK: One plugin

  private func start(_ pass: Pass, _ plugin: Plugin) {
    if pass.state.pointee.dropReason != nil { pass.state.pointee.dropReason = nil }
    if isTracing { _ = plugin.takePeakMemory(nil) }
    pass.measurement.isTimed = isReporting || tallies[pass.position].timesNext
    if pass.measurement.isTimed { pass.measurement.begin(at: Self.now()) }
    if isReporting {
      if !pass.measurement.hasPayload {
        pass.measurement.hasPayload = snapshot(pass, &pass.measurement.payload)
      }
    }
    pass.noteStart()
    pass.state.pointee.writes.plugin = pass.position
  }

  private func finish(_ pass: Pass, _ index: Int, _ result: Plugin.Result) -> Progress {
    let plugin = plugins[index]
    if pass.measurement.isTimed { pass.measurement.pause(at: Self.now()) }
    if case .suspended = result {
      progress?.pointee = 0
      return .suspended
    }
    if pass.measurement.isTimed { pass.events.append(.timed(index, pass.measurement.elapsed)) }
    pass.events.append(.run(index))
    pass.position += 1
    carryOut(verdict(pass, index, result), pass, index)
    let memory = isTracing ? plugin.takePeakMemory(pass.call) : 0
    if let call = pass.call {
      plugin.end(call)
      pass.call = nil
    }
    // Reporting is work that the plugin's edits make.
    if isReporting { report(pass, index, memory: memory) }
    progress?.pointee = 0
    return .finished
  }

  // MARK: Verdicts

  /// The decision on what a plugin did.
  private enum Verdict {
    /// Its edits stay; the fault is that of a handler whose best attempt counts.
    case keep(Pass.FaultRecord?)
    case drop(Pass.FaultRecord?)
    /// Its edits are undone, and its policy says what comes then.
    case undo(Pass.PresumedFault)
  }

  private func verdict(_ pass: Pass, _ index: Int, _ result: Plugin.Result) -> Verdict {
    switch result {
    case .kept, .keptWithMore:
      if pass.state.pointee.presentation?.isResponse == true, hasHandled(pass) {
        pass.state.pointee.presentation?.option = .dismiss
      }
      noteUnused(pass, index, result)
      return .keep(nil)
    case .text(let word): return verdict(pass, onResponse: word)
    case .dropped:
      return pass.isPresenting
        ? Self.invalid("a content extension drops nothing; it builds the view") : .drop(nil)
    case .invalid(let type):
      return Self.invalid(
        pass.isPresenting
          ? "the handler returned a \(type); one of a response returns a word, the others nothing"
          : "did_receive returned a \(type); return nothing, content or notilua.drop(reason)")
    case .fault(let fault): return verdict(pass, index, on: fault)
    case .suspended: return .keep(nil)
    }
  }

  private static func invalid(_ message: String) -> Verdict {
    .undo(.init(kind: .invalidResult, message: message))
  }

  /// Decides on the word that `did_receive_response` returned.
  private func verdict(_ pass: Pass, onResponse word: String) -> Verdict {
    guard let option = ResponseOption(rawValue: word) else {
      let known = ResponseOption.allCases.map(\.rawValue).joined(separator: ", ")
      return Self.invalid(
        "did_receive_response returned '\(word.prefix(100))'; return one of \(known)")
    }
    pass.state.pointee.presentation?.option = option
    return .keep(nil)
  }

  /// Decides on a fault; a plugin that ran out of time has a last chance, where its policy leaves it one.
  private func verdict(_ pass: Pass, _ index: Int, on fault: LuaFault) -> Verdict {
    let plugin = plugins[index]
    let trace = isTracing ? pass.call.map { LuaInterpreter.trace($0.pointer) } ?? "" : ""
    // An operator who would rather lose a notification than this plugin's work gets no half of it.
    let takesAttempts = plugin.onFault == .skip || plugin.onFault == .original
    if fault.kind == .timeout, takesAttempts, plugin.hasLastChance, let call = pass.call {
      return lastChance(pass, index, call, fault.message, trace)
    }
    return .undo(.init(kind: Self.kind(of: fault), message: fault.message, trace: trace))
  }

  private static func kind(of fault: LuaFault) -> Fault.Kind {
    switch fault.kind {
    case .error: .error
    case .timeout: .timeout
    case .memory: .memory
    }
  }

  private func lastChance(
    _ pass: Pass, _ index: Int, _ call: Plugin.Call, _ message: String, _ trace: String
  ) -> Verdict {
    func record(_ ending: String) -> Pass.FaultRecord {
      .init(plugin: index, kind: .timeout, policy: nil, message: message + ending, trace: trace)
    }
    func failure(_ ending: String) -> Verdict {
      .undo(.init(kind: .timeout, message: message + ending, trace: trace))
    }
    pass.state.pointee.isLastChance = true
    let result = plugins[index].runLastChance(call)
    pass.state.pointee.isLastChance = false
    switch result {
    case .kept, .keptWithMore: return .keep(record("; time_will_expire gave its best attempt"))
    case .dropped: return .drop(record("; time_will_expire dropped the notification"))
    case .fault(let last): return failure(", and time_will_expire failed: \(last.message)")
    case .invalid(let type): return failure(", and time_will_expire returned a \(type)")
    case .suspended, .text: return failure("")
    }
  }

  private func carryOut(_ verdict: Verdict, _ pass: Pass, _ index: Int) {
    switch verdict {
    case .keep(let fault):
      if fault != nil { noteFault(pass, index, .timeout) }
      keep(pass, index, fault: fault)
    case .drop(let fault):
      if fault != nil { noteFault(pass, index, .timeout) }
      pass.events.append(.drop(index))
      if let fault { pass.notes.faults.append(fault) }
      pass.action = .drop(
        plugin: plugins[index].definition.name, reason: pass.state.pointee.dropReason ?? "")
    case .undo(let fault): undo(pass, index, fault)
    }
  }

  /// Notes what a handler made or returned that changes nothing.
  private func noteUnused(_ pass: Pass, _ index: Int, _ result: Plugin.Result) {
    if pass.state.pointee.dropReason != nil, !pass.isPresenting {
      pass.notes.remarks.append(
        .init(
          plugin: index,
          text:
            "notilua.drop was called and its result not returned, so nothing is dropped; write 'return notilua.drop(…)'"
        ))
    } else if case .keptWithMore = result {
      pass.notes.remarks.append(
        .init(
          plugin: index,
          text:
            "the handler returned more than one value, and only the first counts; to drop the notification, write"
            + " 'return notilua.drop(…)'"))
    }
  }

  /// Returns a Boolean value that indicates whether the plugin has a handler for responses, which returned
  /// nothing.
  private func hasHandled(_ pass: Pass) -> Bool {
    pass.call?.interpreter.has(NL_DID_RECEIVE_RESPONSE) ?? false
  }

  /// Keeps a plugin's edits, if what they make of the payload is one that APNs takes.
  private func keep(_ pass: Pass, _ index: Int, fault: Pass.FaultRecord?) {
    let attachments = pass.state.pointee.attachments
    // What was inserted into the list is looked at only now.
    if attachments != 0, let problem = Attachment.problem(pass.state.pointee.document, attachments) {
      undo(
        pass, index, .init(kind: .invalidResult, message: problem + writtenAt(pass, index, "attachments"))
      )
      return
    }
    let isEdited = pass.state.pointee.document.isEdited(since: pass.savepoint.mark)
    if isEdited || pass.state.pointee.delivery.change.entries.count > pass.savepoint.delivery {
      let pushType = pass.state.pointee.line.pushType(pass.state.pointee.document)
      if let breach = firstNewBreach(pass, index, pushType) {
        undo(pass, index, .init(kind: .invalidResult, message: breach))
        return
      }
      noteSize(pass, index, limit: APNsRules.sizeLimit(pushType: pushType))
      pass.events.append(.edit(index))
    }
    if let fault { pass.notes.faults.append(fault) } else { pass.events.append(.wasClean(index)) }
  }

  /// Undoes what a plugin did, and does what is to be done on a fault of it.
  private func undo(_ pass: Pass, _ index: Int, _ fault: Pass.PresumedFault) {
    noteFault(pass, index, fault.kind, isOfSize: fault.isOfSize)
    let plugin = plugins[index]
    pass.undo()
    let policy = plugin.onFault
    pass.notes.faults.append(
      .init(plugin: index, kind: fault.kind, policy: policy, message: fault.message, trace: fault.trace))
    switch policy {
    case .skip: break
    case .original:
      pass.undoAll()
      pass.isFinal = true
    case .drop:
      pass.action = .drop(plugin: plugin.definition.name, reason: "fault: \(fault.kind.rawValue)")
    case .halt: pass.action = .halt(plugin: plugin.definition.name, reason: fault.message)
    }
  }

  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
