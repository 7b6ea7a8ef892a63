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
  let accent: AccentColour
  private let caption: String
  private let thumbnail: (AttachmentFile, Int) -> Thumbnail?
  /// Points of the whole.
  package private(set) var width = cardWidth + 2 * margin
  package private(set) var height = 0.0

  /// - Parameters:
  ///   - caption: the text above it; empty for none.
  ///   - thumbnail: the picture of an attachment, with so many pixels on its longer side.
  package init(
    _ presentation: NotificationPresentation, _ options: PictureOptions, caption: String = "",
    thumbnail: @escaping (AttachmentFile, Int) -> Thumbnail?
  ) {
    self.options = options
    self.presentation = options.form == .hidden ? presentation.withHiddenPreviews : presentation
    self.caption = caption
    self.thumbnail = thumbnail
    accent = AccentColour(presentation.accent, options.appearance)
    canvas = Canvas(fonts: Fonts(language: options.language, isRightToLeft: options.isRightToLeft))
    let top = drawCaption() + Self.margin
    switch options.form {
    case .banner: height = top + drawBanner(top) + Self.margin
    case .expanded: height = top + drawExpanded(top) + Self.margin
    case .lock, .hidden: height = drawLockScreen()
    }
  }

  /// Characters for which no font has a picture.
  package var missingGlyphs: Int { canvas.missingGlyphs }

  /// Texts for which there is no room in this form.
  package var cutTexts: Int { canvas.cutTexts }

  var look: Appearance { options.appearance }
  /// The line that says that a notification is urgent; empty where it is not.
  var level: String { presentation.levelText }
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

  /// Returns the picture of an attachment, with so many points on its longer side.
  func image(_ file: AttachmentFile, side: Double) -> Thumbnail? {
    thumbnail(file, min(max(Int((side * options.scale).rounded(.up)), 1), PictureSize.pixelLimit))
  }

  /// Draws the caption above the card; returns the height that it takes.
  private func drawCaption() -> Double {
    if caption.isEmpty { return 0 }
    let block = canvas.block(caption, .init(size: 12, maxLines: 1), width: Self.cardWidth - 2 * Self.padding)
    canvas.draw(block, leading(Self.padding, block.width), 14, look.secondary)
    return block.height + 2
  }

  // MARK: Banner

  /// Draws a card with title, subtitle and body; gives its height.
  private func drawBanner(_ top: Double) -> Double {
    let icon = 40.0
    let textInset = Self.padding + icon + 12
    let file = presentation.thumbnail
    let picture = file.flatMap { image($0, side: PictureSize.covering($0, 44, 44)) }
    let time = canvas.block(options.time, .init(size: 12), width: 60)
    let pictureRoom = picture == nil ? 0.0 : 44 + 10
    let textWidth = Self.cardWidth - textInset - Self.padding - pictureRoom
    var blocks: [(block: TextBlock, colour: Colour)] = []
    /// The clock stands beside the first line.
    func add(_ text: String, _ style: TextBlock.Style, _ colour: Colour) {
      if text.isEmpty { return }
      let width = blocks.isEmpty ? textWidth - time.inkWidth - 10 : textWidth
      blocks.append((canvas.block(text, style, width: width), colour))
    }
    let title = presentation.title.isEmpty ? presentation.header : presentation.title
    add(level, .level, look.secondary)
    add(title, .init(size: 15, isBold: true, maxLines: 1), look.text)
    add(presentation.subtitle, .init(size: 14, isBold: true, maxLines: 1), look.text)
    add(presentation.body, .init(size: 15, maxLines: presentation.attachments.isEmpty ? 4 : 2), look.text)
    let textHeight = blocks.reduce(0) { $0 + $1.block.height + 1 }
    let height = max(textHeight, icon) + 2 * Self.padding
    canvas.fill(left, top, Self.cardWidth, height, radius: 22, look.card)
    drawIcon(leading(Self.padding, icon), top + (height - icon) / 2, icon)
    var y = top + (height - textHeight) / 2
    let baseline = blocks.first?.block.baseline ?? time.baseline
    drawTrailing(time, Self.padding + pictureRoom, y + baseline - time.baseline, look.secondary)
    for (block, colour) in blocks {
      canvas.draw(block, leading(textInset, block.width), y, colour)
      y += block.height + 1
    }
    if let picture {
      canvas.picture(
        picture, trailing(Self.padding, 44), top + (height - 44) / 2, 44, 44, radius: 8,
        ground: look.pictureGround)
    }
    return height
  }

  /// Draws the app's icon, or the tile with the first letter of its name.
  func drawIcon(_ x: Double, _ y: Double, _ side: Double) {
    if let icon = presentation.icon, let drawn = image(icon, side: PictureSize.covering(icon, side, side)) {
      return canvas.picture(
        drawn, x, y, side, side, radius: side * PictureSize.iconRadius, ground: look.pictureGround)
    }
    let tile = AppTile(name: presentation.appName)
    canvas.fill(x, y, side, side, radius: side * PictureSize.iconRadius, tile.colour)
    let block = canvas.block(
      tile.letter, .init(size: side * 0.55, isBold: true, alignment: .center), width: side)
    canvas.draw(block, x, y + (side - block.height) / 2, .white)
  }

  // MARK: Expanded

  private func drawExpanded(_ top: Double) -> Double {
    // The card lies behind what it carries, and its height follows from that.
    let behind = canvas.place
    let flow = Flow(self, top: top)
    flow.header()
    if presentation.extended?.hidesDefaultContent != true { flow.defaultContent() }
    flow.elements(presentation.elements)
    let height = flow.height + Self.padding
    let end = canvas.place
    canvas.fill(left, top, Self.cardWidth, height, radius: 22, look.card)
    canvas.move(from: end, behind: behind)
    return height + drawActions(top + height + 10)
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
      drawLeading(blocks[index], Self.padding, y + (heights[index] - blocks[index].height) / 2, colour)
      drawSign(of: action, trailing(Self.padding, 20), y + heights[index] / 2, colour)
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
      options.time, .init(size: 76, isBold: true, alignment: .center), width: Self.cardWidth)
    canvas.draw(clock, left, 56, look.text)
    let top = 56 + clock.height + 40
    return max(520, top + drawBanner(top) + 40)
  }
}
