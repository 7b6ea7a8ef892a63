import LosslessJSON
import LuaSandbox
import NotificationModel
import WorkerProtocol

/// Names, their meanings and assignments to them.
extension CodeReader {
  mutating func note(_ line: Int, _ name: String, _ problem: String, _ advice: String = "") {
    findings.append(CodeFinding(path: path, line: line, name: name, problem: problem, advice: advice))
  }

  mutating func member(of value: CodeValue, _ key: CodeValue, _ frame: inout Frame) -> CodeValue {
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

  mutating func global(_ name: String, _ frame: Frame) -> CodeValue {
    if name == "_G" { return .globals }
    if names.kind(of: name) != nil { return .known(name) }
    if plugin.globals.contains(name) { return .global(name) }
    // More are not told.
    guard findings.count < 2 * CodeFinding.limit else { return .unknown }
    note(frame.line, name, "'\(name.prefix(100))' is not defined", adviceForUndefined(name, frame))
    return .missing(name, event: findings.count - 1)
  }

  mutating func member(of table: String, _ name: String, _ frame: Frame) -> CodeValue {
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

  mutating func property(of object: PluginObject, _ name: String, _ frame: Frame) -> CodeValue {
    let members = object == .tester ? Array(plugin.testerMembers) : object.members(names.interface)
    guard members.isEmpty || members.contains(name) else {
      let known = members.sorted()
      let advice =
        object == .tester
        ? object.advice(forUnknown: name, names.interface)
          ?? Suggestion.nearest(to: name, among: known).map { "did you mean 't.\($0)'?" }
          ?? "known are \(known.joined(separator: ", "))"
        : object.advice(forUnknown: name, names.interface) ?? ""
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
      if object.members(names.interface).contains(name) {
        return "did you mean '\(object.rawValue).\(name)'?"
      }
    }
    // Of short names each is near to another.
    if name.count > 2 {
      let variables = scope.names.union(plugin.globals).union(names.members(of: nil)).sorted()
      if let near = Suggestion.nearest(to: name, among: variables) { return "did you mean '\(near)'?" }
      for object in scope.objects.sorted(by: { $0.rawValue < $1.rawValue }) {
        if let near = Suggestion.nearest(to: name, among: object.members(names.interface)) {
          return "did you mean '\(object.rawValue).\(near)'?"
        }
      }
    }
    return "give it a value first, with 'local \(name.prefix(100)) = …'"
  }

  // MARK: Assignments

  mutating func setMember(
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
    case .object(.request) where DeliveryField(rawValue: name) != nil && !plugin.isContentExtension:
      assignDelivery(name, value, frame)
    case .object(let object) where object != .tester:
      note(
        frame.line, "\(object.rawValue).\(name)", "\(object.rawValue) is read only",
        plugin.isContentExtension ? "build the view instead" : "change content instead")
    default:
      guard frame.isChunk else { return }
      if name == "kind", value.text == "content" { found.isContentExtension = true }
      guard case .closure(let closure) = value else { return }
      if PluginHandler.service.contains(name) || PluginHandler.content.contains(name) {
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
  mutating func assign(_ name: String, _ value: CodeValue, _ frame: Frame) {
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

  /// Tries what is assigned to a delivery header, where it is known.
  private mutating func assignDelivery(_ name: String, _ value: CodeValue, _ frame: Frame) {
    guard case .constant(let constant) = value, let field = DeliveryField(rawValue: name),
      let problem = Self.problem(
        constant, { value throws(AssignmentError) in _ = try DeliveryEdit(field, value) })
    else { return }
    note(frame.line, "request.\(name)", problem)
  }

  /// Returns what is wrong with a value of a property in a line; nil where it can be assigned.
  static func problem(
    _ property: ContentProperty, _ constant: CompiledFunction.Constant, _ text: String
  ) -> String? {
    if case .attachments = property.place { return nil }
    var document = JSONDocument()
    guard (try? document.parse(text)) != nil, let line = try? NotificationLine(document)
    else {
      return nil
    }
    return problem(constant) { value throws(AssignmentError) in try document.write(property, value, to: line)
    }
  }

  /// Returns what is wrong with a constant by a body that tries it.
  private static func problem(
    _ constant: CompiledFunction.Constant, _ attempt: (AssignedValue) throws(AssignmentError) -> Void
  ) -> String? {
    func result(_ value: AssignedValue) -> String? {
      do throws(AssignmentError) {
        try attempt(value)
        return nil
      } catch {
        return error.message
      }
    }
    switch constant {
    case .nil: return nil
    case .boolean(let flag): return result(.boolean(flag))
    case .integer(let number): return result(.integer(number))
    case .number(let number): return result(.double(number))
    case .text(let text): return Array(text.utf8).withUnsafeBytes { result(.string($0)) }
    }
  }
}
