import NotificationModel
import Notilua

/// The delivery headers of one notification that plugins changed.
struct HeaderChanges {
  private let outcome: Outcome

  init(_ outcome: Outcome) { self.outcome = outcome }

  /// The changes as a notification takes them in.
  var delivery: DeliveryChange {
    var change = DeliveryChange()
    for field in DeliveryField.allCases {
      guard let text = outcome.headers["\(field.header.name)"], let edit = DeliveryEdit(field, text: text)
      else { continue }
      change.add(edit, by: 0)
    }
    return change
  }

  /// Returns a sentence on each header that is sent as another than that of the line.
  ///
  /// - Parameter before: returns the line's own value of a header.
  func sentences(_ before: (NotificationLine.Header) -> String?) -> [String] {
    delivery.entries.map { entry in
      let header = entry.edit.field.header
      let name = "\(header.name)"
      let who = outcome.plugins.last { $0.headers[name] != nil }.map { "'\($0.name)'" } ?? "a plugin"
      let old = before(header).map { "it was \($0)" } ?? "there was none"
      return entry.edit.text.map { "\(who) sends \(name) \($0); \(old)" }
        ?? "\(who) takes out \(name); \(old)"
    }
  }
}
