import NotificationModel
import Presentation

extension Flow {
  /// Draws messages, each in a bubble: one's own at the side where lines end.
  func conversation(_ messages: [ViewElement.Message]) {
    if messages.isEmpty { return }
    begin()
    var last = ""
    for message in messages {
      let text = canvas.block(message.text, .init(size: 15, maxLines: 30), width: width * 0.72)
      let bubble = text.inkWidth + 22
      let x = message.isOwn ? picture.trailing(inset, bubble) : picture.leading(inset, bubble)
      let note = [message.isOwn || message.sender == last ? "" : message.sender, message.time]
        .filter { !$0.isEmpty }.joined(separator: " · ")
      if !note.isEmpty {
        let block = canvas.block(note, .init(size: 11, maxLines: 1), width: width * 0.8)
        let isRight = message.isOwn != picture.options.isRightToLeft
        // Beside the bubble's own edge, whatever direction the name has.
        let at = isRight ? x + bubble - block.inkWidth - 4 : x + 4
        canvas.draw(block, at - block.inkX, y, look.secondary)
        y += block.height + 2
      }
      canvas.fill(x, y, bubble, text.height + 14, radius: 15, message.isOwn ? accent.fill : look.bubble)
      canvas.draw(text, x + 11 - text.inkX, y + 7, message.isOwn ? accent.label : look.text)
      y += text.height + 14 + 6
      last = message.isOwn ? "" : message.sender
    }
    y -= 6
  }
}
