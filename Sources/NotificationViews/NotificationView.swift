/// The view that a content extension makes of a notification: elements from top to bottom.
package struct NotificationView: Sendable, Equatable {
  /// The title in place of the app's name; empty leaves the app's name.
  package var title = ""
  package private(set) var elements: [ViewElement] = []
  /// The actions in place of the category's; nil leaves those.
  package var actions: [NotificationAction]?
  /// The wishes for how a desktop shows the notification.
  package var desktop = DesktopWish()

  /// The most elements of a view.
  package static let elementLimit = 64
  /// The most bytes of all its text.
  package static let sizeLimit = 64 << 10
  /// The most entries of one element: fields, steps, places, messages.
  package static let entryLimit = 64
  /// The most points of a route.
  package static let routeLimit = 512
  /// The most bytes of one text; what is longer is cut.
  package static let textLimit = 4096
  /// The bytes that an identifier of an attachment may have.
  package static let attachmentIdentifiers = 1...256
  /// The most bytes of an identifier.
  package static let identifierLimit = 64

  package init() {}

  /// A mistake in a view, as a clause that names the place.
  package struct Problem: Error, Sendable, Equatable {
    package var message: String

    package init(_ message: String) { self.message = message }
  }

  /// Adds an element below the others; messages that follow messages are one conversation.
  package mutating func append(_ element: ViewElement) throws(Problem) {
    if case .conversation(let more) = element, case .conversation(var messages)? = elements.last {
      messages += more
      // Of a long conversation the end matters.
      var room = Self.sizeLimit - elements.dropLast().reduce(0) { $0 + $1.size }
      var kept: [ViewElement.Message] = []
      for message in messages.reversed() {
        room -= message.size
        if room < 0 || kept.count == Self.entryLimit { break }
        kept.append(message)
      }
      elements[elements.count - 1] = .conversation(kept.reversed())
      return
    }
    guard elements.count < Self.elementLimit else {
      throw Problem("a view has \(Self.elementLimit) elements at most; view.clear() begins anew")
    }
    guard elements.reduce(element.size, { $0 + $1.size }) <= Self.sizeLimit else {
      throw Problem("a view has \(Self.sizeLimit) bytes of text at most; view.clear() begins anew")
    }
    elements.append(element)
  }

  /// Returns the view with other elements in the places of its own, which may be larger than those of a plugin.
  package func mapElements(_ body: (ViewElement) -> ViewElement) -> NotificationView {
    var view = self
    view.elements = elements.map(body)
    return view
  }

  /// Takes all elements away, and what replaced title and actions.
  package mutating func removeAll() { self = NotificationView() }

  /// The identifiers of the attachments that it shows, in order.
  package var attachments: [String] { elements.flatMap { $0.attachments.map(\.identifier) } }
}
