import LuaSandbox
import NotificationModel
import WorkerProtocol

/// Calls, their arguments and their results.
extension CodeReader {
  mutating func readMethod(_ value: CodeValue, _ key: CodeValue, _ a: Int, _ frame: inout Frame) {
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
    case .known(let function) where names.kind(of: function) == .function:
      _ = member(of: function, name, frame)
    case .object(.view) where PluginObject.view.members(names.interface).contains(name):
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

  mutating func readCall(_ instruction: LuaInstruction, _ frame: inout Frame) {
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
        if name == "type", let argument = arguments?.first { result = typeResult(argument) }
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

  /// Returns the result of `type`; a name of another version of Lua's may be asked for: `type(jit) ==
  /// "table"`.
  private mutating func typeResult(_ argument: CodeValue) -> CodeValue {
    guard case .missing = argument else { return .result("type") }
    takeBackIfKnown(argument)
    return .constant(.text("nil"))
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
    if let function = names.function(name), let arguments {
      let required = function.parameters.filter { !$0.type.hasSuffix("?") && $0.name != "..." }
      if arguments.count < required.count {
        let missing = required[arguments.count].name
        note(
          frame.line, name, "\(name) is called without its argument '\(missing)'",
          "'notilua manual' describes it")
      }
    }
    if name == "view.progress", let mistake = arguments?.first?.number.flatMap({ MistakenPercentage($0) }) {
      note(frame.line, name, "the share is more than 1 and counts as 1", mistake.advice)
    }
    checkPattern(name, arguments ?? [], frame)
    guard isUnused, !frame.isGuarded else { return }
    if name == "notilua.drop" {
      note(
        frame.line, name, "the result of notilua.drop is not returned, so that nothing is dropped",
        "write 'return notilua.drop(…)'")
    } else if isPure(name, arguments) {
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
  private func isPure(_ name: String, _ arguments: [CodeValue]?) -> Bool {
    if name == "string.gsub" {
      // A function that is called for each match may do something.
      return (arguments?.dropFirst(2).first?.text) != nil
    }
    if let function = names.function(name) {
      return !function.returns.isEmpty && function.capability == nil && !name.hasPrefix("view.")
        && !["notilua.withdraw", "notilua.localize_alert", "notilua.json.decode"].contains(name)
    }
    if name == "math.random" { return false }
    return ["string.", "math.", "utf8.", "os."].contains { name.hasPrefix($0) }
      || ["table.concat", "table.unpack", "table.pack", "tostring", "tonumber", "type", "select"].contains(
        name)
  }

  // MARK: Results and comparisons

  mutating func checkResults(_ instruction: LuaInstruction, _ frame: Frame) {
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

  mutating func checkComparison(_ value: CodeValue, _ text: String, _ frame: Frame) {
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
