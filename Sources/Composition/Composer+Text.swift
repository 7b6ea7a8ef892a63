import PushExtras

/// The text of a push: that of the mention, the sender's, a template, the type's default, in this order.
extension Composer {
  /// A text with where it comes from, or the reason for which there is none.
  enum TextChoice {
    case some(String, Reason)
    case none(Reason)
  }

  /// Chooses the text of a message, or the words that stand for it where the recipient hides details.
  func text(
    of message: Message, _ type: MessageType, _ recipient: Recipient, _ warnings: inout [CompositionWarning]
  ) -> TextChoice {
    let choice = shownText(of: message, type, recipient, &warnings)
    // That something was taken back is no detail, and it is no new message.
    guard case .some = choice, type != .recall, message.hidesDetails(from: recipient) else { return choice }
    return .some(texts.text(.hiddenDetails, recipient), .hiddenDetails)
  }

  private func shownText(
    of message: Message, _ type: MessageType, _ recipient: Recipient, _ warnings: inout [CompositionWarning]
  ) -> TextChoice {
    let isMentioned = message.mention?.includes(recipient.user) ?? false
    if isMentioned, let text = message.mention?.content, !text.isEmpty { return .some(text, .mentionContent) }
    if let text = message.push.content, !text.isEmpty { return .some(text, .pushContent) }
    if let template = message.push.template {
      if let text = texts.text(template.key, recipient, template.arguments) {
        return .some(text, .template(template.key))
      }
      warnings.append(.templateMissing(template.key))
    }
    let choice = defaultText(of: message, type, recipient)
    // A recall shows no text of its sender's.
    guard case .some(let text, let reason) = choice, type != .recall, message.channel.type.isGroup else {
      return choice
    }
    return .some(inGroup(text, message, isMentioned: isMentioned, recipient), reason)
  }

  /// The text of the message's type.
  private func defaultText(of message: Message, _ type: MessageType, _ recipient: Recipient) -> TextChoice {
    let label = texts.text(message.objectName, recipient)
    switch type {
    case .notification: return .none(.notificationNeedsPushContent)
    case .custom where label == nil: return .none(.customTypeNeedsPushContent)
    case .signal: return .none(.signalType)
    case .recall: break
    case _ where message.content.burnsAfterReading:
      return .some(texts.text(.secretChat, recipient), .secretChat)
    case .text, .titledLabel:
      if let text = message.content.text, !text.isEmpty { return .some(text, .messageText) }
    case .file:
      if let label, let name = message.content.fileName, !name.isEmpty {
        return .some(texts.text(.fileName, recipient, [label, name]), .defaultText)
      }
    case .label, .custom: break
    }
    return label.map { .some($0, .defaultText) } ?? .none(.textMissing)
  }

  /// Returns a text as a group shows it: with the sender's name, and that the recipient is mentioned.
  private func inGroup(
    _ text: String, _ message: Message, isMentioned: Bool, _ recipient: Recipient
  ) -> String {
    let name = message.sender.name ?? ""
    let line = name.isEmpty ? text : texts.text(.groupText, recipient, [name, text])
    return isMentioned ? texts.text(.mention, recipient, [line]) : line
  }
}
