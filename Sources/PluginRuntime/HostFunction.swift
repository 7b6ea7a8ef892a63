import CLuaBoundary
import LosslessJSON
import NotificationModel
import WorkerProtocol

/// A function of `notilua`: what it does, the words that describe it, and examples that are run as tests.
///
/// The manual page and the definitions for editors are made from these.
package struct HostFunction: Sendable {
  /// A parameter or a result, as the manual has it.
  package typealias Parameter = FunctionDescription.Parameter
  /// An expression in Lua, and an expression that it equals.
  package typealias Example = FunctionDescription.Example

  /// The words that describe it.
  package let description: FunctionDescription
  /// The work: reads the arguments of a call and returns a result.
  package var body: @Sendable (inout HostCall) throws(HostFunctionError) -> HostResult

  /// Creates a function.
  package init(
    _ name: String, summary: String, discussion: String = "", parameters: [Parameter] = [],
    returns: [Parameter] = [], capability: String? = nil, examples: [Example] = [],
    body: @escaping @Sendable (inout HostCall) throws(HostFunctionError) -> HostResult
  ) {
    description = FunctionDescription(
      name: name, summary: summary, discussion: discussion, parameters: parameters, returns: returns,
      capability: capability, examples: examples)
    self.body = body
  }

  /// Creates a function of a description.
  init(
    _ description: FunctionDescription,
    body: @escaping @Sendable (inout HostCall) throws(HostFunctionError) -> HostResult
  ) {
    self.description = description
    self.body = body
  }

  /// The name behind `notilua.`; one that begins with `view.` is a function of the view.
  package var name: String { description.name }
  /// The parameters, in order.
  package var parameters: [Parameter] { description.parameters }
  /// The capability that the operator must grant.
  package var capability: String? { description.capability }

  /// The arguments that may be tables, which cross as JSON, a bit each.
  var tables: UInt32 {
    if parameters.first?.name == "..." { return .max }
    var mask: UInt32 = 0
    for (index, parameter) in parameters.enumerated()
    where parameter.type.hasPrefix("any") || parameter.type.contains("table") {
      mask |= 1 << index
    }
    return mask
  }

  /// The functions of version 1, in the order of the manual.
  package static let all: [HostFunction] =
    [
      .drop, .withdraw, .copy, .logDebug, .logInfo, .logWarn, .logError, .print, .jsonEncode, .jsonDecode,
      .textTruncate,
      .textLength, .textUpper, .textLower, .textNormalize, .textFold, .base64Encode, .base64Decode,
      .hexEncode, .hexDecode, .sha256,
      .hmacSHA256, .localize, .localizeAlert, .uuid, .now, .timeParse, .timeUTC, .timeToLocal, .timeFromLocal,
      .timeFormat, .cryptoOpen, .pushExtra,
    ] + views

  /// Those of version 1, and behind them those of cases that are written in Lua.
  package static let withTests = all + [.testRun]
}

/// A mistake in a call, as a clause for the plugin's author.
package struct HostFunctionError: Error {
  /// The mistake, without the place.
  package var message: String

  /// Creates an error.
  package init(_ message: String) { self.message = message }
}

/// The result of a host function.
package enum HostResult {
  case nothing
  case `nil`
  case text(String)
  case bytes([UInt8])
  case integer(Int64)
  case number(Double)
  /// The root of the scratch document.
  case scratch
  /// The value that `notilua.drop` returns.
  case drop
  /// The text that the plugin's context has, and the language that it is in.
  case localized(language: String?)
  /// `nil` and a reason.
  case failure(String)
  /// Waits for the host's answer to the notification's `request`; then the body is called again.
  case suspend
}

/// One call of a host function: its arguments, and what it may reach.
package struct HostCall: ~Copyable {
  let function: UnsafePointer<HostFunction>
  let arguments: UnsafePointer<nl_value>?
  /// The number of arguments.
  package let count: Int
  /// The context of the plugin that calls.
  package let plugin: UnsafeMutablePointer<PluginContext>
  /// The notification, or nil while the plugin is loaded.
  package let notification: UnsafeMutablePointer<NotificationState>?

  /// The function's name as plugins write it.
  var name: String { function.pointee.description.luaName }

  private func wrong(_ index: Int, _ wanted: String) -> HostFunctionError {
    let got: String
    if index < count, let argument = arguments?[index] {
      got = AssignedValue(argument).luaTypeName
    } else {
      got = "nothing"
    }
    let name = function.pointee.parameters[index].name
    return HostFunctionError(
      "bad argument #\(index + 1) '\(name)' to '\(self.name)': expected \(wanted), got \(got)"
    )
  }

  /// Returns a Boolean value that indicates whether an argument was given and is not nil.
  package func has(_ index: Int) -> Bool {
    guard index < count, let argument = arguments?[index] else { return false }
    return argument.kind != NL_NIL
  }

  /// Returns an argument that must be a string, as bytes that live until the call returns.
  package func bytes(_ index: Int) throws(HostFunctionError) -> UnsafeRawBufferPointer {
    guard index < count, let argument = arguments?[index], argument.kind == NL_STRING else {
      throw wrong(index, "a string")
    }
    return UnsafeRawBufferPointer(start: argument.bytes.start, count: argument.bytes.count)
  }

  /// Returns an argument that must be a string, as bytes of its own.
  package func array(_ index: Int) throws(HostFunctionError) -> [UInt8] { Array(try bytes(index)) }

  /// An argument as text; bytes that are not UTF-8 are an error.
  package func text(_ index: Int) throws(HostFunctionError) -> String {
    guard let text = String(validating: try bytes(index), as: UTF8.self) else {
      throw wrong(index, "valid UTF-8")
    }
    return text
  }

  /// Returns an argument that must be a number without a fraction.
  package func integer(_ index: Int) throws(HostFunctionError) -> Int {
    guard index < count, let argument = arguments?[index] else { throw wrong(index, "a whole number") }
    if argument.kind == NL_INTEGER { return Int(argument.integer) }
    guard argument.kind == NL_NUMBER, let whole = Int(exactly: argument.number) else {
      throw wrong(index, "a whole number")
    }
    return whole
  }

  /// Returns an argument that must be a number.
  package func number(_ index: Int) throws(HostFunctionError) -> Double {
    guard index < count, let argument = arguments?[index] else { throw wrong(index, "a number") }
    if argument.kind == NL_INTEGER { return Double(argument.integer) }
    guard argument.kind == NL_NUMBER else { throw wrong(index, "a number") }
    return argument.number
  }

  /// Returns an argument of any type.
  package func value(_ index: Int) throws(HostFunctionError) -> AssignedValue {
    guard index < count, let argument = arguments?[index] else { throw wrong(index, "a value") }
    return AssignedValue(argument)
  }

  /// Returns what was written as a new table.
  func table(_ writer: borrowing JSONWriter) throws(HostFunctionError) -> HostResult {
    do throws(JSONError) {
      try plugin.pointee.scratch.pointee.parse(writer.text)
      return .scratch
    } catch {
      throw HostFunctionError("\(name): \(error.cause.rawValue)")
    }
  }

  /// The arguments as people read them, with tabs between, as `print` has it.
  package func line() -> String {
    guard count == 1, let argument = arguments?[0], argument.kind == NL_STRING else { return "" }
    let text = UnsafeRawBufferPointer(start: argument.bytes.start, count: argument.bytes.count)
    return String(decoding: text.prefix(NotificationState.textLimit * 4), as: UTF8.self)
  }

  /// Has the host carry something out: asks it, and gives its answer once it has come.
  package mutating func ask(
    _ request: (inout HostCall) throws(HostFunctionError) -> CapabilityRequest
  ) throws(HostFunctionError) -> HostResult {
    let notification = try requireNotification()
    if let answer = notification.pointee.exchange.takeAnswer() {
      switch answer {
      case .bytes(let bytes): return .bytes(bytes)
      case .failure(let reason): return .failure(reason)
      }
    }
    let request = try request(&self)
    var isSuite = false
    if case .runCase = request { isSuite = true }
    let limit = CapabilityRequest.limit(isSuite: isSuite)
    guard notification.pointee.exchange.requestCount < limit else {
      throw HostFunctionError(
        isSuite
          ? "a test runs \(limit) cases at most" : "a notification asks the host for \(limit) things at most")
    }
    notification.pointee.exchange.ask(request)
    return .suspend
  }

  /// The notification, which a function that is about one needs.
  package func requireNotification() throws(HostFunctionError) -> UnsafeMutablePointer<NotificationState> {
    guard let notification else {
      throw HostFunctionError(
        "notilua.\(function.pointee.name) is about a notification; call it in did_receive")
    }
    return notification
  }
}

extension AssignedValue {
  /// A value that crossed from Lua.
  @inline(__always)
  init(_ value: nl_value) {
    switch value.kind {
    case NL_NIL: self = .nil
    case NL_BOOLEAN: self = .boolean(value.integer != 0)
    case NL_INTEGER: self = .integer(value.integer)
    case NL_NUMBER: self = .double(value.number)
    case NL_STRING: self = .string(UnsafeRawBufferPointer(start: value.bytes.start, count: value.bytes.count))
    case NL_NULL: self = .null
    case NL_JSON: self = .json(UnsafeRawBufferPointer(start: value.bytes.start, count: value.bytes.count))
    default:
      self = .other(UnsafeRawBufferPointer(start: value.bytes.start, count: value.bytes.count))
    }
  }

  var luaTypeName: String {
    switch self {
    case .nil: "nil"
    case .boolean: "a boolean"
    case .integer, .double: "a number"
    case .string: "a string"
    case .null: "null"
    case .json: "a table"
    case .other(let name): "a \(String(decoding: name, as: UTF8.self))"
    }
  }
}
