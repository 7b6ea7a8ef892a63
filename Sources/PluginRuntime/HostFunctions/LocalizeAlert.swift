import Localization
import LosslessJSON
import NotificationModel
import WorkerProtocol

extension HostFunction {
  static let localizeAlert = HostFunction(
    "localize_alert",
    summary:
      "Writes the alert's texts in the recipient's language in the place of their keys, as a device does.",
    discussion: """
      For `title-loc-key`, `subtitle-loc-key` and `loc-key` with their arguments, and for the keys that a Live Activity \
      has inside of `title` and `body`: a key that a catalog has becomes the title, the subtitle or the body, and is \
      taken out with its arguments. One that no catalog has stays, since the app on the device may have it. `options` may \
      have `table` and `isolate`, which `notilua.localize` describes.
      """,
    parameters: [.init("options", "table?", "Which table is looked in, and how.")],
    returns: [.init("count", "integer", "How many texts were written.")],
    examples: [.init("notilua.localize_alert()", "0")]
  ) { call throws(HostFunctionError) in
    let notification = try call.requireNotification()
    var order = LocalizationOrder(key: UnsafeRawBufferPointer(start: nil, count: 0))
    if call.has(0) {
      guard case .json(let json) = try call.value(0) else {
        throw HostFunctionError("notilua.localize_alert: the options are not a table")
      }
      order = try LocalizationOrder(json, call, known: ["table", "isolate"])
    }
    let line = notification.pointee.line
    guard let alert = line.alert(notification.pointee.document),
      notification.pointee.document.kind(of: alert) == .object
    else { return .integer(0) }
    do throws(JSONEditError) {
      var count: Int64 = 0
      count += try resolve(alert, "title", "title-loc-key", "title-loc-args", order, call)
      count += try resolve(alert, "subtitle", "subtitle-loc-key", "subtitle-loc-args", order, call)
      count += try resolve(alert, "body", "loc-key", "loc-args", order, call)
      return .integer(count)
    } catch {
      throw HostFunctionError("notilua.localize_alert: \(AssignmentError("the alert", error).message)")
    }
  }

  /// Writes one of the alert's texts, where it has a key for it; gives how many texts that were.
  private static func resolve(
    _ alert: NodeID, _ text: StaticString, _ key: StaticString, _ arguments: StaticString,
    _ order: borrowing LocalizationOrder, _ call: borrowing HostCall
  ) throws(JSONEditError) -> Int64 {
    guard let notification = call.notification else { return 0 }
    if let node = notification.pointee.document.member(alert, key) {
      let given = notification.pointee.document.member(alert, arguments)
      guard let found = try localized(node, given, order, call) else { return 0 }
      try notification.pointee.document.set(alert, text, to: found)
      notification.pointee.document.remove(alert, key)
      if given != nil { notification.pointee.document.remove(alert, arguments) }
      return 1
    }
    guard let node = notification.pointee.document.member(alert, text),
      notification.pointee.document.kind(of: node) == .object,
      let inner = notification.pointee.document.member(node, "loc-key")
    else { return 0 }
    let given = notification.pointee.document.member(node, "loc-args")
    guard let found = try localized(inner, given, order, call) else { return 0 }
    try notification.pointee.document.set(alert, text, to: found)
    return 1
  }

  /// The text of a key as a new value of the payload; nil where no catalog has it.
  private static func localized(
    _ key: NodeID, _ arguments: NodeID?, _ order: borrowing LocalizationOrder, _ call: borrowing HostCall
  ) throws(JSONEditError) -> NodeID? {
    guard let notification = call.notification, notification.pointee.document.kind(of: key) == .string else {
      return nil
    }
    let plugin = call.plugin
    plugin.pointee.arguments.removeAll()
    if let arguments, notification.pointee.document.kind(of: arguments) == .array {
      plugin.pointee.arguments.append(arguments, of: notification.pointee.document)
    }
    let name = notification.pointee.document.key(of: key)
    var answer = call.localize(name, order)
    // An alert without text is none, and a catalog is no reason to drop one.
    let isEmpty = plugin.pointee.text.isEmpty
    if isEmpty { answer.problems.append(.emptyText) }
    call.note(answer, name)
    guard answer.language != nil, !isEmpty else { return nil }
    var result: Result<NodeID, JSONEditError> = .success(0)
    plugin.pointee.text.withUnsafeBytes { bytes in
      do throws(JSONEditError) {
        result = .success(try notification.pointee.document.makeString(bytes))
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }
}
