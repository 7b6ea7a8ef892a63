import LosslessJSON
import NotificationModel

/// A call of a content extension by the host: the member `presentation` of a line.
///
/// `call` says which handler; `date` is when the notification came, `view` the view as it stands, `attachments` the
/// notification's, and `action_identifier` and `user_text` are of a response.
package struct PresentationCall: Sendable {
  /// The handlers of a content extension.
  package enum Kind: String, Sendable {
    case didReceive = "did_receive"
    case didReceiveResponse = "did_receive_response"
    case mediaPlay = "media_play"
    case mediaPause = "media_pause"
  }

  /// The handler that is called.
  package var kind: Kind
  /// The time at which the notification came, in seconds since 1970.
  package var date = 0.0
  /// The action that was chosen.
  package var actionIdentifier = ""
  /// The text that a person wrote; nil where the action takes none.
  package var userText: String?
  /// The view, which handlers change.
  package var view = NotificationView()
  /// The view before the call, which a fault restores.
  package private(set) var viewBefore = NotificationView()
  /// The decision of a response's handler; nil where there is none.
  package var option: ResponseOption?

  /// Creates a call without a view.
  package init(kind: Kind) { self.kind = kind }

  /// Reads the member of a line; nil where it is none.
  package init?(_ document: borrowing JSONDocument, _ node: NodeID) {
    guard document.kind(of: node) == .object,
      let kind = Kind(rawValue: document.stringMember(node, "call") ?? "")
    else { return nil }
    self.kind = kind
    if let date = document.member(node, "date"), document.kind(of: date) == .number {
      self.date = document.double(of: date)
    }
    actionIdentifier = document.stringMember(node, "action_identifier") ?? ""
    userText = document.stringMember(node, "user_text")
    if let view = document.member(node, "view"),
      let reader = try? ViewReader(document.rawText(of: view)), let read = try? reader.view(reader.root)
    {
      self.view = read
    }
    viewBefore = self.view
  }

  /// Goes back to the view as it was.
  package mutating func undo() { view = viewBefore }
}
