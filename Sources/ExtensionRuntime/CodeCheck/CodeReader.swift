import LuaSandbox
import NotificationModel

/// Follows the code of a plugin's functions without running it, and notes what its names stand for.
///
/// A register's value is known where all ways to an instruction leave the same there, and a local variable's where
/// nothing assigns to it again. Nothing is said of what is not known.
struct CodeReader {
  /// What one pass over the files finds, and the next one must know.
  struct Plugin {
    /// The globals that it sets.
    var globals: Set<String> = []
    var isContentExtension = false
    /// The functions of `t`, where it is a file of tests.
    var testerMembers: Set<String> = []
  }

  let names: SandboxNames
  /// What an earlier pass found.
  let plugin: Plugin
  private(set) var found = Plugin()
  /// Says why a pattern is none.
  var patternProblem: (String) -> String? = { _ in nil }
  /// What was found so far; nil in the place of what was taken back.
  private(set) var findings: [CodeFinding?] = []

  private var path = ""
  private var closures: [Closure] = []
  private var queues = Queues()

  /// A function that is yet to be read, and what is known of it.
  private struct Closure {
    var function: CompiledFunction
    var upvalues: [CodeValue]
    var scope: Scope
    /// The handler that it is.
    var handler: String?
    var isTest = false
    /// A Boolean value that indicates whether it runs while the plugin is loaded.
    var isLoading = false
    /// A Boolean value that indicates whether an error in it is caught.
    var isGuarded = false
    var isRead = false
    /// What it is called with.
    var arguments: [CodeValue]?
  }

  /// What is around a function.
  private struct Scope {
    /// The functions around it, and the instruction of each that makes the next one.
    var functions: [(function: CompiledFunction, at: Int)] = []
    /// The objects that variables around it are.
    var objects: Set<PluginObject> = []

    /// The variables that code can use there.
    var names: Set<String> {
      Set(functions.flatMap { one in one.function.locals.filter { $0.range.contains(one.at) }.map(\.name) })
    }

    /// Returns the line by which a variable of a name begins that is declared further down.
    func lineOfLater(_ name: String) -> Int? {
      for (function, at) in functions.reversed() {
        if function.locals.contains(where: { $0.name == name && $0.range.contains(at) }) { return nil }
        if let later = function.locals.first(where: { $0.name == name && $0.range.lowerBound > at }) {
          return function.lines[min(later.range.lowerBound, function.lines.count - 1)]
        }
      }
      return nil
    }
  }

  /// The function that is read.
  private struct Frame {
    let function: CompiledFunction
    let upvalues: [CodeValue]
    var scope: Scope
    let isChunk: Bool
    let isLoading: Bool
    let isGuarded: Bool
    /// The handler of a service extension that this is.
    let handler: String?
    /// The local variables that something assigns to again.
    var reassigned: Set<Int> = []
    /// What is in the registers, without those of local variables; nil where nothing leads here.
    var registers: [Int: CodeValue]? = [:]
    /// The same where jumps lead to.
    var pending: [Int: [Int: CodeValue]] = [:]
    /// The local variables that are there, by register.
    var locals: [Int: (name: String, end: Int, value: CodeValue)] = [:]
    var at = 0

    var line: Int { function.lines[at] }

    func value(_ register: Int) -> CodeValue {
      locals[register]?.value ?? registers?[register] ?? .unknown
    }

    func constant(_ index: Int) -> CodeValue {
      function.constants.indices.contains(index) ? .constant(function.constants[index]) : .unknown
    }

    /// A value that is in a register, or where `isConstant` is set among the constants.
    func operand(_ index: Int, _ isConstant: Bool) -> CodeValue {
      isConstant ? constant(index) : value(index)
    }

    func upvalue(_ index: Int) -> CodeValue { upvalues.indices.contains(index) ? upvalues[index] : .unknown }

    mutating func set(_ register: Int, _ value: CodeValue) {
      if value == .unknown { registers?[register] = nil } else { registers?[register] = value }
    }

    /// Notes that a jump leads from here to another instruction.
    mutating func branch(to target: Int) {
      guard let registers, target > at else { return }
      pending[target] = pending[target].map { Self.merged($0, registers) } ?? registers
    }

    static func merged(_ one: [Int: CodeValue], _ other: [Int: CodeValue]) -> [Int: CodeValue] {
      one.filter { other[$0.key] == $0.value }
    }
  }

  init(names: SandboxNames, plugin: Plugin) {
    self.names = names
    self.plugin = plugin
  }

  // MARK: Functions

  /// Reads a file.
  mutating func read(_ chunk: CompiledFunction, path: String) {
    self.path = path
    closures = []
    queues = Queues()
    read(
      Frame(
        function: chunk, upvalues: [.environment], scope: Scope(), isChunk: true, isLoading: true,
        isGuarded: false, handler: nil), parameters: [])
    // What runs while the plugin is loaded says what else does; handlers say what others are called with.
    while let next = queues.next() {
      if closures[next].isRead { continue }
      closures[next].isRead = true
      read(closures[next])
    }
  }

  /// Functions that are yet to be read, by what must be known before others are.
  private struct Queues {
    var loading: [Int] = []
    var handlers: [Int] = []
    /// All of them, from the one that is next.
    var others: Range<Int> = 0..<0

    mutating func next() -> Int? {
      if let next = loading.popLast() ?? handlers.popLast() { return next }
      return others.popFirst()
    }
  }

  private mutating func read(_ closure: Closure) {
    let parameters = parameters(of: closure)
    let isService = closure.handler != nil && !plugin.isContentExtension
    read(
      Frame(
        function: closure.function, upvalues: closure.upvalues, scope: closure.scope, isChunk: false,
        isLoading: closure.isLoading, isGuarded: closure.isGuarded, handler: isService ? closure.handler : nil
      ),
      parameters: parameters)
  }

  /// What a function's parameters are, and a finding where their names say something else.
  private mutating func parameters(of closure: Closure) -> [CodeValue] {
    let names = closure.function.locals.prefix(closure.function.parameterCount).map(\.name)
    if closure.isTest { return [.object(.tester)] }
    guard let handler = closure.handler else {
      // A helper whose parameter is named for what it is called with.
      return zip(names, closure.arguments ?? []).map { name, value in
        if case .object(let object) = value, object.rawValue == name { return value }
        return .unknown
      }
    }
    let objects = PluginObject.parameters(of: handler, isContentExtension: plugin.isContentExtension)
    let wanted = objects.map(\.rawValue).joined(separator: ", ")
    for (name, object) in zip(names, objects)
    where name != object.rawValue && (name == "self" || PluginObject(rawValue: name) != nil) {
      let problem =
        name == "self"
        ? "\(handler) is written with a colon, so that its first parameter is self"
        : "the parameters of \(handler) are \(wanted), and '\(name)' stands in the place of '\(object.rawValue)'"
      note(
        closure.function.firstLine, handler, problem, "write function plugin.\(handler)(\(wanted))")
      return []
    }
    return objects.map { .object($0) }
  }

  private mutating func read(_ start: Frame, parameters: [CodeValue]) {
    var frame = start
    frame.reassigned = Self.reassigned(frame.function)
    for (register, value) in parameters.enumerated() { frame.set(register, value) }
    let heads = Self.loopHeads(frame.function)
    let starts = Dictionary(grouping: frame.function.locals.indices) {
      frame.function.locals[$0].range.lowerBound
    }
    let ends = Set(frame.function.locals.map(\.range.upperBound))
    for at in frame.function.instructions.indices {
      frame.at = at
      if let pending = frame.pending.removeValue(forKey: at) {
        frame.registers = frame.registers.map { Frame.merged($0, pending) } ?? pending
      }
      if heads.contains(at) { frame.registers = [:] }
      if ends.contains(at) { frame.locals = frame.locals.filter { $0.value.end > at } }
      for index in starts[at] ?? [] {
        let local = frame.function.locals[index]
        let value =
          frame.reassigned.contains(index) ? .unknown : frame.registers?[local.register] ?? .unknown
        frame.locals[local.register] = (local.name, local.range.upperBound, value)
      }
      if frame.registers != nil { step(&frame) }
    }
  }

  /// Where loops begin: what jumps lead back to.
  private static func loopHeads(_ function: CompiledFunction) -> Set<Int> {
    var heads: Set<Int> = []
    for (at, instruction) in function.instructions.enumerated() {
      switch instruction.operation {
      case .jump where instruction.jump < 0: heads.insert(at + 1 + instruction.jump)
      case .forLoop, .genericForLoop: heads.insert(at + 1 - instruction.bx)
      default: break
      }
    }
    return heads
  }

  /// The local variables of a function that something assigns to, in it or in a function inside.
  private static func reassigned(_ function: CompiledFunction) -> Set<Int> {
    let starts = Dictionary(grouping: function.locals.indices) { function.locals[$0].range.lowerBound }
    // The variable that is in a register, or was the last one there.
    var present: [Int: Int] = [:]
    var found: Set<Int> = []
    func note(_ register: Int, _ at: Int) {
      if let index = present[register], function.locals[index].range.contains(at) { found.insert(index) }
    }
    for (at, instruction) in function.instructions.enumerated() {
      for index in starts[at] ?? [] { present[function.locals[index].register] = index }
      for register in instruction.written where register < LuaInstruction.registerLimit { note(register, at) }
      guard instruction.operation == .closure, function.functions.indices.contains(instruction.bx) else {
        continue
      }
      let inner = function.functions[instruction.bx]
      for upvalue in assignedUpvalues(inner)
      where inner.upvalues.indices.contains(upvalue) && inner.upvalues[upvalue].isLocal {
        let register = inner.upvalues[upvalue].index
        // `local function` begins behind the instruction that makes it.
        if let own = starts[at + 1]?.first(where: { function.locals[$0].register == register }) {
          found.insert(own)
        } else {
          note(register, at)
        }
      }
    }
    return found
  }

  /// The upvalues of a function that it or a function inside of it assigns to.
  private static func assignedUpvalues(_ function: CompiledFunction) -> Set<Int> {
    var found = Set(function.instructions.filter { $0.operation == .setUpvalue }.map(\.b))
    for inner in function.functions {
      for upvalue in assignedUpvalues(inner)
      where inner.upvalues.indices.contains(upvalue) && !inner.upvalues[upvalue].isLocal {
        found.insert(inner.upvalues[upvalue].index)
      }
    }
    return found
  }

  // MARK: Instructions

  private mutating func step(_ frame: inout Frame) {
    let instruction = frame.function.instructions[frame.at]
    let (a, b, c, k) = (instruction.a, instruction.b, instruction.c, instruction.k)
    switch instruction.operation {
    case .move: frame.set(a, frame.value(b))
    case .loadConstant: frame.set(a, frame.constant(instruction.bx))
    case .loadInteger: frame.set(a, .constant(.integer(Int64(instruction.signedBx))))
    case .loadFloat: frame.set(a, .constant(.number(Double(instruction.signedBx))))
    case .loadTrue: frame.set(a, .constant(.boolean(true)))
    case .loadFalse: frame.set(a, .constant(.boolean(false)))
    case .loadNil: for register in instruction.written { frame.set(register, .constant(.nil)) }
    case .newTable: frame.set(a, .newTable)
    case .getUpvalue: frame.set(a, frame.upvalue(b))
    case .getUpvalueField: frame.set(a, member(of: frame.upvalue(b), frame.constant(c), &frame))
    case .getField: frame.set(a, member(of: frame.value(b), frame.constant(c), &frame))
    case .getTable: frame.set(a, member(of: frame.value(b), frame.value(c), &frame))
    case .setUpvalueField: setMember(of: frame.upvalue(a), frame.constant(b), frame.operand(c, k), &frame)
    case .setField: setMember(of: frame.value(a), frame.constant(b), frame.operand(c, k), &frame)
    case .setTable: setMember(of: frame.value(a), frame.value(b), frame.operand(c, k), &frame)
    case .method: readMethod(frame.value(b), frame.operand(c, k), a, &frame)
    case .closure: frame.set(a, makeClosure(instruction, frame))
    case .call, .tailCall: readCall(instruction, &frame)
    case .return where b > 0, .returnOne, .returnNothing:
      checkResults(instruction, frame)
      frame.registers = nil
    case .return: frame.registers = nil
    default: readFlow(instruction, &frame)
    }
  }

  private mutating func readFlow(_ instruction: LuaInstruction, _ frame: inout Frame) {
    let a = instruction.a
    switch instruction.operation {
    case .jump:
      frame.branch(to: frame.at + 1 + instruction.jump)
      frame.registers = nil
    case .loadFalseSkip:
      frame.set(a, .unknown)
      frame.branch(to: frame.at + 2)
      frame.registers = nil
    case .test:
      let value = frame.value(a)
      takeBackIfKnown(value)
      choose(value.isTrue.map { $0 == instruction.k }, &frame)
    case .testSet:
      let value = frame.value(instruction.b)
      takeBackIfKnown(value)
      frame.branch(to: frame.at + 2)
      if value.isTrue == !instruction.k { frame.registers = nil } else { frame.set(a, value) }
    case .equalConstant: compare(instruction, &frame)
    case .equal, .less, .lessOrEqual, .equalInteger, .lessInteger, .lessOrEqualInteger, .greaterInteger,
      .greaterOrEqualInteger:
      frame.branch(to: frame.at + 2)
    case .forPrepare:
      for register in instruction.written { frame.set(register, .unknown) }
      frame.branch(to: frame.at + 2 + instruction.bx)
    case .genericForPrepare:
      frame.branch(to: frame.at + 1 + instruction.bx)
      frame.registers = nil
    default:
      for register in instruction.written.prefix(LuaInstruction.registerLimit) {
        frame.set(register, .unknown)
      }
    }
  }

  /// Goes on behind a test: with the next instruction where it holds, else with the one behind.
  private func choose(_ holds: Bool?, _ frame: inout Frame) {
    if holds != true { frame.branch(to: frame.at + 2) }
    if holds == false { frame.registers = nil }
  }

  private mutating func compare(_ instruction: LuaInstruction, _ frame: inout Frame) {
    let value = frame.value(instruction.a)
    let constant = frame.constant(instruction.b)
    guard constant != .constant(.nil) else {
      takeBackIfKnown(value)
      let isNil: Bool? =
        switch value {
        case .missing: true
        case .known, .object, .closure, .environment, .globals, .newTable: false
        default: nil
        }
      choose(isNil.map { $0 == instruction.k }, &frame)
      return
    }
    if let text = constant.text { checkComparison(value, text, frame) }
    frame.branch(to: frame.at + 2)
  }

  /// A name of another version of Lua's may be asked for: `if unpack then`.
  private mutating func takeBackIfKnown(_ value: CodeValue) {
    guard case .missing(let name, let event) = value, ForeignNames.isOfLua(name) else { return }
    findings[event] = nil
  }

  private mutating func makeClosure(_ instruction: LuaInstruction, _ frame: Frame) -> CodeValue {
    guard frame.function.functions.indices.contains(instruction.bx) else { return .unknown }
    let inner = frame.function.functions[instruction.bx]
    let upvalues = inner.upvalues.map { upvalue -> CodeValue in
      guard upvalue.isLocal else { return frame.upvalue(upvalue.index) }
      // `local function` is in the register that it is about to get.
      return upvalue.index == instruction.a ? .unknown : frame.value(upvalue.index)
    }
    let scope = scope(frame)
    closures.append(
      Closure(
        function: inner, upvalues: upvalues, scope: scope, isLoading: frame.isLoading && !frame.isChunk,
        isGuarded: frame.isGuarded))
    queues.others = queues.others.lowerBound..<closures.count
    if frame.isLoading && !frame.isChunk { queues.loading.append(closures.count - 1) }
    return .closure(closures.count - 1)
  }

  /// What is around a function that is made here.
  private func scope(_ frame: Frame) -> Scope {
    var scope = frame.scope
    scope.functions.append((frame.function, frame.at))
    for local in frame.locals.values {
      if case .object(let object) = local.value { scope.objects.insert(object) }
    }
    return scope
  }

  // MARK: Names

  private mutating func note(_ line: Int, _ name: String, _ problem: String, _ advice: String = "") {
    findings.append(CodeFinding(path: path, line: line, name: name, problem: problem, advice: advice))
  }

  private mutating func member(of value: CodeValue, _ key: CodeValue, _ frame: inout Frame) -> CodeValue {
    guard let name = key.text else { return .unknown }
    switch value {
    case .environment: return global(name, frame)
    case .globals: return names.kind(of: name) != nil ? .known(name) : .unknown
    case .known(let table): return member(of: table, name, frame)
    case .missing(let table, let event):
      // There may be more to say: 'io.write' is another matter than 'io'.
      let whole = "\(table).\(name)"
      if ForeignNames.has(whole), let advice = ForeignNames.advice(for: whole), findings[event] != nil {
        findings[event]?.name = whole
        findings[event]?.advice = advice
      }
      return .unknown
    case .object(let object): return property(of: object, name, frame)
    default: return .unknown
    }
  }

  private mutating func global(_ name: String, _ frame: Frame) -> CodeValue {
    if name == "_G" { return .globals }
    if names.kind(of: name) != nil { return .known(name) }
    if plugin.globals.contains(name) { return .global(name) }
    // More are not told.
    guard findings.count < 2 * CodeFinding.limit else { return .unknown }
    note(frame.line, name, "'\(name.prefix(100))' is not defined", adviceForUndefined(name, frame))
    return .missing(name, event: findings.count - 1)
  }

  private mutating func member(of table: String, _ name: String, _ frame: Frame) -> CodeValue {
    let whole = "\(table).\(name)"
    if names.kind(of: whole) != nil { return .known(whole) }
    switch names.kind(of: table) {
    case .function?:
      note(
        frame.line, whole, "'\(table)' is a function and has no '\(name.prefix(100))'",
        ForeignNames.advice(for: whole) ?? "call it")
      return .unknown
    case .table?:
      let known = names.members(of: table)
      let advice =
        ForeignNames.advice(for: whole) ?? ForeignNames.advice(forMethod: name, of: table)
        ?? Suggestion.nearest(to: name, among: known).map { "did you mean '\(table).\($0)'?" }
        ?? "known are \(known.joined(separator: ", "))"
      note(frame.line, whole, "there is no '\(whole.prefix(100))'", advice)
      return .missing(whole, event: findings.count - 1)
    default: return .unknown
    }
  }

  private mutating func property(of object: PluginObject, _ name: String, _ frame: Frame) -> CodeValue {
    let members = object == .tester ? Array(plugin.testerMembers) : object.members
    guard members.isEmpty || members.contains(name) else {
      let known = members.sorted()
      let advice =
        object == .tester
        ? object.advice(forUnknown: name)
          ?? Suggestion.nearest(to: name, among: known).map { "did you mean 't.\($0)'?" }
          ?? "known are \(known.joined(separator: ", "))"
        : object.advice(forUnknown: name) ?? ""
      let what = object == .view || object == .tester ? "function" : "property"
      note(
        frame.line, "\(object.rawValue).\(name)", "\(object.rawValue) has no \(what) '\(name.prefix(100))'",
        advice)
      return .unknown
    }
    switch (object, name) {
    case (.request, "content"): return .object(.content)
    case (.notification, "request"): return .object(.request)
    case (.response, "notification"): return .object(.notification)
    case (.view, _): return .known("view.\(name)")
    case (.tester, _): return .unknown
    default: return .property(object, name)
    }
  }

  private func adviceForUndefined(_ name: String, _ frame: Frame) -> String {
    let scope = scope(frame)
    // `local x = x` is another matter.
    if let line = scope.lineOfLater(name), line > frame.line {
      return "the local variable of that name begins further down, by line \(line); move it above its use"
    }
    if let advice = ForeignNames.advice(for: name) { return advice }
    for object in scope.objects.sorted(by: { $0.rawValue < $1.rawValue }) {
      if object.members.contains(name) { return "did you mean '\(object.rawValue).\(name)'?" }
    }
    // Of short names each is near to another.
    if name.count > 2 {
      let variables = scope.names.union(plugin.globals).union(names.members(of: nil)).sorted()
      if let near = Suggestion.nearest(to: name, among: variables) { return "did you mean '\(near)'?" }
      for object in scope.objects.sorted(by: { $0.rawValue < $1.rawValue }) {
        if let near = Suggestion.nearest(to: name, among: object.members) {
          return "did you mean '\(object.rawValue).\(near)'?"
        }
      }
    }
    return "give it a value first, with 'local \(name.prefix(100)) = …'"
  }

  // MARK: Assignments

  private mutating func setMember(
    of target: CodeValue, _ key: CodeValue, _ value: CodeValue, _ frame: inout Frame
  ) {
    guard let name = key.text else { return }
    switch target {
    case .environment, .globals: setGlobal(name, value, frame)
    case .known(let table) where names.kind(of: table) == .table && !frame.isLoading:
      note(
        frame.line, "\(table).\(name)",
        "'\(table).\(name.prefix(100))' cannot be set, since '\(table)' cannot be changed",
        "keep what is yours in a local variable")
    case .object(.content): assign(name, value, frame)
    case .object(let object) where object != .tester:
      note(
        frame.line, "\(object.rawValue).\(name)", "\(object.rawValue) is read only",
        plugin.isContentExtension ? "build the view instead" : "change content instead")
    default:
      guard frame.isChunk else { return }
      if name == "kind", value.text == "content" { found.isContentExtension = true }
      guard case .closure(let closure) = value else { return }
      if PluginManifest.serviceHandlers.contains(name) || PluginManifest.contentHandlers.contains(name) {
        closures[closure].handler = name
        queues.handlers.append(closure)
      }
      let instruction = frame.function.instructions[frame.at]
      if frame.locals[instruction.a]?.name == PluginObject.tester.rawValue {
        found.testerMembers.insert(name)
      }
    }
  }

  private mutating func setGlobal(_ name: String, _ value: CodeValue, _ frame: Frame) {
    found.globals.insert(name)
    guard !frame.isLoading else { return }
    if names.kind(of: name) != nil {
      note(frame.line, name, "'\(name)' cannot be changed", "keep what is yours in a local variable")
    } else {
      note(
        frame.line, name,
        "'\(name.prefix(100))' is a global, and none can be set while a notification is processed",
        "write 'local \(name.prefix(100)) = …'")
    }
  }

  /// Tries what is assigned, where it is known, as the handler would.
  private mutating func assign(_ name: String, _ value: CodeValue, _ frame: Frame) {
    guard let property = ContentProperty.all.first(where: { $0.name.description == name }) else {
      _ = self.property(of: .content, name, frame)
      return
    }
    if plugin.isContentExtension {
      note(frame.line, "content.\(name)", "the content is read only in a content extension", "build the view")
      return
    }
    guard case .constant(let constant) = value,
      let problem = Self.problem(property, constant, #"{"aps":{"alert":{}}}"#),
      // The push of a Live Activity takes more.
      Self.problem(
        property, constant,
        #"{"payload":{"aps":{"alert":{}}},"headers":{"apns-push-type":"liveactivity"}}"#) != nil
    else { return }
    note(frame.line, "content.\(name)", problem)
  }

  /// Returns what is wrong with a value of a property in a line; nil where it can be assigned.
  private static func problem(
    _ property: ContentProperty, _ constant: CompiledFunction.Constant, _ text: String
  ) -> String? {
    if case .attachments = property.place { return nil }
    var document = JSONDocument()
    guard (try? document.parse(text)) != nil, let line = try? NotificationLine(document)
    else {
      return nil
    }
    func attempt(_ value: AssignedValue) -> String? {
      do throws(AssignmentError) {
        try document.write(property, value, to: line)
        return nil
      } catch {
        return error.message
      }
    }
    switch constant {
    case .nil: return nil
    case .boolean(let flag): return attempt(.boolean(flag))
    case .integer(let number): return attempt(.integer(number))
    case .number(let number): return attempt(.double(number))
    case .text(let text): return Array(text.utf8).withUnsafeBytes { attempt(.string($0)) }
    }
  }

  // MARK: Calls

  private mutating func readMethod(_ value: CodeValue, _ key: CodeValue, _ a: Int, _ frame: inout Frame) {
    frame.set(a, .unknown)
    frame.set(a + 1, value)
    guard let name = key.text else { return }
    switch value {
    case .known(let table) where names.kind(of: table) == .table:
      let whole = "\(table).\(name)"
      guard names.kind(of: whole) != nil else {
        _ = member(of: table, name, frame)
        return
      }
      note(
        frame.line, whole, "'\(table):\(name)' passes '\(table)' itself as the first argument",
        "write \(whole)(…) with a dot")
    case .object(.view) where PluginObject.view.members.contains(name):
      note(
        frame.line, "view.\(name)", "'view:\(name)' passes 'view' itself as the first argument",
        "write view.\(name)(…) with a dot")
    case .object(let object) where object != .tester: _ = property(of: object, name, frame)
    case let value where value.isText:
      let whole = "string.\(name)"
      guard names.kind(of: whole) != nil else {
        let known = names.members(of: "string")
        note(
          frame.line, name, "a string has no method '\(name.prefix(100))'",
          ForeignNames.advice(forMethod: name)
            ?? Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
            ?? "known are \(known.joined(separator: ", "))")
        return
      }
      frame.set(a, .known(whole))
    default: break
    }
  }

  private mutating func readCall(_ instruction: LuaInstruction, _ frame: inout Frame) {
    let (a, b, c) = (instruction.a, instruction.b, instruction.c)
    let called = frame.value(a)
    let arguments = b == 0 ? nil : (1..<max(b, 1)).map { frame.value(a + $0) }
    var result = CodeValue.unknown
    switch called {
    case .known(let name):
      if names.kind(of: name) == .table {
        let functions = names.members(of: name).prefix(4).map { "\(name).\($0)" }
        note(
          frame.line, name, "'\(name)' is a table of functions and cannot be called",
          "call one of them: \(functions.joined(separator: ", "))")
      } else {
        let isUnused = instruction.operation == .call && c == 1
        checkCall(name, arguments, isUnused: isUnused, frame)
        result = .result(name)
      }
    case .closure(let closure): noteCall(closure, arguments ?? [], frame)
    case .global("test") where !plugin.testerMembers.isEmpty:
      if case .closure(let test)? = arguments?.last { closures[test].isTest = true }
    default: break
    }
    for register in Array(frame.registers?.keys ?? [:].keys) where register >= a {
      frame.set(register, .unknown)
    }
    if c == 2, instruction.operation == .call { frame.set(a, result) }
  }

  private mutating func noteCall(_ closure: Int, _ arguments: [CodeValue], _ frame: Frame) {
    if frame.isLoading, !closures[closure].isLoading {
      closures[closure].isLoading = true
      queues.loading.append(closure)
    }
    guard let known = closures[closure].arguments else {
      closures[closure].arguments = arguments
      return
    }
    closures[closure].arguments = zip(known, arguments).map { $0 == $1 ? $0 : .unknown }
  }

  private mutating func checkCall(_ name: String, _ arguments: [CodeValue]?, isUnused: Bool, _ frame: Frame) {
    if name == "pcall", case .closure(let closure)? = arguments?.first {
      closures[closure].isGuarded = true
      noteCall(closure, Array((arguments ?? []).dropFirst()), frame)
    }
    if ["pairs", "ipairs", "next"].contains(name), case .object(let object)? = arguments?.first,
      object != .tester
    {
      note(
        frame.line, name, "\(name) does not go through \(object.rawValue)",
        object == .content ? "content.user_info has the payload" : "name the properties that you need")
    }
    if let function = HostFunction.all.first(where: { $0.luaName == name }), let arguments {
      let required = function.parameters.filter { !$0.type.hasSuffix("?") && $0.name != "..." }
      if arguments.count < required.count {
        let missing = required[arguments.count].name
        note(
          frame.line, name, "\(name) is called without its argument '\(missing)'",
          "'notilua manual' describes it")
      }
    }
    checkPattern(name, arguments ?? [], frame)
    guard isUnused, !frame.isGuarded else { return }
    if name == "notilua.drop" {
      note(
        frame.line, name, "the result of notilua.drop is not returned, so that nothing is dropped",
        "write 'return notilua.drop(…)'")
    } else if Self.isPure(name, arguments) {
      note(
        frame.line, name, "the result of \(name) is not used, and the call changes nothing",
        "assign it, as in 'local result = \(name)(…)'")
    }
  }

  private static let patternFunctions = ["string.find", "string.match", "string.gmatch", "string.gsub"]

  private mutating func checkPattern(_ name: String, _ arguments: [CodeValue], _ frame: Frame) {
    guard Self.patternFunctions.contains(name), arguments.count > 1, !frame.isGuarded,
      // With a fourth argument `find` may look for plain text.
      name != "string.find" || arguments.count < 4,
      let pattern = arguments[1].text, pattern.utf8.count <= 1 << 10,
      // Bytes that are no UTF-8 are not known here.
      !pattern.unicodeScalars.contains("\u{FFFD}"), let problem = patternProblem(pattern)
    else { return }
    note(frame.line, name, problem)
  }

  /// Returns whether a call of a function of the sandbox has no effect but its result.
  private static func isPure(_ name: String, _ arguments: [CodeValue]?) -> Bool {
    if name == "string.gsub" {
      // A function that is called for each match may do something.
      return (arguments?.dropFirst(2).first?.text) != nil
    }
    if let function = HostFunction.all.first(where: { $0.luaName == name }) {
      return !function.returns.isEmpty && function.capability == nil && !name.hasPrefix("view.")
        && !["notilua.withdraw", "notilua.localize_alert", "notilua.json.decode"].contains(name)
    }
    if name == "math.random" { return false }
    return ["string.", "math.", "utf8.", "os."].contains { name.hasPrefix($0) }
      || ["table.concat", "table.unpack", "table.pack", "tostring", "tonumber", "type", "select"].contains(
        name)
  }

  // MARK: Results and comparisons

  private mutating func checkResults(_ instruction: LuaInstruction, _ frame: Frame) {
    guard let handler = frame.handler else { return }
    let count =
      switch instruction.operation {
      case .returnNothing: 0
      case .returnOne: 1
      default: instruction.b - 1
      }
    guard count > 0 else { return }
    let first = frame.value(instruction.a)
    let type: String? =
      switch first {
      case .constant(.boolean): "a boolean"
      case .constant(.integer), .constant(.number): "a number"
      case .constant(.text): "a string"
      case .newTable: "a table"
      case .object(.request): "the request"
      default: nil
      }
    if let type {
      note(
        frame.line, handler, "\(handler) returns \(type)", "return nothing, content or notilua.drop(reason)")
    } else if count > 1, first != .result("notilua.drop") {
      note(
        frame.line, handler, "\(handler) returns more than one value, and only the first counts",
        "to drop the notification, write 'return notilua.drop(…)'")
    }
  }

  private static let types: Set<String> = [
    "nil", "boolean", "number", "string", "table", "function", "userdata", "thread", "null",
  ]

  private mutating func checkComparison(_ value: CodeValue, _ text: String, _ frame: Frame) {
    switch value {
    case .result("type") where !Self.types.contains(text):
      let advice =
        ["integer", "int", "float"].contains(text)
        ? "write math.type(value) == \"\(text == "float" ? "float" : "integer")\""
        : Suggestion.nearest(to: text, among: Self.types.sorted()).map { "did you mean \"\($0)\"?" }
          ?? "known are \(Self.types.sorted().joined(separator: ", "))"
      note(frame.line, "type", "type never returns \"\(text.prefix(40))\"", advice)
    case .property(.request, let name) where ["priority", "expiration", "received_at"].contains(name):
      note(
        frame.line, "request.\(name)", "request.\(name) is a number and never equals a string",
        Double(text) == nil ? "compare it with a number" : "write \(text) without quotes")
    default: break
    }
  }
}
