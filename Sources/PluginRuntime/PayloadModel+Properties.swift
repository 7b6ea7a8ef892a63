import CLuaBoundary
import CodeAnalysis
import LosslessJSON
import NotificationModel
import WorkerProtocol

// The properties of the objects that a handler is called with.

extension PayloadModel {
  /// Reads a property of one of the objects that a handler is called with.
  static func getProperty(
    _ plugin: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer?, _ object: nl_object,
    _ property: Int32, _ out: UnsafeMutablePointer<nl_value>
  ) -> nl_answer {
    guard let call else { return refuse(plugin, "there is no notification yet", out) }
    let state = call.assumingMemoryBound(to: NotificationState.self)
    switch object {
    case NL_CONTENT: readContent(state, Self.property(property), &out.pointee)
    case NL_REQUEST:
      readRequest(state, plugin, RequestProperty.all[Int(property)], &out.pointee)
    case NL_NOTIFICATION:
      readNotification(state, NotificationProperty.all[Int(property)], &out.pointee)
    default: readResponse(state, ResponseProperty.all[Int(property)], &out.pointee)
    }
    return NL_DONE
  }

  /// Says that an object has no property of a name, and which one may be meant.
  static func explainProperty(
    _ plugin: UnsafeMutableRawPointer?, _ object: nl_object, _ name: nl_bytes,
    _ out: UnsafeMutablePointer<nl_value>
  ) {
    let name = String(
      decoding: UnsafeRawBufferPointer(start: name.start, count: name.count), as: UTF8.self)
    put(PluginObject(object).message(forUnknown: name, .current), context(plugin), &out.pointee)
  }

  static func readContent(
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
  static func isOfType(_ value: inout nl_value, _ wanted: PayloadValue) -> Bool {
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
  static func readAttachments(_ state: UnsafeMutablePointer<NotificationState>, _ out: inout nl_value) {
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

  static func readRequest(
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
    case .identifier: fill(&out, state.pointee.resolvedIdentifier(), state)
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

  static func readNotification(
    _ state: UnsafeMutablePointer<NotificationState>, _ property: NotificationProperty, _ out: inout nl_value
  ) {
    switch property {
    case .date:
      out.kind = NL_NUMBER
      out.number = state.pointee.presentation?.request.date ?? state.pointee.receivedAt
    case .request:
      out.kind = NL_REFERENCE
      out.integer = Int64(NL_REQUEST.rawValue)
    }
  }

  static func readResponse(
    _ state: UnsafeMutablePointer<NotificationState>, _ property: ResponseProperty, _ out: inout nl_value
  ) {
    switch property {
    case .actionIdentifier: fill(&out, state.pointee.presentation?.response.action ?? "", state)
    case .userText: fill(&out, state.pointee.presentation?.response.text, state)
    case .notification:
      out.kind = NL_REFERENCE
      out.integer = Int64(NL_NOTIFICATION.rawValue)
    }
  }
}
