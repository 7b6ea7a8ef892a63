import LuaSandbox
import NotificationModel
import WorkerProtocol

/// Follows the code of a plugin's functions without running it, and notes what its names stand for.
///
/// A register's value is known where all ways to an instruction leave the same there, and a local variable's where
/// nothing assigns to it again. Nothing is said of what is not known.
struct CodeReader {
  /// The findings of one pass over the files that the next one must know.
  struct Plugin {
    /// The globals that it sets.
    var globals: Set<String> = []
    var isContentExtension = false
    /// The functions of `t`, where it is a file of tests.
    var testerMembers: Set<String> = []
  }

  let names: SandboxNames
  /// The findings of an earlier pass.
  let plugin: Plugin
  var found = Plugin()
  /// Says why a pattern is none.
  var patternProblem: (String) -> String? = { _ in nil }
  /// The findings so far; nil in the place of one that was taken back.
  var findings: [CodeFinding?] = []

  var path = ""
  var closures: [Closure] = []
  var queues = Queues()

  /// A function that is yet to be read, and what is known of it.
  struct Closure {
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
    /// The arguments that it is called with.
    var arguments: [CodeValue]?
  }

  /// The surroundings of a function.
  struct Scope {
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
  struct Frame {
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
    /// The values in the registers, without those of local variables; nil where nothing leads here.
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
  struct Queues {
    var loading: [Int] = []
    var handlers: [Int] = []
    /// All of them, from the one that is next.
    var others: Range<Int> = 0..<0

    mutating func next() -> Int? {
      if let next = loading.popLast() ?? handlers.popLast() { return next }
      return others.popFirst()
    }
  }

  mutating func read(_ closure: Closure) {
    let parameters = parameters(of: closure)
    let isService = closure.handler != nil && !plugin.isContentExtension
    read(
      Frame(
        function: closure.function, upvalues: closure.upvalues, scope: closure.scope, isChunk: false,
        isLoading: closure.isLoading, isGuarded: closure.isGuarded, handler: isService ? closure.handler : nil
      ),
      parameters: parameters)
  }

  /// Returns the values of a function's parameters, with a finding where their names say something else.
  mutating func parameters(of closure: Closure) -> [CodeValue] {
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

  mutating func read(_ start: Frame, parameters: [CodeValue]) {
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

  /// Returns the instructions at which loops begin: those that jumps lead back to.
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

  mutating func compare(_ instruction: LuaInstruction, _ frame: inout Frame) {
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
    guard let text = constant.text else {
      frame.branch(to: frame.at + 2)
      return
    }
    checkComparison(value, text, frame)
    choose(value.text.map { ($0 == text) == instruction.k }, &frame)
  }

  /// A name of another version of Lua's may be asked for: `if unpack then`.
  mutating func takeBackIfKnown(_ value: CodeValue) {
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

  /// Returns the surroundings of a function that is made here.
  func scope(_ frame: Frame) -> Scope {
    var scope = frame.scope
    scope.functions.append((frame.function, frame.at))
    for local in frame.locals.values {
      if case .object(let object) = local.value { scope.objects.insert(object) }
    }
    return scope
  }
}
