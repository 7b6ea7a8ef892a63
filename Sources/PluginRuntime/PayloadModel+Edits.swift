import CLuaBoundary
import LosslessJSON
import NotificationModel
import PassRecords

// Edits, as plugins make them.

extension PayloadModel {
  /// Writes member `key` of an object.
  static func setMember(
    _ call: UnsafeMutableRawPointer?, _ node: UInt32, _ depth: Int32, _ key: nl_bytes,
    _ value: UnsafePointer<nl_value>, _ out: UnsafeMutablePointer<nl_value>
  ) -> nl_answer {
    assigning(call, out) { state throws(AssignmentError) in
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
  }

  /// Writes an element, from 1.
  static func setElement(
    _ call: UnsafeMutableRawPointer?, _ node: UInt32, _ depth: Int32, _ index: Int64,
    _ value: UnsafePointer<nl_value>, _ out: UnsafeMutablePointer<nl_value>
  ) -> nl_answer {
    assigning(call, out) { state throws(AssignmentError) in
      let value = AssignedValue(value.pointee)
      try state.pointee.checkAttachment(node, index, value)
      try state.pointee.document.assign(
        node, Int(index), value, under: Int(depth), of: state.pointee.line)
      return node == state.pointee.attachments
    }
  }

  /// Inserts an element before the one at `index`, from 1.
  static func insertElement(
    _ call: UnsafeMutableRawPointer?, _ node: UInt32, _ depth: Int32, _ index: Int64,
    _ value: UnsafePointer<nl_value>, _ out: UnsafeMutablePointer<nl_value>
  ) -> nl_answer {
    assigning(call, out) { state throws(AssignmentError) in
      let value = AssignedValue(value.pointee)
      try state.pointee.checkAttachment(node, index, value)
      try state.pointee.document.insert(
        node, Int(index), value, under: Int(depth), of: state.pointee.line)
      return node == state.pointee.attachments
    }
  }

  /// Removes an element, from 1.
  static func removeElement(
    _ call: UnsafeMutableRawPointer?, _ node: UInt32, _ index: Int64, _ out: UnsafeMutablePointer<nl_value>
  ) -> nl_answer {
    assigning(call, out) { state throws(AssignmentError) in
      try state.pointee.document.remove(node, Int(index))
      return false
    }
  }

  /// Writes a property of the content.
  static func setProperty(
    _ call: UnsafeMutableRawPointer?, _ property: Int32, _ value: UnsafePointer<nl_value>,
    _ out: UnsafeMutablePointer<nl_value>
  ) -> nl_answer {
    assigning(call, out) { state throws(AssignmentError) in
      let property = Self.property(property)
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
  }

  /// Writes a property of the request: of the delivery, where it was granted.
  static func setRequest(
    _ plugin: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer?, _ property: Int32,
    _ value: UnsafePointer<nl_value>, _ out: UnsafeMutablePointer<nl_value>
  ) -> nl_answer {
    guard let call else { return NL_REFUSED }
    let state = call.assumingMemoryBound(to: NotificationState.self)
    do throws(AssignmentError) {
      try state.pointee.write(
        RequestProperty.all[Int(property)], AssignedValue(value.pointee), context(plugin).pointee.delivery)
      return NL_NOTED
    } catch {
      fill(&out.pointee, error.message, state)
      return NL_REFUSED
    }
  }

  /// Notes the line of Lua that wrote a property, a member or the attachments.
  static func noteWrite(
    _ plugin: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer?, _ name: nl_bytes,
    _ chunkName: UnsafePointer<CChar>, _ line: Int32
  ) {
    guard let call else { return }
    let state = call.assumingMemoryBound(to: NotificationState.self)
    let name = String(
      decoding: UnsafeRawBufferPointer(start: name.start, count: name.count), as: UTF8.self)
    let file = String(cString: chunkName).drop { $0 == "@" }
    state.pointee.writes.append(name, place: "\(file):\(line)")
  }

  /// - Parameter body: makes the edit, and returns whether rules at the plugin's end may be broken by it.
  static func assigning(
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
}
