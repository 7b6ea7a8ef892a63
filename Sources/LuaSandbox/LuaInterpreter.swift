import CLuaBoundary
import WorkerProtocol

/// The cause for which Lua stopped, from the state of the interpreter and never from the text of an error.
package struct LuaFault: Error, Equatable, Sendable {
  /// The cause of a fault.
  package enum Kind: Sendable {
    case error
    case timeout
    case memory
  }

  /// The cause, as the interpreter's state says.
  package var kind: Kind
  /// The error's message, one line of 1 kB at most, and what Lua leaves out of paths.
  package var message: String
  /// The place where it stopped and the local variables there; empty where no trace was asked for.
  package var trace = ""

  /// Creates a fault with its message.
  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}

/// One Lua state with the allowed libraries, under budgets of memory, CPU and time.
///
/// It has one owner and stays on its thread. After any fault it is to be thrown away.
package final class LuaInterpreter {
  private let interpreter: OpaquePointer
  /// The counter that the interpreter adds to.
  private let coverage: LuaCoverage?
  private var names = ChunkNames()
  /// The module sources, which the interpreter points into.
  private var modules: [(name: UnsafeMutablePointer<CChar>, source: UnsafeMutableRawBufferPointer)] = []

  /// Makes an interpreter whose callbacks get `plugin`.
  package init(
    limits: LuaLimits, conditions: LuaConditions = LuaConditions(), model: nl_model, names: LuaNames,
    plugin: UnsafeMutableRawPointer?
  ) throws(LuaFault) {
    var model = model
    coverage = conditions.coverage
    guard
      let made = nl_interpreter_create(limits.boundary, conditions.boundary, &model, names.boundary, plugin)
    else {
      throw LuaFault(.memory, "the memory limit leaves no room for an interpreter")
    }
    interpreter = made
  }

  deinit {
    nl_interpreter_destroy(interpreter)
    for module in modules {
      module.name.deallocate()
      module.source.deallocate()
    }
  }

  // MARK: Loading

  /// Makes `source` what `require(name)` finds.
  package func addModule(name: String, chunkName: String, source: [UInt8]) {
    self.names.add(chunkName)
    let names = Array(name.utf8CString) + Array("@\(chunkName)".utf8CString)
    let text = UnsafeMutablePointer<CChar>.allocate(capacity: names.count)
    text.initialize(from: names, count: names.count)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(source.count, 1), alignment: 1)
    bytes.copyBytes(from: source)
    modules.append((text, bytes))
    let start = UnsafePointer(bytes.bindMemory(to: UInt8.self).baseAddress)
    _ = nl_interpreter_add_module(
      interpreter, text, text + name.utf8.count + 1, nl_bytes(start: start, count: source.count))
  }

  /// Compiles and runs a plugin's chunk, and freezes the globals.
  package func load(chunkName: String, source: [UInt8]) throws(LuaFault) {
    names.add(chunkName)
    try check(withSource(source) { nl_interpreter_load(interpreter, "@\(chunkName)", $0) })
  }

  private func withSource(_ source: [UInt8], _ body: (nl_bytes) -> nl_status) -> nl_status {
    source.withUnsafeBufferPointer { body(nl_bytes(start: $0.baseAddress, count: $0.count)) }
  }

  /// An array of the plugin's table without its functions, and of their names, as JSON.
  package func manifest() throws(LuaFault) -> String {
    var json = nl_bytes()
    try check(nl_interpreter_manifest(interpreter, &json))
    return String(decoding: UnsafeBufferPointer(start: json.start, count: json.count), as: UTF8.self)
  }

  /// Returns what Lua compiles a chunk to, as `string.dump` writes it; nothing of it runs.
  package func code(chunkName: String, source: [UInt8]) throws(LuaFault) -> [UInt8] {
    names.add(chunkName)
    var code = nl_bytes()
    try check(withSource(source) { nl_interpreter_compile(interpreter, "@\(chunkName)", $0, &code) })
    return Array(UnsafeBufferPointer(start: code.start, count: code.count))
  }

  /// Returns the function that a chunk is compiled to; nothing of it runs.
  package func compiled(chunkName: String, source: [UInt8]) throws(LuaFault) -> CompiledFunction {
    let code = try code(chunkName: chunkName, source: source)
    do throws(CompiledFunction.Unreadable) {
      return try CompiledFunction(code: code)
    } catch {
      throw LuaFault(.error, "\(chunkName): Lua compiled it to a form that is not known here")
    }
  }

  /// Returns whether the plugin's table has a handler.
  package func has(_ handler: nl_handler) -> Bool { nl_interpreter_has(interpreter, handler) }

  // MARK: Running

  /// Prepares for one notification; nil where the memory limit leaves no room.
  package func begin(_ context: UnsafeMutableRawPointer) -> OpaquePointer? {
    nl_call_begin(interpreter, context)
  }

  /// Returns the place where a call that failed stopped, and the local variables there: lines of text.
  package static func trace(_ call: OpaquePointer) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      let count = nl_call_trace(call, start, buffer.count)
      return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
  }

  /// The message of the last failure or refused result.
  package var message: String {
    let text = nl_interpreter_message(interpreter)
    return names.text(UnsafeBufferPointer(start: text.start, count: text.count))
  }

  /// Returns the fault behind a status that is not `NL_OK`, with the last message.
  package func fault(_ status: nl_status) -> LuaFault {
    switch status {
    case NL_TIMEOUT: LuaFault(.timeout, message)
    case NL_MEMORY: LuaFault(.memory, message)
    default: LuaFault(.error, message)
    }
  }

  private func check(_ status: nl_status) throws(LuaFault) {
    if status != NL_OK { throw fault(status) }
  }

  // MARK: Memory

  /// The most bytes of Lua's heap in use since this was last read.
  package func takePeakMemory() -> Int {
    var peak = 0
    _ = nl_interpreter_memory(interpreter, true, &peak)
    return peak
  }

  /// The bytes of Lua's heap in use.
  package var memory: Int { nl_interpreter_memory(interpreter, false, nil) }

  /// Makes every allocation after `count` more fail.
  ///
  /// Nil ends that. For tests.
  package func failAllocations(after count: UInt64?) {
    nl_interpreter_fail_allocations(interpreter, count ?? .max)
  }

  /// The number of allocations since the interpreter was created.
  package var allocations: UInt64 { nl_interpreter_allocations(interpreter) }
}

/// The names that plugins use, in memory that lives as long as the process.
// Unchecked: the pointers go to memory that is written once, in the initializer, and never freed.
package struct LuaNames: @unchecked Sendable {
  /// The names as the boundary takes them.
  package let boundary: nl_names

  /// - Parameters:
  ///   - request: the properties of `request`, numbered by their place.
  ///   - content: the properties of `content`, numbered by their place.
  ///   - notification: the properties of `notification`, numbered by their place.
  ///   - response: the properties of `response`, numbered by their place.
  ///   - functions: the functions of `notilua`, numbered by their place, each with the arguments that may be tables.
  package init(
    request: [String], content: [String], notification: [String] = [], response: [String] = [],
    functions: [(name: String, tables: UInt32)]
  ) {
    func list(_ names: [(name: String, tables: UInt32)]) -> UnsafePointer<nl_name>? {
      let list = UnsafeMutablePointer<nl_name>.allocate(capacity: names.count)
      for (number, name) in names.enumerated() {
        let text = Array(name.name.utf8CString)
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
        copy.initialize(from: text, count: text.count)
        (list + number).initialize(
          to: nl_name(name: copy, number: Int32(number), json_arguments: name.tables))
      }
      return UnsafePointer(list)
    }
    boundary = nl_names(
      request: list(request.map { ($0, 0) }), request_count: Int32(request.count),
      content: list(content.map { ($0, 0) }), content_count: Int32(content.count),
      notification: list(notification.map { ($0, 0) }), notification_count: Int32(notification.count),
      response: list(response.map { ($0, 0) }), response_count: Int32(response.count),
      functions: list(functions), function_count: Int32(functions.count))
  }
}
