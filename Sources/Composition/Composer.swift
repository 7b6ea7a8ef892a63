import NotificationModel
import PushExtras

/// Makes the push of a chat message for one device, or decides why there is none.
///
/// It looks at the message and the device alone: no clock, no file, no network.
package struct Composer {
  let texts: MessageTexts

  /// Makes a composer with the texts of an operator.
  package init(_ texts: MessageTexts) { self.texts = texts }

  /// Decides on a message for a device.
  package func compose(_ message: Message, for recipient: Recipient) -> Verdict {
    if message.channel.type == .chatroom { return .withheld(.neverPushes, .chatroom) }
    let type = MessageType(objectName: message.objectName)
    if type == .signal { return .withheld(.neverPushes, .signalType) }
    var warnings: [CompositionWarning] = []
    switch text(of: message, type, recipient, &warnings) {
    case .none(let reason): return .withheld(.noContent, reason)
    case .some(let text, let reason):
      if let refusal = recipient.permission.refusal { return .withheld(.notPermitted, refusal) }
      var draft = PayloadDraft(message, type, recipient)
      if recipient.permission.parts.contains(.alert) {
        draft.alert = .init(title: title(of: message, recipient), body: text)
        return push(draft, reason, warnings)
      }
      // Nothing that it could take back was shown.
      if type == .recall { return .withheld(.notPermitted, .recallWithoutAlert) }
      return push(draft, .withoutAlert, [])
    }
  }

  /// Makes the push of a draft, whose text is cut where that is too long.
  private func push(_ draft: PayloadDraft, _ reason: Reason, _ warnings: [CompositionWarning]) -> Verdict {
    var (draft, warnings) = (draft, warnings)
    switch draft.fit(Reason.sizeLimit) {
    case .whole: break
    case .cut(let before, let after): warnings.append(.textCut(from: before, to: after))
    case .tooLarge(let size): return .withheld(.noContent, .payloadTooLarge(size))
    }
    return .push(ComposedPush(payload: draft.payload, warnings: warnings), reason)
  }

  /// The title: the sender's wish, else the name of the group or of the sender.
  private func title(of message: Message, _ recipient: Recipient) -> String? {
    if message.push.disablesTitle || message.hidesDetails(from: recipient) { return nil }
    let name = message.channel.type.isGroup ? message.channel.targetName : message.sender.name
    // A title of spaces is none to clients.
    return [message.push.title, name].lazy.compactMap { $0 }.first { !$0.allSatisfy(\.isWhitespace) }
  }
}

extension Message {
  /// Returns whether the push must not show what the message says, nor who sent it.
  func hidesDetails(from recipient: Recipient) -> Bool {
    recipient.hidesDetails && !push.forcesDetails
  }
}

extension PushPermission {
  /// The reason why nothing can be shown; nil where something can.
  fileprivate var refusal: Reason? {
    switch self {
    case .notAsked: .permissionNotAsked
    case .denied: .permissionDenied
    case .granted(let parts), .provisional(let parts): parts.isEmpty ? .nothingPermitted : nil
    }
  }
}
