import NotificationViews
import Presentation

/// The contents of a card, one below the other.
final class Flow {
  let picture: NotificationPicture
  private let top: Double
  /// The upper edge of what comes next, without the space before it.
  var y: Double
  /// The space before what comes next, if anything does.
  var space = 0.0

  init(_ picture: NotificationPicture, top: Double) {
    self.picture = picture
    self.top = top
    y = top + NotificationPicture.padding
  }

  /// From the card's upper edge to the end of what it carries.
  var height: Double { y - top }

  var canvas: Canvas { picture.canvas }
  var look: Appearance { picture.look }
  var accent: AccentColour { picture.accent }
  var presentation: NotificationPresentation { picture.presentation }
  let inset = NotificationPicture.padding
  var width: Double { NotificationPicture.cardWidth - 2 * inset }

  /// Goes to where the next thing is drawn.
  func begin() {
    y += space
    space = 0
  }

  /// Draws a text over the whole width and goes below it.
  func paragraph(
    _ runs: [ViewElement.TextRun], _ style: TextBlock.Style, _ colour: Colour, space after: Double
  ) {
    begin()
    let block = canvas.block(runs, style, width: width)
    canvas.draw(block, picture.leading(inset, width), y, colour)
    y += block.height
    space = after
  }

  func paragraph(_ text: String, _ style: TextBlock.Style, _ colour: Colour, space: Double) {
    if !text.isEmpty { paragraph([.init(text)], style, colour, space: space) }
  }

  // MARK: The notification's own

  func header() {
    let side = 22.0
    let time = canvas.block(picture.options.time, .init(size: 12), width: 60)
    let name = canvas.block(
      presentation.header, .init(size: 13, maxLines: 1), width: width - side - 10 - time.inkWidth - 10)
    picture.drawIcon(picture.leading(inset, side), y, side)
    let nameTop = y + (side - name.height) / 2
    picture.drawLeading(name, inset + side + 8, nameTop, look.secondary)
    picture.drawTrailing(time, inset, nameTop + name.baseline - time.baseline, look.secondary)
    y += side
    space = 10
    paragraph(picture.level, .level, look.secondary, space: 4)
  }

  func defaultContent() {
    paragraph(presentation.title, .init(size: 17, isBold: true, maxLines: 3), look.text, space: 2)
    paragraph(presentation.subtitle, .init(size: 15, isBold: true, maxLines: 2), look.text, space: 2)
    paragraph(presentation.body, .init(size: 15, maxLines: 30), look.text, space: 8)
    // What the view shows itself does not stand there twice.
    let shown = presentation.view.attachments
    if let file = presentation.thumbnail, !shown.contains(file.identifier) {
      image(.init(attachment: file.identifier))
    }
  }

  // MARK: Elements

  func elements(_ elements: [ViewElement]) {
    for element in elements {
      let (before, start) = (space, y)
      space += 4
      add(element)
      // An element of which nothing can be shown takes no room.
      space = y == start ? before : 6
    }
  }

  private func add(_ element: ViewElement) {
    switch element {
    case .text(let runs, let style, let alignment):
      var (style, colour) = self.style(style)
      style.alignment = TextBlock.Alignment(alignment)
      paragraph(runs, style, colour, space: 0)
    case .image(let shown): image(shown)
    case .columns(let columns): self.columns(columns)
    case .countdown(let countdown): add(countdown)
    case .map(let map): add(map)
    case .fields(let fields): add(fields)
    case .progress(let value, let label): progress(value, label)
    case .timeline(let steps): timeline(steps)
    case .places(let places): add(places)
    case .conversation(let messages): conversation(messages)
    case .buttons(let actions): buttons(actions)
    case .textInput(_, let input): textInput(input)
    case .media(let attachment, let title, let isPlaying):
      if presentation.attachment(attachment) != nil { media(title, isPlaying) }
    }
  }

  /// Returns the font and the colour of a text.
  func style(_ style: ViewElement.TextStyle) -> (TextBlock.Style, Colour) {
    switch style {
    case .title: (.init(size: 19, isBold: true, maxLines: 8), look.text)
    case .body: (.init(size: 15, maxLines: 60), look.text)
    case .caption: (.init(size: 12, maxLines: 30), look.secondary)
    }
  }

  private func add(_ countdown: ViewElement.Countdown) {
    paragraph(countdown.label, .init(size: 13, maxLines: 2), look.secondary, space: 0)
    paragraph(countdown.text, .init(size: 28, isBold: true, maxLines: 1), look.text, space: 0)
  }

  private func add(_ fields: [ViewElement.Field]) {
    if fields.isEmpty { return }
    begin()
    let labelWidth = min(
      width * 0.4,
      fields.map { canvas.block($0.label, .init(size: 14), width: 1000).inkWidth + 1 }.max() ?? 0)
    for field in fields {
      let label = canvas.block(field.label, .init(size: 14, maxLines: 3), width: labelWidth)
      let value = canvas.block(field.value, .init(size: 14, maxLines: 6), width: width - labelWidth - 14)
      // Scripts have lines of different heights: both begin on one baseline.
      let baseline = max(label.baseline, value.baseline)
      let (labelTop, valueTop) = (baseline - label.baseline, baseline - value.baseline)
      canvas.draw(label, picture.leading(inset, label.width), y + labelTop, look.secondary)
      canvas.draw(value, picture.leading(inset + labelWidth + 14, value.width), y + valueTop, look.text)
      y += max(labelTop + label.height, valueTop + value.height) + 5
    }
    y -= 5
  }

  private func progress(_ value: Double, _ label: String) {
    paragraph(label, .init(size: 13, maxLines: 2), look.secondary, space: 5)
    begin()
    canvas.fill(picture.left + inset, y, width, 8, radius: 4, look.bubble)
    let done = width * value
    if done >= 1 {
      canvas.fill(picture.leading(inset, max(done, 8)), y, max(done, 8), 8, radius: 4, accent.tint)
    }
    y += 8
  }

  private func timeline(_ steps: [ViewElement.Step]) {
    if steps.isEmpty { return }
    begin()
    let x = picture.leading(inset + 7, 0)
    for (index, step) in steps.enumerated() {
      let time = canvas.block(step.time, .init(size: 12, maxLines: 1), width: 110)
      let room = width - 24 - (step.time.isEmpty ? 0 : time.inkWidth + 10)
      let title = canvas.block(
        step.title, .init(size: 14, isBold: [.current, .failed].contains(step.state), maxLines: 3),
        width: room)
      let detail = canvas.block(step.detail, .init(size: 12, maxLines: 4), width: room)
      let height = title.height + (step.detail.isEmpty ? 0 : detail.height + 1) + 10
      if index + 1 < steps.count {
        canvas.line(x, y + 16, x, y + height + 3, width: 2, step.state == .done ? accent.tint : look.bubble)
      }
      dot(step.state, x, y + 10)
      let colour =
        switch step.state {
        case .done, .current: look.text
        case .upcoming: look.secondary
        case .failed: look.destructive
        }
      canvas.draw(title, picture.leading(inset + 24, title.width), y, colour)
      if !step.detail.isEmpty {
        canvas.draw(detail, picture.leading(inset + 24, detail.width), y + title.height + 1, look.secondary)
      }
      if !step.time.isEmpty {
        picture.drawTrailing(time, inset, y + title.baseline - time.baseline, look.secondary)
      }
      y += height
    }
    y -= 8
  }

  private func dot(_ state: ViewElement.Step.State, _ x: Double, _ y: Double) {
    switch state {
    case .done: canvas.circle(x, y, radius: 5, accent.tint)
    case .current:
      canvas.circle(x, y, radius: 7, accent.tint, isFilled: false)
      canvas.circle(x, y, radius: 3, accent.tint)
    case .upcoming: canvas.circle(x, y, radius: 5, look.secondary, isFilled: false)
    case .failed:
      canvas.circle(x, y, radius: 7, look.destructive)
      canvas.line(x - 2.5, y - 2.5, x + 2.5, y + 2.5, width: 1.75, look.card)
      canvas.line(x - 2.5, y + 2.5, x + 2.5, y - 2.5, width: 1.75, look.card)
    }
  }

  private func add(_ places: [ViewElement.Place]) {
    if places.isEmpty { return }
    begin()
    for place in places {
      var detail = place.detail
      if let latitude = place.latitude, let longitude = place.longitude {
        // Isolated, so that the numbers stay together beside a text of the other direction.
        let position = "\u{2066}\(Degrees.text(latitude)), \(Degrees.text(longitude))\u{2069}"
        detail = detail.isEmpty ? position : "\(detail) · \(position)"
      }
      row(place.name, detail, number: nil)
    }
    y -= 6
  }

  /// Draws a place of a list.
  private func row(_ name: String, _ detail: String, number: Int?) {
    let name = canvas.block(name, .init(size: 14, isBold: true, maxLines: 2), width: width - 24)
    let line = canvas.block(detail, .init(size: 12, maxLines: 3), width: width - 24)
    MapPin.draw(picture, picture.leading(inset + 7, 0), y + 19, number: number)
    canvas.draw(name, picture.leading(inset + 24, name.width), y, look.text)
    if !detail.isEmpty {
      canvas.draw(line, picture.leading(inset + 24, line.width), y + name.height, look.secondary)
    }
    y += max(22, name.height + (detail.isEmpty ? 0 : line.height)) + 6
  }

  /// Draws a map, and below it the places of which it does not say everything.
  private func add(_ map: ViewElement.Map) {
    begin()
    let drawing = MapDrawing(map, picture, picture.left + inset, y, width: width)
    let numbered = drawing.draw()
    y += drawing.height
    let listed = map.places.enumerated().filter { numbered.contains($0.offset) || !$0.element.detail.isEmpty }
    if listed.isEmpty { return }
    y += 8
    for (index, place) in listed {
      row(place.name, place.detail, number: numbered.contains(index) ? index + 1 : nil)
    }
    y -= 6
  }

  private func buttons(_ actions: [NotificationAction]) {
    if actions.isEmpty { return }
    begin()
    var x = 0.0
    var lineHeight = 0.0
    for action in actions {
      let block = canvas.block(action.title, .init(size: 14, isBold: true, maxLines: 1), width: width - 28)
      let button = min(block.inkWidth + 28, width)
      if x > 0, x + button > width {
        x = 0
        y += lineHeight + 8
      }
      lineHeight = block.height + 14
      let at = picture.leading(inset + x, button)
      canvas.fill(at, y, button, lineHeight, radius: 9, look.bubble)
      canvas.draw(
        block, at + 14 - block.inkX, y + 7,
        action.options.contains(.destructive) ? look.destructive : accent.tint)
      x += button + 8
    }
    y += lineHeight
  }

  private func textInput(_ input: NotificationAction.TextInput) {
    begin()
    let button = canvas.block(input.buttonTitle, .init(size: 14, isBold: true, maxLines: 1), width: 110)
    let room = input.buttonTitle.isEmpty ? 0 : button.inkWidth + 14
    let text = canvas.block(input.placeholder, .init(size: 14, maxLines: 1), width: width - room - 24)
    let height = max(text.height, button.height) + 16
    canvas.fill(picture.left + inset, y, width, height, radius: 10, look.field)
    canvas.stroke(picture.left + inset, y, width, height, radius: 10, look.line)
    let baseline = max(text.baseline, button.baseline)
    canvas.draw(
      text, picture.leading(inset + 12, text.width), y + 8 + baseline - text.baseline, look.secondary)
    if room > 0 {
      picture.drawTrailing(button, inset + 12, y + 8 + baseline - button.baseline, accent.tint)
    }
    y += height
  }

  private func media(_ title: String, _ isPlaying: Bool) {
    begin()
    let block = canvas.block(title, .init(size: 14, maxLines: 2), width: width - 70)
    let height = max(44, block.height + 16)
    canvas.fill(picture.left + inset, y, width, height, radius: 12, look.bubble)
    let x = picture.leading(inset + 24, 0)
    let middle = y + height / 2
    canvas.circle(x, middle, radius: 15, accent.fill)
    if isPlaying {
      canvas.fill(x - 5, middle - 6, 3.5, 12, accent.label)
      canvas.fill(x + 1.5, middle - 6, 3.5, 12, accent.label)
    } else {
      canvas.polygon([(x - 4, middle - 7), (x - 4, middle + 7), (x + 8, middle)], accent.label)
    }
    canvas.draw(block, picture.leading(inset + 52, block.width), y + (height - block.height) / 2, look.text)
    y += height
  }
}
