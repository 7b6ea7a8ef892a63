import CLuaBoundary
import LosslessJSON
import LuaSandbox
import NotificationModel
import WorkerProtocol

/// What Lua asks of Swift: views of documents, the properties of `request` and `content`, host functions.
///
/// These functions run between two frames of C. They return a status, and C raises after they have returned.
package enum PayloadModel {
  package static let names = LuaNames(
    request: RequestProperty.all.map(\.rawValue), content: ContentProperty.all.map(\.name.description),
    notification: NotificationProperty.all.map(\.rawValue), response: ResponseProperty.all.map(\.rawValue),
    functions: HostFunction.all.map { ($0.name, $0.tables) })
  /// The same for cases that are written in Lua.
  package static let namesWithTests = LuaNames(
    request: RequestProperty.all.map(\.rawValue), content: ContentProperty.all.map(\.name.description),
    notification: NotificationProperty.all.map(\.rawValue), response: ResponseProperty.all.map(\.rawValue),
    functions: HostFunction.withTests.map { ($0.name, $0.tables) })

  package static func boundary() -> nl_model {
    nl_model(
      get_member: { plugin, call, document, node, key, out in
        let document = PayloadModel.document(plugin, call, document)
        let found = document.pointee.member(node, UnsafeRawBufferPointer(start: key.start, count: key.count))
        PayloadModel.fill(&out.pointee, found, document)
      },
      get_element: { plugin, call, document, node, index, hint, out in
        let document = PayloadModel.document(plugin, call, document)
        var place = (
          index: UInt32(truncatingIfNeeded: hint.pointee >> 32),
          node: UInt32(truncatingIfNeeded: hint.pointee)
        )
        let found = index > 0 ? document.pointee.element(node, Int(index) - 1, hint: &place) : nil
        hint.pointee = UInt64(place.index) << 32 | UInt64(place.node)
        PayloadModel.fill(&out.pointee, found, document)
      },
      count: { plugin, call, document, node in
        Int64(PayloadModel.document(plugin, call, document).pointee.count(of: node))
      },
      next_member: { plugin, call, document, node, cursor, key, value in
        let document = PayloadModel.document(plugin, call, document)
        guard let (name, found) = document.pointee.nextMember(node, &cursor.pointee) else { return false }
        PayloadModel.fill(&value.pointee, found, document)
        PayloadModel.fillKey(&key.pointee, name, document)
        return true
      },
      text: { plugin, call, document, node, out in
        let document = PayloadModel.document(plugin, call, document)
        let context = PayloadModel.context(plugin)
        context.pointee.buffer.removeAll()
        document.pointee.encode(node, to: &context.pointee.buffer)
        out.pointee = nl_bytes(start: context.pointee.buffer.start, count: context.pointee.buffer.count)
      },
      set_member: { call, node, depth, key, value, out in
        PayloadModel.assigning(call, out) { state throws(AssignmentError) in
          let value = AssignedValue(value.pointee)
          let owner = try state.pointee.document.assign(
            node, JSONKey(UnsafeRawBufferPointer(start: key.start, count: key.count)), value,
            under: Int(depth), of: state.pointee.line)
          switch owner {
          case .app: return false
          case .apple: return state.pointee.mayBreakRules(value)
          case .liveActivity: return true
          }
        }
      },
      set_element: { call, node, depth, index, value, out in
        PayloadModel.assigning(call, out) { state throws(AssignmentError) in
          let value = AssignedValue(value.pointee)
          try state.pointee.checkAttachment(node, index, value)
          try state.pointee.document.assign(
            node, Int(index), value, under: Int(depth), of: state.pointee.line)
          return node == state.pointee.attachments
        }
      },
      insert_element: { call, node, depth, index, value, out in
        PayloadModel.assigning(call, out) { state throws(AssignmentError) in
          let value = AssignedValue(value.pointee)
          try state.pointee.checkAttachment(node, index, value)
          try state.pointee.document.insert(
            node, Int(index), value, under: Int(depth), of: state.pointee.line)
          return node == state.pointee.attachments
        }
      },
      remove_element: { call, node, index, out in
        PayloadModel.assigning(call, out) { state throws(AssignmentError) in
          try state.pointee.document.remove(node, Int(index))
          return false
        }
      },
      note_write: { plugin, call, name, chunkName, line in
        guard let call else { return }
        let state = call.assumingMemoryBound(to: NotificationState.self)
        let name = String(
          decoding: UnsafeRawBufferPointer(start: name.start, count: name.count), as: UTF8.self)
        let file = String(cString: chunkName).drop { $0 == "@" }
        state.pointee.noteWrite(name, place: "\(file):\(line)")
      },
      get_property: { plugin, call, object, property, out in
        guard let call else { return PayloadModel.refuse(plugin, "there is no notification yet", out) }
        let state = call.assumingMemoryBound(to: NotificationState.self)
        switch object {
        case NL_CONTENT: PayloadModel.readContent(state, PayloadModel.property(property), &out.pointee)
        case NL_REQUEST:
          PayloadModel.readRequest(state, plugin, RequestProperty.all[Int(property)], &out.pointee)
        case NL_NOTIFICATION:
          PayloadModel.readNotification(state, NotificationProperty.all[Int(property)], &out.pointee)
        default: PayloadModel.readResponse(state, ResponseProperty.all[Int(property)], &out.pointee)
        }
        return NL_DONE
      },
      explain_property: { plugin, object, name, out in
        let name = String(
          decoding: UnsafeRawBufferPointer(start: name.start, count: name.count), as: UTF8.self)
        PayloadModel.put(PluginObject(object).message(forUnknown: name), plugin, &out.pointee)
      },
      set_property: { call, property, value, out in
        PayloadModel.assigning(call, out) { state throws(AssignmentError) in
          let property = PayloadModel.property(property)
          let value = AssignedValue(value.pointee)
          guard case .attachments = property.place else {
            try state.pointee.document.write(property, value, to: state.pointee.line)
            return state.pointee.mayBreakRules(value)
          }
          if case .nil = value {
            state.pointee.attachments = 0
          } else {
            state.pointee.attachments = try state.pointee.document.makeAttachments(value)
          }
          return false
        }
      },
      call_host: { plugin, call, function, arguments, count, out, resultCount in
        PayloadModel.callHost(plugin, call, Int(function), arguments, Int(count), out, resultCount)
      })
  }

  // MARK: Finding things

  /// The properties by number, in memory that is never freed, so that finding one counts no references.
  nonisolated(unsafe) private static let properties: UnsafePointer<ContentProperty> = {
    let list = UnsafeMutablePointer<ContentProperty>.allocate(capacity: ContentProperty.all.count)
    list.initialize(from: ContentProperty.all, count: ContentProperty.all.count)
    return UnsafePointer(list)
  }()

  /// The functions of `notilua` by number, in the same way.
  nonisolated(unsafe) private static let functions: UnsafePointer<HostFunction> = {
    let all = HostFunction.withTests
    let list = UnsafeMutablePointer<HostFunction>.allocate(capacity: all.count)
    list.initialize(from: all, count: all.count)
    return UnsafePointer(list)
  }()

  @inline(__always)
  private static func property(_ number: Int32) -> ContentProperty { properties[Int(number)] }

  @inline(__always)
  private static func context(_ plugin: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<PluginContext> {
    // Every interpreter is made with its context.
    plugin.unsafelyUnwrapped.assumingMemoryBound(to: PluginContext.self)
  }

  @inline(__always)
  private static func document(
    _ plugin: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer?, _ document: nl_document
  ) -> UnsafeMutablePointer<JSONDocument> {
    if document == NL_PAYLOAD, let call {
      let state = call.assumingMemoryBound(to: NotificationState.self)
      return documentPointer(state)
    }
    return document == NL_SETTINGS ? context(plugin).pointee.settings : context(plugin).pointee.scratch
  }

  /// A pointer to the document inside of a state, which stays where it is.
  @inline(__always)
  private static func documentPointer(
    _ state: UnsafeMutablePointer<NotificationState>
  ) -> UnsafeMutablePointer<JSONDocument> {
    withUnsafeMutablePointer(to: &state.pointee.document) { $0 }
  }

  // MARK: Values for Lua

  @inline(__always)
  private static func fill(
    _ out: inout nl_value, _ node: NodeID?, _ document: UnsafeMutablePointer<JSONDocument>
  ) {
    guard let node else {
      out.kind = NL_NIL
      return
    }
    switch document.pointee.kind(of: node) {
    case .string:
      let text = document.pointee.string(of: node)
      out.kind = NL_STRING
      out.bytes = nl_bytes(start: text.baseAddress?.assumingMemoryBound(to: UInt8.self), count: text.count)
    case .number:
      if let integer = document.pointee.integer(of: node) {
        out.kind = NL_INTEGER
        out.integer = integer
      } else {
        out.kind = NL_NUMBER
        out.number = document.pointee.double(of: node)
      }
    case .true:
      out.kind = NL_BOOLEAN
      out.integer = 1
    case .false:
      out.kind = NL_BOOLEAN
      out.integer = 0
    case .object:
      out.kind = NL_OBJECT
      out.node = node
    case .array:
      out.kind = NL_ARRAY
      out.node = node
    case .null, .link: out.kind = NL_NULL
    }
  }

  /// Fills in a member's key, whose bytes live beside those of its value.
  private static func fillKey(
    _ out: inout nl_value, _ key: NodeID, _ document: UnsafeMutablePointer<JSONDocument>
  ) {
    out.kind = NL_STRING
    let text = document.pointee.key(of: key)
    out.bytes = nl_bytes(start: text.baseAddress?.assumingMemoryBound(to: UInt8.self), count: text.count)
  }

  private static func fill(
    _ out: inout nl_value, _ text: String?, _ state: UnsafeMutablePointer<NotificationState>
  ) {
    guard let text else {
      out.kind = NL_NIL
      return
    }
    state.pointee.buffer.removeAll()
    state.pointee.buffer.append(text)
    out.kind = NL_STRING
    out.bytes = nl_bytes(start: state.pointee.buffer.start, count: state.pointee.buffer.count)
  }

  private static func readContent(
    _ state: UnsafeMutablePointer<NotificationState>, _ property: ContentProperty, _ out: inout nl_value
  ) {
    let document = documentPointer(state)
    if case .attachments = property.place {
      readAttachments(state, &out)
      return
    }
    let node = document.pointee.read(property, of: state.pointee.line)
    // How deep a table is that this shows, for the limit of nesting.
    out.integer = 1
    fill(&out, node, document)
    // To a device a value of another type says nothing; content.user_info shows that it is there.
    if !isOfType(&out, property.value) { out.kind = NL_NIL }
    if out.kind == NL_OBJECT || out.kind == NL_ARRAY {
      switch property.place {
      case .payload, .attachments: out.integer = 1
      case .aps: out.integer = 3
      case .alert, .alertBody: out.integer = 4
      }
    }
  }

  /// Returns whether a value is of a property's type; a number without a fraction is an integer.
  @inline(__always)
  private static func isOfType(_ value: inout nl_value, _ wanted: PayloadValue) -> Bool {
    switch wanted {
    case .text, .level, .event, .localizable: return value.kind == NL_STRING || value.kind == NL_OBJECT
    case .texts, .attachments: return value.kind == NL_ARRAY
    case .sound, .alert: return value.kind == NL_STRING || value.kind == NL_OBJECT
    case .count, .one, .flag, .seconds:
      if value.kind == NL_NUMBER, let integer = Int64(exactly: value.number) {
        value.kind = NL_INTEGER
        value.integer = integer
      }
      return value.kind == NL_INTEGER || value.kind == NL_NUMBER
    case .score, .fraction: return value.kind == NL_INTEGER || value.kind == NL_NUMBER
    case .boolean: return value.kind == NL_BOOLEAN
    case .payload, .object: return value.kind == NL_OBJECT
    }
  }

  /// The list is there as soon as it is asked for, so that `table.insert` has something to insert into.
  private static func readAttachments(_ state: UnsafeMutablePointer<NotificationState>, _ out: inout nl_value)
  {
    if state.pointee.attachments == 0 {
      guard let list = try? state.pointee.document.makeLiteral(.array) else {
        out.kind = NL_NIL
        return
      }
      state.pointee.attachments = list
    }
    out.kind = NL_ARRAY
    out.node = state.pointee.attachments
    out.integer = 1
  }

  private static func readRequest(
    _ state: UnsafeMutablePointer<NotificationState>, _ plugin: UnsafeMutableRawPointer?,
    _ property: RequestProperty, _ out: inout nl_value
  ) {
    switch property {
    case .settings:
      let settings = context(plugin).pointee.settings
      fill(&out, settings.pointee.root, settings)
    case .content:
      out.kind = NL_REFERENCE
      out.integer = Int64(NL_CONTENT.rawValue)
    case .identifier: fill(&out, state.pointee.resolvedIdentifier(&context(plugin).pointee.random), state)
    case .receivedAt:
      out.kind = NL_NUMBER
      out.number = state.pointee.receivedAt
    case .priority, .expiration:
      if let text = state.pointee.text(of: property), let number = Int64(text) {
        out.kind = NL_INTEGER
        out.integer = number
      } else {
        out.kind = NL_NIL
      }
    default: fill(&out, state.pointee.text(of: property), state)
    }
  }

  private static func readNotification(
    _ state: UnsafeMutablePointer<NotificationState>, _ property: NotificationProperty, _ out: inout nl_value
  ) {
    switch property {
    case .date:
      out.kind = NL_NUMBER
      out.number = state.pointee.presentation?.date ?? state.pointee.receivedAt
    case .request:
      out.kind = NL_REFERENCE
      out.integer = Int64(NL_REQUEST.rawValue)
    }
  }

  private static func readResponse(
    _ state: UnsafeMutablePointer<NotificationState>, _ property: ResponseProperty, _ out: inout nl_value
  ) {
    switch property {
    case .actionIdentifier: fill(&out, state.pointee.presentation?.actionIdentifier ?? "", state)
    case .userText: fill(&out, state.pointee.presentation?.userText, state)
    case .notification:
      out.kind = NL_REFERENCE
      out.integer = Int64(NL_NOTIFICATION.rawValue)
    }
  }

  // MARK: Edits

  /// - Parameter body: makes the edit, and returns whether rules at the plugin's end may be broken by it.
  private static func assigning(
    _ call: UnsafeMutableRawPointer?, _ out: UnsafeMutablePointer<nl_value>,
    _ body: (UnsafeMutablePointer<NotificationState>) throws(AssignmentError) -> Bool
  ) -> nl_answer {
    guard let call else { return NL_REFUSED }
    let state = call.assumingMemoryBound(to: NotificationState.self)
    if state.pointee.presentation != nil {
      fill(&out.pointee, "the content is to be read only in a content extension; build the view", state)
      return NL_REFUSED
    }
    do throws(AssignmentError) {
      return try body(state) ? NL_NOTED : NL_DONE
    } catch {
      fill(&out.pointee, error.message, state)
      return NL_REFUSED
    }
  }

  // MARK: Host functions

  private static func refuse(
    _ plugin: UnsafeMutableRawPointer?, _ message: String, _ out: UnsafeMutablePointer<nl_value>
  ) -> nl_answer {
    put(message, plugin, &out.pointee)
    return NL_REFUSED
  }

  private static func put(_ text: String, _ plugin: UnsafeMutableRawPointer?, _ out: inout nl_value) {
    let context = context(plugin)
    context.pointee.buffer.removeAll()
    context.pointee.buffer.append(text)
    out.kind = NL_STRING
    out.bytes = nl_bytes(start: context.pointee.buffer.start, count: context.pointee.buffer.count)
  }

  private static func callHost(
    _ plugin: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer?, _ number: Int,
    _ arguments: UnsafePointer<nl_value>?, _ count: Int, _ out: UnsafeMutablePointer<nl_value>,
    _ resultCount: UnsafeMutablePointer<Int32>
  ) -> nl_answer {
    let function = functions + number
    let context = context(plugin)
    if let capability = function.pointee.capability, !context.pointee.capabilities.contains(capability) {
      return refuse(
        plugin,
        "notilua.\(function.pointee.name) needs the capability '\(capability)'; grant it with"
          + " 'capabilities: [\(capability)]' in notilua.yaml",
        out)
    }
    if function.pointee.capability != nil, let call,
      call.assumingMemoryBound(to: NotificationState.self).pointee.isLastChance
    {
      return refuse(
        plugin, "notilua.\(function.pointee.name) would wait for the host; time_will_expire cannot", out)
    }
    var hostCall = HostCall(
      function: function, arguments: arguments, count: max(count, 0), plugin: context,
      notification: call?.assumingMemoryBound(to: NotificationState.self))
    resultCount.pointee = 1
    do throws(HostFunctionError) {
      switch try function.pointee.body(&hostCall) {
      case .nothing: resultCount.pointee = 0
      case .nil: out.pointee.kind = NL_NIL
      case .text(let text): put(text, plugin, &out.pointee)
      case .bytes(let bytes):
        context.pointee.buffer.removeAll()
        bytes.withUnsafeBytes { context.pointee.buffer.append($0) }
        out.pointee.kind = NL_STRING
        out.pointee.bytes = nl_bytes(
          start: context.pointee.buffer.start, count: context.pointee.buffer.count)
      case .integer(let number):
        out.pointee.kind = NL_INTEGER
        out.pointee.integer = number
      case .number(let number):
        out.pointee.kind = NL_NUMBER
        out.pointee.number = number
      case .scratch: fill(&out.pointee, context.pointee.scratch.pointee.root, context.pointee.scratch)
      case .drop: out.pointee.kind = NL_DROP
      case .localized(let language):
        context.pointee.buffer.removeAll()
        context.pointee.text.withUnsafeBytes { context.pointee.buffer.append($0) }
        let count = context.pointee.buffer.count
        if let language { context.pointee.buffer.append(language) }
        let start = context.pointee.buffer.start
        out[0].kind = NL_STRING
        out[0].bytes = nl_bytes(start: start, count: count)
        out[1].kind = language == nil ? NL_NIL : NL_STRING
        out[1].bytes = nl_bytes(start: start + count, count: context.pointee.buffer.count - count)
        resultCount.pointee = 2
      case .failure(let reason):
        out[0].kind = NL_NIL
        put(reason, plugin, &out[1])
        resultCount.pointee = 2
      case .park: return NL_PARK
      }
      return NL_DONE
    } catch {
      return refuse(plugin, error.message, out)
    }
  }
}

extension NotificationState {
  /// The identifier; a new UUID where the line has none.
  mutating func resolvedIdentifier(_ random: inout RandomSource) -> String {
    if let identifier { return identifier }
    let found = line.identifier(document) ?? random.uuid()
    identifier = found
    return found
  }
}
