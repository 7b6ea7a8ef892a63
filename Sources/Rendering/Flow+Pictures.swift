import NotificationViews
import Presentation

extension Flow {
  /// A picture that could be decoded, with its size on the card.
  private struct Prepared {
    let thumbnail: Thumbnail
    let width: Double
    let height: Double
    let radius: Double
  }

  /// Decodes an attachment as it is to be shown; nil where there is no picture.
  private func prepared(_ shown: ViewElement.Picture, width: Double) -> Prepared? {
    guard let file = presentation.attachment(shown.attachment), file.kind == .image else { return nil }
    let given = shown.size ?? shown.fit.size
    let size: (width: Double, height: Double)
    let longest: Double
    var radius = 12.0
    switch shown.fit {
    case .fit:
      size = PictureSize.whole(file, width: width, side: given)
      longest = max(size.width, size.height)
      radius = min(radius, size.width / 4, size.height / 4)
    case .fill, .avatar, .icon:
      let height = given ?? width
      size = shown.fit == .fill ? (width, height) : (min(height, width), min(height, width))
      longest = PictureSize.covering(file, size.width, size.height)
      if shown.fit == .avatar { radius = size.width / 2 }
      if shown.fit == .icon { radius = size.width * PictureSize.iconRadius }
    }
    return picture.image(file, side: longest).map {
      Prepared(thumbnail: $0, width: size.width, height: size.height, radius: radius)
    }
  }

  /// Returns the left edge of something of a width, between two edges.
  func edge(_ alignment: ViewElement.Alignment, _ width: Double, inset: Double, room: Double) -> Double {
    switch alignment {
    case .start: picture.leading(inset, width)
    case .center: picture.leading(inset + (room - width) / 2, width)
    case .end: picture.leading(inset + room - width, width)
    }
  }

  /// Draws a picture over the whole width, and its caption below.
  func image(_ shown: ViewElement.Picture) {
    guard let prepared = prepared(shown, width: width) else { return }
    begin()
    y += draw(prepared, shown, y, inset: inset, room: width)
  }

  /// Draws a picture and its caption; returns the height of both.
  private func draw(
    _ prepared: Prepared, _ shown: ViewElement.Picture, _ y: Double, inset: Double, room: Double
  ) -> Double {
    canvas.picture(
      prepared.thumbnail, edge(shown.alignment, prepared.width, inset: inset, room: room), y, prepared.width,
      prepared.height, radius: prepared.radius, ground: look.pictureGround)
    if shown.caption.isEmpty { return prepared.height }
    // Below a narrow picture its caption goes where the picture does.
    let alignment = prepared.width < room - 1 ? TextBlock.Alignment(shown.alignment) : .start
    let caption = canvas.block(
      shown.caption, .init(size: 12, maxLines: 3, alignment: alignment), width: room)
    canvas.draw(caption, picture.leading(inset, room), y + prepared.height + 4, look.secondary)
    return prepared.height + 4 + caption.height
  }

  // MARK: Columns

  /// Draws columns side by side, each as wide as its share.
  func columns(_ columns: [ViewElement.Column]) {
    let gap = 12.0
    let shares = columns.reduce(0) { $0 + $1.width }
    let room = width - gap * Double(columns.count - 1)
    guard shares > 0, room > 0 else { return }
    let waiting = space
    begin()
    let widths = columns.map { room * Double($0.width) / Double(shares) }
    // Texts side by side stand on one line, whatever their sizes and scripts.
    let baselines = zip(columns, widths).map { firstText($0, room: $1)?.baseline }
    let baseline = baselines.compactMap(\.self).max() ?? 0
    var start = inset
    var height = 0.0
    for (index, column) in columns.enumerated() {
      let drop = baselines[index].map { baseline - $0 } ?? 0
      height = max(height, cells(column, inset: start, room: widths[index], drop: drop))
      start += widths[index] + gap
    }
    y += height
    if height == 0 {
      y -= waiting
      space = waiting
    }
  }

  /// Returns the text that a column begins with; nil where it begins with a picture.
  private func firstText(_ column: ViewElement.Column, room: Double) -> TextBlock? {
    guard case .text(let runs, let style)? = column.cells.first else { return nil }
    return block(runs, self.style(style).0, column, room: room)
  }

  /// Returns a text of a column, laid out.
  private func block(
    _ runs: [ViewElement.TextRun], _ style: TextBlock.Style, _ column: ViewElement.Column, room: Double
  ) -> TextBlock {
    var style = style
    style.alignment = TextBlock.Alignment(column.alignment)
    style.maxLines = min(style.maxLines, 8)
    style.size = min(style.size, 17)
    return canvas.block(runs, style, width: room)
  }

  /// Draws one column; returns its height.
  ///
  /// - Parameter drop: the space above its first text.
  private func cells(
    _ column: ViewElement.Column, inset: Double, room: Double, drop: Double
  ) -> Double {
    var height = 0.0
    for cell in column.cells {
      let top = height == 0 ? drop : height + 4
      switch cell {
      case .text(let runs, let style):
        let (style, colour) = self.style(style)
        let block = block(runs, style, column, room: room)
        canvas.draw(block, picture.leading(inset, room), y + top, colour)
        height = top + block.height
      case .image(var shown):
        shown.alignment = column.alignment
        guard let prepared = prepared(shown, width: room) else { continue }
        height = top + draw(prepared, shown, y + top, inset: inset, room: room)
      }
    }
    return height
  }

  // MARK: Pictures of conversations

  /// Draws a person's picture as a circle.
  func avatar(_ identifier: String, _ x: Double, _ y: Double, side: Double) {
    guard let file = presentation.attachment(identifier), file.kind == .image,
      let thumbnail = picture.image(file, side: PictureSize.covering(file, side, side))
    else { return }
    canvas.picture(thumbnail, x, y, side, side, radius: side / 2, ground: look.pictureGround)
  }

  /// A picture that was sent, with its size.
  struct Photo {
    fileprivate let thumbnail: Thumbnail
    fileprivate let size: (width: Double, height: Double)
  }

  /// Returns the picture that was sent with a message; nil where there is none that can be decoded.
  func photo(_ message: ViewElement.Message, room: Double) -> Photo? {
    guard let file = presentation.attachment(message.image), file.kind == .image else { return nil }
    let size = PictureSize.whole(file, width: min(240, room), height: 240)
    return picture.image(file, side: max(size.width, size.height)).map { Photo(thumbnail: $0, size: size) }
  }

  /// Draws a picture that was sent, in a bubble of its own; returns its height.
  func draw(_ photo: Photo, isOwn: Bool, inset: Double) -> Double {
    let (thumbnail, size) = (photo.thumbnail, photo.size)
    let x = isOwn ? picture.trailing(inset, size.width) : picture.leading(inset, size.width)
    canvas.picture(
      thumbnail, x, y, size.width, size.height, radius: min(15, size.width / 4, size.height / 4),
      ground: look.pictureGround)
    return size.height
  }
}

extension TextBlock.Alignment {
  init(_ alignment: ViewElement.Alignment) {
    switch alignment {
    case .start: self = .start
    case .center: self = .center
    case .end: self = .end
    }
  }
}
