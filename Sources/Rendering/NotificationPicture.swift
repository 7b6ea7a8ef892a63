import CPango
import NotificationViews
import Presentation

/// Draws a notification as a phone would show it.
package final class NotificationPicture {
  /// Points.
  static let cardWidth = 370.0
  static let margin = 20.0
  static let padding = 14.0

  let canvas: Canvas
  let options: PictureOptions
  let presentation: NotificationPresentation
  private let thumbnail: (AttachmentFile, Int) -> Thumbnail?
  /// Points of the whole.
  package private(set) var width = cardWidth + 2 * margin
  package private(set) var height = 0.0

  /// - Parameter thumbnail: the picture of an attachment, with so many pixels on its longer side.
  package init(
    _ presentation: NotificationPresentation, _ options: PictureOptions,
    thumbnail: @escaping (AttachmentFile, Int) -> Thumbnail?
  ) {
    self.options = options
    self.presentation = options.form == .hidden ? presentation.withHiddenPreviews : presentation
    self.thumbnail = thumbnail
    canvas = Canvas(fonts: Fonts(language: options.language, isRightToLeft: options.isRightToLeft))
    switch options.form {
    case .banner: height = Self.margin + drawBanner(Self.margin) + Self.margin
    case .expanded: height = Self.margin + drawExpanded(Self.margin) + Self.margin
    case .lock, .hidden: height = drawLockScreen()
    }
  }

  /// Characters for which no font has a picture.
  package var missingGlyphs: Int { canvas.missingGlyphs }

  /// Texts for which there is no room in this form.
  package var cutTexts: Int { canvas.cutTexts }

  var look: Appearance { options.appearance }
  /// The left edge of the card.
  var left: Double { Self.margin }
  var right: Double { Self.margin + Self.cardWidth }

  /// Returns the left edge of something that stands `inset` from the side where lines begin.
  func leading(_ inset: Double, _ width: Double) -> Double {
    options.isRightToLeft ? right - inset - width : left + inset
  }

  /// Returns the left edge of something that stands `inset` from the side where lines end.
  func trailing(_ inset: Double, _ width: Double) -> Double {
    options.isRightToLeft ? left + inset : right - inset - width
  }

  /// Draws a text of one line so that it begins `inset` from the side where lines begin.
  func drawLeading(_ block: TextBlock, _ inset: Double, _ y: Double, _ colour: Colour) {
    canvas.draw(block, leading(inset, block.inkWidth) - block.inkX, y, colour)
  }

  /// Draws a text of one line so that it ends `inset` from the side where lines end.
  func drawTrailing(_ block: TextBlock, _ inset: Double, _ y: Double, _ colour: Colour) {
    canvas.draw(block, trailing(inset, block.inkWidth) - block.inkX, y, colour)
  }

  func image(_ file: AttachmentFile, side: Double) -> Thumbnail? {
    thumbnail(file, Int(side * options.scale))
  }

  // MARK: Banner

  /// Draws a card with title, subtitle and body; gives its height.
  private func drawBanner(_ top: Double) -> Double {
    let icon = 40.0
    let textInset = Self.padding + icon + 12
    let picture = presentation.thumbnail.flatMap { image($0, side: 44) }
    let time = canvas.block(options.time, .init(size: 12), width: 60)
    let pictureRoom = picture == nil ? 0.0 : 44 + 10
    let textWidth = Self.cardWidth - textInset - Self.padding - pictureRoom
    let title = presentation.title.isEmpty ? presentation.header : presentation.title
    let titleWidth = textWidth - time.inkWidth - 10
    var blocks = [canvas.block(title, .init(size: 15, isBold: true, maxLines: 1), width: titleWidth)]
    if !presentation.subtitle.isEmpty {
      blocks.append(
        canvas.block(presentation.subtitle, .init(size: 14, isBold: true, maxLines: 1), width: textWidth))
    }
    if !presentation.body.isEmpty {
      let lines = presentation.attachments.isEmpty ? 4 : 2
      blocks.append(canvas.block(presentation.body, .init(size: 15, maxLines: lines), width: textWidth))
    }
    let textHeight = blocks.reduce(0) { $0 + $1.height + 1 }
    let height = max(textHeight, icon) + 2 * Self.padding
    canvas.fill(left, top, Self.cardWidth, height, radius: 22, look.card)
    drawIcon(leading(Self.padding, icon), top + (height - icon) / 2, icon)
    var y = top + (height - textHeight) / 2
    drawTrailing(time, Self.padding + pictureRoom, y + 2, look.secondary)
    for block in blocks {
      canvas.draw(block, leading(textInset, block.width), y, look.text)
      y += block.height + 1
    }
    if let picture {
      canvas.picture(picture, trailing(Self.padding, 44), top + (height - 44) / 2, 44, 44, radius: 8)
    }
    return height
  }

  /// A tile with the app's first letter, in a colour of its own.
  func drawIcon(_ x: Double, _ y: Double, _ side: Double) {
    let colours: [UInt32] = [0x3478F6, 0x34A853, 0xE8710A, 0xC5221F, 0x8E44AD, 0x00838F, 0x5D6D7E, 0xB7950B]
    let number = presentation.appName.utf8.reduce(5381) { ($0 &* 33) & 0xFF_FFFF ^ Int($1) }
    canvas.fill(x, y, side, side, radius: side * 0.23, Colour(colours[number % colours.count]))
    let letter =
      presentation.appName.first { $0.isLetter || $0.isNumber }.map { String($0).uppercased() } ?? "•"
    let block = canvas.block(letter, .init(size: side * 0.55, isBold: true, isCentred: true), width: side)
    canvas.draw(block, x, y + (side - block.height) / 2, Colour(0xFFFFFF))
  }

  // MARK: Expanded

  private func drawExpanded(_ top: Double) -> Double {
    // The card is drawn over what it carries once its height is known, and what it carries again: a recording costs little.
    let content = expandedContent(top, isDrawn: false)
    canvas.fill(left, top, Self.cardWidth, content, radius: 22, look.card)
    _ = expandedContent(top, isDrawn: true)
    return content + drawActions(top + content + 10)
  }

  /// Returns the height of what the card carries.
  private func expandedContent(_ top: Double, isDrawn: Bool) -> Double {
    let flow = Flow(self, top: top, isDrawn: isDrawn)
    flow.header()
    if presentation.extended?.hidesDefaultContent != true { flow.defaultContent() }
    if let extended = presentation.extended { flow.elements(extended.view.elements) }
    return flow.height + Self.padding
  }

  /// Draws the buttons below the card; returns the height that they add.
  private func drawActions(_ top: Double) -> Double {
    let actions = presentation.actions.prefix(NotificationAction.limit)
    if actions.isEmpty { return 0 }
    var blocks: [TextBlock] = []
    for action in actions {
      blocks.append(canvas.block(action.title, .init(size: 16, maxLines: 2), width: Self.cardWidth - 80))
    }
    let heights = blocks.map { max(44, $0.height + 20) }
    canvas.fill(left, top, Self.cardWidth, heights.reduce(0, +), radius: 16, look.card)
    var y = top
    for (index, action) in actions.enumerated() {
      if index > 0 { canvas.line(left, y, right, y, look.line) }
      let colour = action.options.contains(.destructive) ? look.destructive : look.text
      drawLeading(blocks[index], 18, y + (heights[index] - blocks[index].height) / 2, colour)
      drawSign(of: action, trailing(16, 20), y + heights[index] / 2, colour)
      y += heights[index]
    }
    return 10 + heights.reduce(0, +)
  }

  /// Draws the sign of a button that asks for text, or that wants the device unlocked.
  private func drawSign(of action: NotificationAction, _ x: Double, _ y: Double, _ colour: Colour) {
    if action.textInput != nil {
      canvas.stroke(x, y - 8, 20, 14, radius: 5, colour)
      canvas.polygon([(x + 5, y + 5), (x + 11, y + 5), (x + 5, y + 10)], colour)
    } else if action.options.contains(.authenticationRequired) {
      canvas.fill(x + 3, y - 1, 14, 10, radius: 2, colour)
      canvas.stroke(x + 5.5, y - 8, 9, 12, radius: 4.5, colour)
    }
  }

  // MARK: Lock screen

  private func drawLockScreen() -> Double {
    let clock = canvas.block(
      options.time, .init(size: 76, isBold: true, isCentred: true), width: Self.cardWidth)
    canvas.draw(clock, left, 56, look.text)
    let top = 56 + clock.height + 40
    return max(520, top + drawBanner(top) + 40)
  }
}
