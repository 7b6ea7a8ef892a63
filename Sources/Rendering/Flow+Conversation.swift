import NotificationViews
import Presentation

extension Flow {
  private static let avatarSide = 28.0

  /// Draws messages, each in a bubble: one's own at the side where lines end.
  func conversation(_ messages: [ViewElement.Message]) {
    if messages.isEmpty { return }
    begin()
    let hasAvatars = messages.contains {
      !$0.isOwn && presentation.attachment($0.avatar)?.kind == .image
    }
    var last = ""
    var top = y
    for (index, message) in messages.enumerated() {
      if message.sender != last || message.isOwn { top = y }
      let inset = self.inset + (hasAvatars && !message.isOwn ? Self.avatarSide + 6 : 0)
      let room = (width - (hasAvatars ? Self.avatarSide + 6 : 0)) * (hasAvatars ? 0.8 : 0.72)
      let photo = self.photo(message, room: room + 22)
      // One that could not be decoded is left out, as one that is missing.
      if photo == nil, message.text.isEmpty { continue }
      note(of: message, hasName: !message.isOwn && message.sender != last, inset: inset)
      if let photo { y += draw(photo, isOwn: message.isOwn, inset: inset) }
      if !message.text.isEmpty {
        if photo != nil { y += 3 }
        bubble(message, inset: inset, room: room)
      }
      let next = messages.dropFirst(index + 1).first
      if !message.isOwn, next.map({ $0.isOwn || $0.sender != message.sender }) ?? true {
        // Beside the end of what a person has said, and not above its beginning.
        if presentation.attachment(message.avatar) != nil { y = max(y, top + Self.avatarSide) }
        avatar(
          message.avatar, picture.leading(self.inset, Self.avatarSide), y - Self.avatarSide,
          side: Self.avatarSide)
      }
      y += 6
      last = message.isOwn ? "" : message.sender
    }
    y -= 6
  }

  /// Draws the line above a message: its sender and its time.
  private func note(of message: ViewElement.Message, hasName: Bool, inset: Double) {
    let note = [hasName ? message.sender : "", message.time].filter { !$0.isEmpty }.joined(separator: " · ")
    if note.isEmpty { return }
    let block = canvas.block(note, .init(size: 11, maxLines: 1), width: width * 0.8)
    // At the bubble's own side, whatever direction the name has.
    if message.isOwn {
      picture.drawTrailing(block, inset + 4, y, look.secondary)
    } else {
      picture.drawLeading(block, inset + 4, y, look.secondary)
    }
    y += block.height + 2
  }

  /// Draws a message's text in its bubble.
  private func bubble(_ message: ViewElement.Message, inset: Double, room: Double) {
    let text = canvas.block(message.text, .init(size: 15, maxLines: 30), width: room)
    let bubble = text.inkWidth + 22
    let x = message.isOwn ? picture.trailing(inset, bubble) : picture.leading(inset, bubble)
    canvas.fill(x, y, bubble, text.height + 14, radius: 15, message.isOwn ? accent.fill : look.bubble)
    canvas.draw(text, x + 11 - text.inkX, y + 7, message.isOwn ? accent.label : look.text)
    y += text.height + 14
  }
}
