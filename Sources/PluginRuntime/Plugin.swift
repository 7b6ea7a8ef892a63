import CLuaBoundary
import CodeAnalysis
import Localization
import LosslessJSON
import LuaSandbox
import NotificationModel
import PluginManifests
import TimeZones
import WorkerProtocol

/// One plugin in one worker: its definition, what it says of itself, and its Lua state.
package final class Plugin {
  /// The definition that it was made from.
  package let definition: PluginDefinition
  /// The table that its chunk returned, without the handlers.
  @exclusivity(unchecked) package private(set) var manifest = PluginManifest()
  /// The fault for which the plugin cannot run; nil while it can.
  @exclusivity(unchecked) package private(set) var loadFault: LuaFault?
  private let context: UnsafeMutablePointer<PluginContext>
  /// The interpreter for the next notification; nil where it is to be made anew.
  ///
  /// Notifications that wait keep theirs.
  @exclusivity(unchecked) private var interpreter: LuaInterpreter?
  @exclusivity(unchecked) package private(set) var hasLastChance = false
  /// Counts lines, where that is asked for.
  private let coverage: LuaCoverage?
  /// The findings in its code, once a fault has asked for them.
  @exclusivity(unchecked) private var knownFindings: [CodeFinding]?
  private let limits: nl_limits
  private let graceLimits: nl_limits

  /// Makes the plugin and loads it once.
  ///
  /// - Parameters:
  ///   - localizer: what has the catalogs by the numbers in the definition; nil where there are none.
  ///   - zones: the time zones that it may ask for.
  package init(
    definition: PluginDefinition, seed: UInt64, localizer: Localizer? = nil, zones: ZoneTable = .none
  ) throws(LuaFault) {
    self.definition = definition
    limits = definition.limits.boundary
    coverage =
      definition.testing?.countsLines == true
      ? LuaCoverage(
        chunks: definition.chunks.map { ($0.path, $0.source.count { $0 == 0x0A || $0 == 0x0D } + 1) }) : nil
    var grace = definition.limits
    // Apple publishes no figure for the last chance; a tenth of the time is one.
    grace.cpu = max(.milliseconds(20), definition.limits.cpu / 10)
    grace.wall = max(.milliseconds(20), definition.limits.wall / 10)
    graceLimits = grace.boundary
    // Before the last property is set: what throws behind that runs `deinit` too.
    let made: PluginContext
    do throws(JSONError) {
      made = try PluginContext(
        definition: definition, seed: seed, localizer: localizer, zones: zones)
    } catch {
      throw LuaFault(.error, PluginSettings.problem(definition.settings) ?? "\(error)")
    }
    context = .allocate(capacity: 1)
    context.initialize(to: made)
    do throws(LuaFault) {
      let interpreter = try makeInterpreter()
      do throws(PluginManifest.Problem) {
        let manifest = try PluginManifest(json: try manifestText(interpreter))
        try checkTexts(manifest)
        self.manifest = manifest
      } catch {
        throw LuaFault(.error, "\(definition.path): \(error.message)")
      }
      guard interpreter.has(NL_DID_RECEIVE) else {
        throw LuaFault(.error, "\(definition.path): \(manifest.missingHandler())")
      }
      self.interpreter = interpreter
    } catch {
      loadFault = Self.named(explained(error), definition.path)
      if error.kind != .error { loadFault?.message += " while it was loaded" }
    }
    hasLastChance = interpreter?.has(NL_TIME_WILL_EXPIRE) ?? false
    context.pointee.overridesTitle = manifest.content?.overridesDefaultTitle ?? false
    context.pointee.takesInteraction = manifest.content?.isUserInteractionEnabled ?? false
    context.pointee.emptyScratch()
  }

  /// Fails where the texts of the plugin's table are too long to be told to the host.
  private func checkTexts(_ manifest: PluginManifest) throws(PluginManifest.Problem) {
    let isSuite = definition.testing?.isSuite == true
    let limit = isSuite ? PluginReport.suiteTextLimit : PluginReport.textLimit
    guard manifest.textCount > limit else { return }
    let texts = isSuite ? "the names of the tests" : "plugin.description, categories and capabilities"
    throw .init(
      message: "\(texts) have \(manifest.textCount) bytes; \(limit) are the most, so write them shorter")
  }

  /// A fault that names the file: Lua's own messages do, where it got so far.
  private static func named(_ fault: LuaFault, _ path: String) -> LuaFault {
    let isNamed = fault.message.hasPrefix(path) || fault.kind == .error && fault.message.contains(".lua:")
    return isNamed ? fault : LuaFault(fault.kind, "\(path): \(fault.message)")
  }

  private func manifestText(_ interpreter: LuaInterpreter) throws(PluginManifest.Problem) -> String {
    do throws(LuaFault) {
      return try interpreter.manifest()
    } catch {
      throw .init(message: error.message)
    }
  }

  deinit {
    interpreter = nil
    context.deinitialize(count: 1)
    context.deallocate()
  }

  private func makeInterpreter() throws(LuaFault) -> LuaInterpreter {
    var limits = definition.limits
    // A state that follows another does not begin its random numbers anew.
    if limits.seed == 0 { limits.seed = context.pointee.random.next() }
    let interpreter = try makeBareInterpreter(limits)
    for module in definition.modules {
      interpreter.addModule(name: module.name, chunkName: module.path, source: module.source)
    }
    try interpreter.load(chunkName: definition.path, source: definition.source)
    return interpreter
  }

  private func makeBareInterpreter(_ limits: LuaLimits) throws(LuaFault) -> LuaInterpreter {
    var conditions = LuaConditions(now: definition.testing?.now, coverage: coverage)
    conditions.turnsKeys = definition.testing?.turnsKeys ?? false
    conditions.turnsEquals = definition.testing?.turnsEquals ?? false
    return try LuaInterpreter(
      limits: limits, conditions: conditions, model: PayloadModel.boundary(),
      names: definition.testing?.isSuite == true ? PayloadModel.namesWithTests : PayloadModel.names,
      plugin: UnsafeMutableRawPointer(context))
  }

  /// Returns the counts of the lines of the plugin's files so far; a file that cannot be compiled has one
  /// line that was not run.
  package func chunkCoverage() -> [ChunkCoverage] {
    guard let coverage, let interpreter = try? makeBareInterpreter(LuaLimits(memory: 256 << 20)) else {
      return []
    }
    var chunks: [ChunkCoverage] = []
    for (number, chunk) in definition.chunks.enumerated() {
      guard let compiled = try? interpreter.compiled(chunkName: chunk.path, source: chunk.source) else {
        // Nobody can have run it.
        chunks.append(ChunkCoverage(path: chunk.path, lines: [.init(number: 1, hits: 0)], functions: []))
        continue
      }
      let lines = ChunkLines(compiled)
      chunks.append(
        ChunkCoverage(
          path: chunk.path,
          lines: lines.lines.map { .init(number: $0, hits: coverage.hits(chunk: number, line: $0)) },
          functions: lines.functions.map {
            .init(
              first: $0.lowerBound, last: $0.upperBound,
              calls: coverage.calls(chunk: number, lines: $0))
          }))
    }
    return chunks
  }

  /// Returns a fault with its next step, where it is about a name that is not there.
  private func explained(_ fault: LuaFault) -> LuaFault {
    guard fault.kind == .error else { return fault }
    var explained = fault
    if let text = adviceForName(fault.message) ?? adviceForError(fault.message) {
      explained.message += "; \(text)"
    }
    // Lua's word for an element that is taken by its number.
    explained.message.replace("(field 'integer index')", with: "(an element of a list)")
    return explained
  }

  private func adviceForName(_ message: String) -> String? {
    guard let advice = FaultAdvice(message) else { return nil }
    let findings = knownFindings ?? codeFindings()
    knownFindings = findings
    return advice.text(findings)
  }

  private func adviceForError(_ message: String) -> String? {
    LuaErrorAdvice(message, modules: definition.modules.map(\.name)) { path in
      definition.chunks.first { $0.path == path }?.source
    }?.text
  }

  /// Returns what the plugin's code cannot mean; nothing of it runs.
  package func codeFindings() -> [CodeFinding] {
    guard let interpreter = try? makeBareInterpreter(LuaLimits(memory: 256 << 20)),
      (try? interpreter.load(chunkName: "names", source: Array(SandboxNames.source.utf8))) != nil,
      let manifest = try? PluginManifest(json: interpreter.manifest()),
      let names = try? SandboxNames(description: manifest.description, interface: .current)
    else { return [] }
    // A file that cannot be compiled has its own error.
    let chunks = definition.chunks.compactMap { chunk in
      (try? interpreter.compiled(chunkName: chunk.path, source: chunk.source)).map { (chunk.path, $0) }
    }
    return CodeCheck.findings(chunks, names: names) { self.patternProblem($0) }
  }

  /// Returns why a pattern of Lua is none, by a state of its own that tries it.
  private func patternProblem(_ pattern: String) -> String? {
    guard let interpreter = try? makeBareInterpreter(LuaLimits()) else { return nil }
    let bytes = pattern.utf8.map { byte in
      let digits = String(byte)
      return "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
    let place = "pattern"
    do throws(LuaFault) {
      try interpreter.load(
        chunkName: place, source: Array("(''):match('\(bytes.joined())') return {}".utf8))
      return nil
    } catch {
      let start = "\(place):1: "
      return error.message.hasPrefix(start) ? String(error.message.dropFirst(start.count)) : nil
    }
  }

  /// The operator's decision, else the plugin's proposal, else skip.
  package var onFault: FaultPolicy { definition.onFault ?? manifest.onFault ?? .skip }

  // MARK: Running

  /// The end of a handler.
  package enum Result {
    case kept
    /// Kept, and more than one value was returned.
    case keptWithMore
    case dropped
    /// A handler of a response has returned a word.
    case text(String)
    case invalid(String)
    case suspended
    case fault(LuaFault)
  }

  /// A handler's call on one notification, and the interpreter that it is made in.
  package struct Call {
    /// The interpreter that it is made in.
    package let interpreter: LuaInterpreter
    /// The call, as the boundary knows it.
    package let pointer: OpaquePointer
  }

  /// Prepares a call for a notification.
  package func begin(_ state: UnsafeMutablePointer<NotificationState>) throws(LuaFault) -> Call {
    if let loadFault { throw loadFault }
    let interpreter: LuaInterpreter
    if let present = self.interpreter { interpreter = present } else { interpreter = try makeInterpreter() }
    self.interpreter = manifest.freshState ? nil : interpreter
    guard let pointer = interpreter.begin(UnsafeMutableRawPointer(state)) else {
      self.interpreter = nil
      throw LuaFault(.memory, "ran out of memory")
    }
    return Call(interpreter: interpreter, pointer: pointer)
  }

  /// Gives the next notification a new Lua state.
  package func forgetState() { interpreter = nil }

  /// Runs `did_receive`.
  package func run(_ call: Call) -> Result { run(call, NL_DID_RECEIVE, NL_WITH_CONTENT, limits) }

  /// Has a content extension present the notification, or answer a response.
  ///
  /// - Returns: nil where the plugin has no handler for that.
  package func present(_ call: Call, _ kind: PresentationRequest.Call) -> Result? {
    let (handler, arguments): (nl_handler, nl_arguments) =
      switch kind {
      case .didReceive: (NL_DID_RECEIVE, NL_WITH_NOTIFICATION)
      case .didReceiveResponse: (NL_DID_RECEIVE_RESPONSE, NL_WITH_RESPONSE)
      case .mediaPlay: (NL_MEDIA_PLAY, NL_WITH_VIEW)
      case .mediaPause: (NL_MEDIA_PAUSE, NL_WITH_VIEW)
      }
    guard call.interpreter.has(handler) else { return nil }
    return run(call, handler, arguments, limits)
  }

  /// Gives a plugin that ran out of time its last chance with the best attempt so far.
  package func runLastChance(_ call: Call) -> Result {
    run(call, NL_TIME_WILL_EXPIRE, NL_WITH_CONTENT, graceLimits)
  }

  /// Goes on with a handler whose answer from the host is there.
  package func resume(_ call: Call) -> Result {
    var returned = NL_RETURNED_NOTHING
    return result(nl_call_continue(call.pointer, limits, &returned), returned, call)
  }

  private func run(
    _ call: Call, _ handler: nl_handler, _ arguments: nl_arguments, _ limits: nl_limits
  ) -> Result {
    var returned = NL_RETURNED_NOTHING
    return result(nl_call_run(call.pointer, handler, arguments, limits, &returned), returned, call)
  }

  @inline(__always)
  private func result(_ status: nl_status, _ returned: nl_returned, _ call: Call) -> Result {
    switch status {
    case NL_OK:
      switch returned {
      case NL_RETURNED_NOTHING: return .kept
      case NL_RETURNED_MORE: return .keptWithMore
      case NL_RETURNED_DROP: return .dropped
      case NL_RETURNED_TEXT: return .text(call.interpreter.message)
      default: return .invalid(call.interpreter.message)
      }
    case NL_SUSPENDED: return .suspended
    default:
      // Whatever the fault left behind goes with the last notification that waits in there.
      if interpreter === call.interpreter { interpreter = nil }
      return .fault(explained(call.interpreter.fault(status)))
    }
  }

  /// Ends the call, so that the next notification can have it.
  package func end(_ call: Call) {
    nl_call_end(call.pointer)
    context.pointee.emptyScratch()
  }

  /// Returns a Boolean value that indicates whether so little memory is left that a further notification
  /// should not begin while this one waits.
  package func isCrowded(_ call: Call) -> Bool { call.interpreter.memory > definition.limits.memory / 4 }

  /// The most memory in use since this was last asked.
  package func takePeakMemory(_ call: Call?) -> Int {
    (call?.interpreter ?? interpreter)?.takePeakMemory() ?? 0
  }
}
