import CLuaBoundary
import LosslessJSON
import NotificationModel

// The functions of `notilua`.

extension PayloadModel {
  /// Answers with an error that Lua raises.
  static func refuse(
    _ plugin: UnsafeMutableRawPointer?, _ message: String, _ out: UnsafeMutablePointer<nl_value>
  ) -> nl_answer {
    put(message, context(plugin), &out.pointee)
    return NL_REFUSED
  }

  /// Fills in a text that lies in the context's buffer.
  static func put(
    _ text: String, _ context: UnsafeMutablePointer<PluginContext>, _ out: inout nl_value
  ) {
    context.pointee.buffer.removeAll()
    context.pointee.buffer.append(text)
    out.kind = NL_STRING
    out.bytes = nl_bytes(start: context.pointee.buffer.start, count: context.pointee.buffer.count)
  }

  /// Calls a host function; the answer to one that was suspended is asked for with `count` -1.
  static func callHost(
    _ plugin: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer?, _ number: Int32,
    _ arguments: UnsafePointer<nl_value>?, _ count: Int32, _ out: UnsafeMutablePointer<nl_value>,
    _ resultCount: UnsafeMutablePointer<Int32>
  ) -> nl_answer {
    let function = functions + Int(number)
    let context = context(plugin)
    let state = call?.assumingMemoryBound(to: NotificationState.self)
    if let message = refusal(of: function, context, state) { return refuse(plugin, message, out) }
    var hostCall = HostCall(
      function: function, arguments: arguments, count: max(Int(count), 0), plugin: context,
      notification: state)
    resultCount.pointee = 1
    do throws(HostFunctionError) {
      return fill(out, try function.pointee.body(&hostCall), context, resultCount)
    } catch {
      return refuse(plugin, error.message, out)
    }
  }

  /// Returns the reason why a plugin may not call a function now; nil where it may.
  @inline(__always)
  private static func refusal(
    of function: UnsafePointer<HostFunction>, _ context: UnsafeMutablePointer<PluginContext>,
    _ state: UnsafeMutablePointer<NotificationState>?
  ) -> String? {
    guard let capability = function.pointee.capability else { return nil }
    if !context.pointee.capabilities.contains(capability) {
      return "notilua.\(function.pointee.name) needs the capability '\(capability)'; grant it with"
        + " 'capabilities: [\(capability)]' in notilua.yaml"
    }
    if state?.pointee.isLastChance ?? false {
      return "notilua.\(function.pointee.name) would wait for the host; time_will_expire cannot"
    }
    return nil
  }

  /// Fills in the results of a function.
  private static func fill(
    _ out: UnsafeMutablePointer<nl_value>, _ result: HostResult,
    _ context: UnsafeMutablePointer<PluginContext>, _ resultCount: UnsafeMutablePointer<Int32>
  ) -> nl_answer {
    switch result {
    case .nothing: resultCount.pointee = 0
    case .nil: out.pointee.kind = NL_NIL
    case .text(let text): put(text, context, &out.pointee)
    case .bytes(let bytes):
      context.pointee.buffer.removeAll()
      bytes.withUnsafeBytes { context.pointee.buffer.append($0) }
      out.pointee.kind = NL_STRING
      out.pointee.bytes = nl_bytes(start: context.pointee.buffer.start, count: context.pointee.buffer.count)
    case .integer(let number):
      out.pointee.kind = NL_INTEGER
      out.pointee.integer = number
    case .number(let number):
      out.pointee.kind = NL_NUMBER
      out.pointee.number = number
    case .scratch: fill(&out.pointee, context.pointee.scratch.pointee.root, context.pointee.scratch)
    case .drop: out.pointee.kind = NL_DROP
    case .localized(let language):
      fillLocalized(out, language, context)
      resultCount.pointee = 2
    case .failure(let reason):
      out[0].kind = NL_NIL
      put(reason, context, &out[1])
      resultCount.pointee = 2
    case .suspend: return NL_SUSPEND
    }
    return NL_DONE
  }

  /// Fills in a text and its language, both of which lie in the context's buffer.
  private static func fillLocalized(
    _ out: UnsafeMutablePointer<nl_value>, _ language: String?, _ context: UnsafeMutablePointer<PluginContext>
  ) {
    context.pointee.buffer.removeAll()
    context.pointee.text.withUnsafeBytes { context.pointee.buffer.append($0) }
    let count = context.pointee.buffer.count
    if let language { context.pointee.buffer.append(language) }
    let start = context.pointee.buffer.start
    out[0].kind = NL_STRING
    out[0].bytes = nl_bytes(start: start, count: count)
    out[1].kind = language == nil ? NL_NIL : NL_STRING
    out[1].bytes = nl_bytes(start: start + count, count: context.pointee.buffer.count - count)
  }
}
