import LosslessJSON

/// The changes of a notification's delivery headers by plugins, in order.
package struct DeliveryChange: Sendable, Equatable {
  /// The change of one header by one plugin.
  package struct Entry: Sendable, Equatable {
    /// The place of the plugin in the chain.
    package var plugin: Int
    /// The value that the header gets.
    package var edit: DeliveryEdit

    /// Makes a value from its parts.
    package init(plugin: Int, edit: DeliveryEdit) {
      self.plugin = plugin
      self.edit = edit
    }
  }

  /// The changes, in order: one for each plugin and header at most.
  package private(set) var entries: [Entry] = []

  /// Makes a change of nothing.
  package init() {}

  /// Adds what a plugin wrote; of two values that it writes to one header the later counts.
  package mutating func add(_ edit: DeliveryEdit, by plugin: Int) {
    let entry = Entry(plugin: plugin, edit: edit)
    if let known = entries.lastIndex(where: { $0.plugin == plugin && $0.edit.field == edit.field }) {
      entries[known] = entry
    } else {
      entries.append(entry)
    }
  }

  /// Removes the changes from number `first` on.
  package mutating func removeAll(from first: Int = 0) {
    if first < entries.count { entries.removeSubrange(first...) }
  }

  /// Returns the last change of each header that is another than the sender's.
  package func final(_ line: NotificationLine, _ document: borrowing JSONDocument) -> DeliveryChange {
    var change = DeliveryChange()
    for field in DeliveryField.allCases {
      guard let last = entries.last(where: { $0.edit.field == field }),
        last.edit.text != line.headerText(field.header, document)
      else { continue }
      change.entries.append(last)
    }
    return change
  }

  /// Returns the headers that the changes of some plugins write, as members of JSON; null takes one out.
  package func members(where isIncluded: (Entry) -> Bool = { _ in true }) -> String? {
    let included = entries.filter(isIncluded)
    if included.isEmpty { return nil }
    var writer = JSONWriter()
    writer.beginObject()
    for entry in included {
      let name = "\(entry.edit.field.header.name)"
      if let text = entry.edit.text {
        writer.member(name, text)
      } else {
        writer.key(name)
        writer.raw("null")
      }
    }
    writer.endObject()
    return writer.text
  }
}

extension NotificationLine {
  /// Returns the line with the delivery headers that plugins have changed; its names stay those of its sender.
  package func applying(_ change: DeliveryChange, _ document: borrowing JSONDocument) -> NotificationLine {
    var headers: [Header: String] = [:]
    for header in Header.allCases { headers[header] = headerText(header, document) }
    for entry in change.entries { headers[entry.edit.field.header] = entry.edit.text }
    return NotificationLine(self, headersOf: .with(headers, in: envelope))
  }
}
