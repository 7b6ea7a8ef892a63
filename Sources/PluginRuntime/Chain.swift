import CLuaBoundary
import Glibc
import LosslessJSON
import LuaSandbox
import NotificationModel
import TimeZones
import WorkerProtocol

/// The plugins that run on one notification, in order.
package final class Chain {
  package let plugins: [Plugin]
  /// The time zones that a line may name.
  let zones: ZoneTable
  /// Which plugins the host has set aside, by their place.
  @exclusivity(unchecked) package var quarantined: Set<Int> = []
  /// After how many faults in a row a plugin is set aside here; 0 is never.
  @exclusivity(unchecked) package var quarantineAfter = 0
  /// For how long, in nanoseconds.
  @exclusivity(unchecked) package var quarantineFor: Int64 = 0
  /// Each plugin's faults in a row, and until when it is set aside: a batch may be long, and the host learns of its
  /// faults only at its end.
  private let restraints: UnsafeMutableBufferPointer<Restraint>
  /// What each plugin did since this was last cleared, for the summary and the quarantine.
  package let tallies: UnsafeMutableBufferPointer<Tally>
  /// Where the number of the running plugin is noted, from 1, for whoever outlives this process.
  @exclusivity(unchecked) package var progress: UnsafeMutablePointer<UInt32>?
  /// Whether flights note what each plugin did, for outcomes.
  @exclusivity(unchecked) package var isReporting = false
  /// Whether they also note why plugins did not run, and memory.
  @exclusivity(unchecked) package var isTracing = false
  /// Whether content extensions run, of which one presents a notification, instead of service extensions.
  @exclusivity(unchecked) package var isPresenting = false

  @exclusivity(unchecked) private var after: JSONDocument
  @exclusivity(unchecked) private var original: JSONDocument
  @exclusivity(unchecked) private var buffer = ByteBuffer(capacity: 1024)

  package struct Tally: Sendable {
    package var runs = 0
    package var edits = 0
    package var drops = 0
    package var faults = 0
    /// Those of the faults that bring no quarantine nearer.
    package var uncountedFaults = 0
    /// The other faults since the last run without one.
    package var faultsInRow = 0
    /// Notifications that passed it by while it was set aside.
    package var passedBy = 0
    package var nanoseconds: Int64 = 0
  }

  private struct Restraint {
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

  package enum Progress {
    case finished
    case parked
  }

  /// Takes a notification through the chain, from the plugin that is next, until its end or until one waits.
  package func run(_ flight: Flight) -> Progress {
    if runPlugins(flight) == .parked { return .parked }
    if isTracing {
      for plugin in plugins[flight.position...] {
        flight.note(plugin, whyNot: "the chain had ended before it")
      }
    }
    return .finished
  }

  private func runPlugins(_ flight: Flight) -> Progress {
    while flight.position < plugins.count {
      let index = flight.position
      let plugin = plugins[index]
      if !flight.presumedFaults.isEmpty, let presumed = flight.presumedFaults[index] {
        flight.position += 1
        start(flight, plugin)
        settle(flight, index, presumed)
        if isReporting { report(flight, index, memory: 0) }
        if flight.isDecided { break }
        continue
      }
      // Of the two kinds one runs.
      if (plugin.manifest.content != nil) != isPresenting {
        if isTracing, !isPresenting {
          flight.note(plugin, whyNot: "a content extension; 'notilua preview' shows what it builds")
        }
        flight.position += 1
        continue
      }
      progress?.pointee = UInt32(truncatingIfNeeded: index + 1)
      if isPresenting, !presents(plugin, flight) {
        flight.position += 1
        continue
      }
      if let clause = plugin.manifest.match.firstFailure(flight.state.pointee) {
        if isTracing {
          flight.note(plugin, whyNot: plugin.manifest.match.explanation(clause, flight.state.pointee))
        }
        flight.position += 1
        continue
      }
      if isSetAside(index) {
        flight.position += 1
        setAside(flight, index)
        if flight.isDecided { break }
        continue
      }
      start(flight, plugin)
      let result: Plugin.Result
      do throws(LuaFault) {
        let call = try plugin.begin(flight.state)
        flight.call = call
        if let kind = flight.state.pointee.presentation?.kind {
          // No other presents it, whatever becomes of this one.
          flight.isFinal = true
          result = plugin.present(call, kind) ?? .kept
        } else {
          result = plugin.run(call)
        }
      } catch {
        result = .fault(error)
      }
      if finish(flight, index, result) == .parked { return .parked }
      if flight.isDecided { break }
    }
    progress?.pointee = 0
    return .finished
  }

  /// Goes on with a notification whose answer has come.
  package func resume(_ flight: Flight) -> Progress {
    guard let call = flight.call else { return .finished }
    let index = flight.position
    progress?.pointee = UInt32(truncatingIfNeeded: index + 1)
    if isReporting { flight.startedAt = Self.now() }
    if finish(flight, index, plugins[index].resume(call)) == .parked { return .parked }
    return flight.isDecided ? .finished : run(flight)
  }

  /// Whether a content extension is for the notification's category.
  private func presents(_ plugin: Plugin, _ flight: Flight) -> Bool {
    let category = flight.state.pointee.category
    // Two texts that look alike are two categories.
    return plugin.manifest.content?.categories.contains { $0.utf8.elementsEqual(category.utf8) } ?? false
  }

  // MARK: Quarantine

  private func isSetAside(_ index: Int) -> Bool {
    if !quarantined.isEmpty, quarantined.contains(index) { return true }
    guard restraints[index].until > 0 else { return false }
    if Self.now() < restraints[index].until { return true }
    restraints[index] = Restraint()
    return false
  }

  /// What a plugin's policy is for: one that must not be passed by is not passed by in quarantine either.
  private func setAside(_ flight: Flight, _ index: Int) {
    let plugin = plugins[index]
    flight.events.append(.passedBy(index))
    if isReporting {
      flight.note(plugin, whyNot: "quarantined after faults, then \(plugin.onFault.rawValue)")
    }
    switch plugin.onFault {
    case .skip: break
    case .original:
      flight.undoAll()
      flight.isFinal = true
    case .drop, .halt:
      flight.action = .drop(plugin: plugin.definition.name, reason: "quarantined after faults")
    }
  }

  // MARK: One plugin

  private func start(_ flight: Flight, _ plugin: Plugin) {
    if flight.state.pointee.dropReason != nil { flight.state.pointee.dropReason = nil }
    if isTracing { _ = plugin.takePeakMemory(nil) }
    if isReporting {
      flight.elapsed = 0
      flight.startedAt = Self.now()
      if !flight.hasSnapshot { flight.hasSnapshot = snapshot(flight, &flight.before) }
    }
    flight.noteStart()
    flight.state.pointee.writer = flight.position
  }

  private func finish(_ flight: Flight, _ index: Int, _ result: Plugin.Result) -> Progress {
    let plugin = plugins[index]
    if isReporting { flight.elapsed += Self.now() - flight.startedAt }
    if case .parked = result {
      progress?.pointee = 0
      return .parked
    }
    flight.events.append(.run(index))
    flight.position += 1
    switch result {
    case .kept, .keptWithMore:
      if flight.state.pointee.presentation?.kind == .didReceiveResponse, hasHandled(flight) {
        flight.state.pointee.presentation?.option = .dismiss
      }
      noteUnused(flight, index, result)
      keep(flight, index, fault: nil)
    case .text(let word):
      guard let option = ResponseOption(rawValue: word) else {
        let known = ResponseOption.allCases.map(\.rawValue).joined(separator: ", ")
        settle(
          flight, index,
          .init(
            kind: .invalidResult,
            message: "did_receive_response returned '\(word.prefix(100))'; return one of \(known)"))
        break
      }
      flight.state.pointee.presentation?.option = option
      keep(flight, index, fault: nil)
    case .dropped where isPresenting:
      settle(
        flight, index,
        .init(kind: .invalidResult, message: "a content extension drops nothing; it builds the view"))
    case .dropped:
      flight.events.append(.drop(index))
      flight.action = .drop(plugin: plugin.definition.name, reason: flight.state.pointee.dropReason ?? "")
    case .invalid(let type):
      settle(
        flight, index,
        .init(
          kind: .invalidResult,
          message: isPresenting
            ? "the handler returned a \(type); one of a response returns a word, the others nothing"
            : "did_receive returned a \(type); return nothing, content or notilua.drop(reason)"))
    case .fault(let fault): settle(flight, index, fault)
    case .parked: break
    }
    let memory = isTracing ? plugin.takePeakMemory(flight.call) : 0
    if let call = flight.call {
      plugin.end(call)
      flight.call = nil
    }
    // Reporting is work that the plugin's edits make.
    if isReporting { report(flight, index, memory: memory) }
    progress?.pointee = 0
    return .finished
  }

  /// Notes what a handler made or returned that changes nothing.
  private func noteUnused(_ flight: Flight, _ index: Int, _ result: Plugin.Result) {
    if flight.state.pointee.dropReason != nil, !isPresenting {
      flight.remarks.append(
        .init(
          plugin: index,
          text:
            "notilua.drop was called and its result not returned, so nothing is dropped; write 'return notilua.drop(…)'"
        ))
    } else if case .keptWithMore = result {
      flight.remarks.append(
        .init(
          plugin: index,
          text:
            "the handler returned more than one value, and only the first counts; to drop the notification, write"
            + " 'return notilua.drop(…)'"))
    }
  }

  /// Whether the plugin has a handler for responses, which returned nothing.
  private func hasHandled(_ flight: Flight) -> Bool {
    flight.call?.interpreter.has(NL_DID_RECEIVE_RESPONSE) ?? false
  }

  /// Keeps a plugin's edits, if what they make of the payload is one that APNs takes.
  private func keep(_ flight: Flight, _ index: Int, fault: Flight.FaultRecord?) {
    let attachments = flight.state.pointee.attachments
    // What was inserted into the list is looked at only now.
    if attachments != 0, let problem = Attachment.problem(flight.state.pointee.document, attachments) {
      settle(
        flight, index, .init(kind: .invalidResult, message: problem + writtenAt(flight, index, "attachments"))
      )
      return
    }
    if flight.state.pointee.document.isEdited(since: flight.mark) {
      let pushType = flight.state.pointee.line.pushType(flight.state.pointee.document)
      if let breach = firstNewBreach(flight, index, pushType) {
        settle(flight, index, .init(kind: .invalidResult, message: breach))
        return
      }
      noteSize(flight, index, limit: APNsRules.sizeLimit(pushType: pushType))
      flight.events.append(.edit(index))
    }
    if let fault { flight.faults.append(fault) } else { flight.events.append(.wasClean(index)) }
  }

  private func settle(_ flight: Flight, _ index: Int, _ fault: LuaFault) {
    let plugin = plugins[index]
    let trace = isTracing ? flight.call.map { LuaInterpreter.trace($0.pointer) } ?? "" : ""
    let kind: Fault.Kind
    switch fault.kind {
    case .error: kind = .error
    case .timeout: kind = .timeout
    case .memory: kind = .memory
    }
    // An operator who would rather lose a notification than this plugin's work gets no half of it.
    let takesAttempts = plugin.onFault == .skip || plugin.onFault == .original
    if kind == .timeout, takesAttempts, plugin.hasLastChance, let call = flight.call {
      let record = Flight.FaultRecord(
        plugin: index, kind: .timeout, policy: nil,
        message: "\(fault.message); time_will_expire gave its best attempt", trace: trace)
      flight.state.pointee.isLastChance = true
      let result = plugin.runLastChance(call)
      flight.state.pointee.isLastChance = false
      switch result {
      case .kept, .keptWithMore:
        noteFault(flight, index, .timeout)
        keep(flight, index, fault: record)
        return
      case .dropped:
        noteFault(flight, index, .timeout)
        flight.events.append(.drop(index))
        flight.faults.append(
          Flight.FaultRecord(
            plugin: index, kind: .timeout, policy: nil,
            message: "\(fault.message); time_will_expire dropped the notification", trace: trace))
        flight.action = .drop(plugin: plugin.definition.name, reason: flight.state.pointee.dropReason ?? "")
        return
      case .fault(let last):
        settle(
          flight, index,
          .init(
            kind: kind, message: "\(fault.message), and time_will_expire failed: \(last.message)",
            trace: trace))
        return
      case .invalid(let type):
        settle(
          flight, index,
          .init(
            kind: kind, message: "\(fault.message), and time_will_expire returned a \(type)", trace: trace))
        return
      case .parked, .text: break
      }
    }
    settle(flight, index, .init(kind: kind, message: fault.message, trace: trace))
  }

  /// Notes a fault; only those of the plugin itself bring it nearer to quarantine.
  ///
  /// Where the policy is to let nothing pass, being set aside costs every notification: then only faults count that
  /// cost the worker time or memory. Whoever sends what a plugin cannot digest must not be able to silence the rest.
  private func noteFault(_ flight: Flight, _ index: Int, _ kind: Fault.Kind, isOfSize: Bool = false) {
    let isCheap = kind == .error || kind == .invalidResult
    let policy = plugins[index].onFault
    let counts = !isOfSize && !(isCheap && (policy == .drop || policy == .halt))
    flight.events.append(counts ? .fault(index) : .uncountedFault(index))
  }

  /// Counts what the plugins did on a notification that is done.
  package func count(_ flight: Flight) {
    for event in flight.events {
      switch event {
      case .run(let index): tallies[index].runs += 1
      case .edit(let index): tallies[index].edits += 1
      case .drop(let index):
        tallies[index].drops += 1
        if flight.faults.last?.plugin != index { endFaults(index) }
      case .wasClean(let index): endFaults(index)
      case .passedBy(let index): tallies[index].passedBy += 1
      case .uncountedFault(let index):
        tallies[index].faults += 1
        tallies[index].uncountedFaults += 1
      case .fault(let index):
        tallies[index].faults += 1
        tallies[index].faultsInRow += 1
        restraints[index].faultsInRow += 1
        if quarantineAfter > 0, restraints[index].faultsInRow >= quarantineAfter {
          restraints[index].until = Self.now() &+ quarantineFor
        }
      }
    }
  }

  private func endFaults(_ index: Int) {
    tallies[index].faultsInRow = 0
    restraints[index].faultsInRow = 0
  }

  /// Undoes what a plugin did, and does what is to be done on a fault of it.
  private func settle(_ flight: Flight, _ index: Int, _ fault: Flight.PresumedFault) {
    noteFault(flight, index, fault.kind, isOfSize: fault.isOfSize)
    let plugin = plugins[index]
    flight.undo()
    let policy = plugin.onFault
    flight.faults.append(
      .init(plugin: index, kind: fault.kind, policy: policy, message: fault.message, trace: fault.trace))
    switch policy {
    case .skip: break
    case .original:
      flight.undoAll()
      flight.isFinal = true
    case .drop:
      flight.action = .drop(plugin: plugin.definition.name, reason: "fault: \(fault.kind.rawValue)")
    case .halt: flight.action = .halt(plugin: plugin.definition.name, reason: fault.message)
    }
  }

  // MARK: Rules of APNs

  /// What the plugin's edits break that the input did not; nil where they break nothing.
  ///
  /// Values were checked when they were assigned: here are the rules of push types, and of several members. Size is
  /// another matter: a later plugin may cut it, so that it is settled at the end of the chain.
  private func firstNewBreach(_ flight: Flight, _ index: Int, _ pushType: String) -> String? {
    let state = flight.state
    let line = state.pointee.line
    let found = APNsRules.pushTypeBreaches(line, state.pointee.document, pushType: pushType)
    let lacksText = pushType == "alert" && !APNsRules.hasAlertText(line, state.pointee.document)
    if found.isEmpty && !lacksText { return nil }
    let message = { (breach: APNsRules.Breach) in
      breach.message + self.writtenAt(flight, index, breach.subject)
    }
    // The input is looked at only now: a breach that it has itself is not the plugin's.
    guard let originalLine = readOriginal(flight) else { return found.first.map(message) }
    let known = APNsRules.pushTypeBreaches(
      originalLine, original, pushType: originalLine.pushType(original))
    let new = found.first { breach in !known.contains { $0.subject == breach.subject } }
    if lacksText, new?.subject != "aps", APNsRules.hasAlertText(originalLine, original) {
      return "all text of the alert is gone, so that a device shows the original; return notilua.drop(reason)"
        + " to show nothing" + writtenAt(flight, index, "aps.alert.body")
    }
    return new.map(message)
  }

  /// Names the line of the plugin that last wrote what a breach is about; empty where it is not known.
  private func writtenAt(_ flight: Flight, _ index: Int, _ subject: String) -> String {
    // Who replaces what a member stands in replaces the member.
    var names = Set(subject.split(separator: ".").map(String.init) + ["user_info"])
    if subject.hasPrefix("aps.alert") { names.formUnion(["title", "subtitle", "body", "loc-key"]) }
    for property in ContentProperty.all {
      switch property.place {
      case .aps(let key): if names.contains("\(key)") { names.insert("\(property.name)") }
      case .alert(let key): if names.contains("\(key)") { names.insert("\(property.name)") }
      case .alertBody, .payload, .attachments: break
      }
    }
    let write = flight.state.pointee.writes.last { $0.plugin == index && names.contains($0.name) }
    return write.map { " (written at \($0.place))" } ?? ""
  }

  /// Notes the plugin that takes the payload over the limit, until one takes it back under it.
  private func noteSize(_ flight: Flight, _ index: Int, limit: Int) {
    let state = flight.state
    let payload = state.pointee.line.payload(state.pointee.document)
    if state.pointee.document.sizeBound(of: payload) > limit {
      buffer.removeAll()
      state.pointee.document.encode(payload, to: &buffer)
      if buffer.count > limit {
        if flight.oversize == nil { flight.oversize = (index, buffer.count, limit) }
        return
      }
    }
    flight.oversize = nil
  }

  /// Begins a notification anew that the chain has made too large and that was not: without the plugin that did it.
  ///
  /// The plugins that ran get new states, so that none has seen the notification before.
  ///
  /// - Returns: whether that was so, and the chain is to run again.
  package func takesBackOversize(_ flight: Flight) -> Bool {
    guard let oversize = flight.oversize, flight.action == .deliver, !flight.isFinal,
      let originalLine = readOriginal(flight),
      original.rawText(of: originalLine.payload(original)).count <= oversize.limit
    else { return false }
    for event in flight.events {
      if case .run(let index) = event { plugins[index].forgetState() }
    }
    flight.startAnew()
    flight.presumedFaults[oversize.plugin] = Flight.PresumedFault(
      kind: .invalidResult, message: "the payload has \(oversize.size) bytes; APNs takes \(oversize.limit)",
      isOfSize: true)
    return true
  }

  /// Parses the original line again.
  private func readOriginal(_ flight: Flight) -> NotificationLine? {
    guard (try? original.parse(flight.state.pointee.document.originalText)) != nil else { return nil }
    return try? NotificationLine(original)
  }

  // MARK: Reports

  private func snapshot(_ flight: Flight, _ document: inout JSONDocument) -> Bool {
    buffer.removeAll()
    let state = flight.state
    state.pointee.document.encode(state.pointee.line.payload(state.pointee.document), to: &buffer)
    return (try? document.parse(buffer.bytes)) != nil
  }

  private func report(_ flight: Flight, _ index: Int, memory: Int) {
    var patch = "[]"
    if flight.state.pointee.document.isEdited(since: flight.mark) {
      if flight.hasSnapshot, snapshot(flight, &after) {
        // What there is to say of a payload is not much more than the payload.
        let limit = 4096 + 4 * flight.state.pointee.document.originalText.count
        patch = JSONPatch.operations(from: flight.before, to: after, limit: limit)
      }
      flight.hasSnapshot = snapshot(flight, &flight.before)
    }
    tallies[index].nanoseconds += flight.elapsed
    flight.reports.append(
      .init(
        plugin: index, nanoseconds: flight.elapsed, patch: patch,
        memory: isTracing ? memory : nil))
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
