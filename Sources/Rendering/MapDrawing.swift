import NotificationViews
import Presentation

/// Draws a map on a ground of the host's own, without a picture of the land.
struct MapDrawing {
  private let picture: NotificationPicture
  private let map: ViewElement.Map
  private let geometry: MapGeometry
  private let x: Double
  private let y: Double

  /// - Parameters:
  ///   - x: the left edge.
  ///   - y: the upper edge.
  init(_ map: ViewElement.Map, _ picture: NotificationPicture, _ x: Double, _ y: Double, width: Double) {
    self.map = map
    self.picture = picture
    self.x = x
    self.y = y
    geometry = MapGeometry(map, width: width)
  }

  var height: Double { geometry.height }

  private var canvas: Canvas { picture.canvas }
  private var look: Appearance { picture.look }

  private func at(_ points: [MapGeometry.Point]) -> [(x: Double, y: Double)] {
    points.map { (x + $0.x, y + $0.y) }
  }

  /// Draws the map; returns the numbers of the places whose names have no room on it.
  func draw() -> Set<Int> {
    let (width, height) = (geometry.width, geometry.height)
    var numbered: Set<Int> = []
    canvas.clipped(x, y, width, height, radius: 12) {
      canvas.fill(x, y, width, height, look.bubble)
      for column in geometry.columns { canvas.line(x + column, y, x + column, y + height, look.line) }
      for row in geometry.rows { canvas.line(x, y + row, x + width, y + row, look.line) }
      drawCircle()
      for line in geometry.route {
        canvas.polyline(at(line), width: 5, look.card)
        canvas.polyline(at(line), width: 3, picture.accent.tint)
      }
      numbered = drawPlaces()
      drawScale()
    }
    canvas.stroke(x, y, width, height, radius: 12, look.line)
    return numbered
  }

  private func drawCircle() {
    if geometry.circle.isEmpty { return }
    let rings = geometry.circle.map(at)
    let whole = at([
      .init(0, 0), .init(geometry.width, 0), .init(geometry.width, geometry.height),
      .init(0, geometry.height),
    ])
    var colour = picture.accent.tint
    for line in geometry.circleLines { canvas.polyline(at(line), width: 1.5, colour) }
    colour.alpha = 0.18
    // Circles side by side do not meet, but one around a pole meets itself: each by itself, then.
    if geometry.isCircleOutside {
      canvas.polygons([whole] + rings, colour)
    } else {
      for ring in rings { canvas.polygon(ring, colour) }
    }
  }

  private func drawPlaces() -> Set<Int> {
    let names = map.places.map { canvas.block($0.name, .init(size: 12, isBold: true), width: 1000) }
    let sizes = names.map { ($0.inkWidth <= 140 ? $0.inkWidth + 8 : .infinity, $0.height + 2) }
    let labels = geometry.labels(sizes, isRightToLeft: picture.options.isRightToLeft)
    var numbered: Set<Int> = []
    for (index, place) in geometry.places.enumerated() {
      guard case .number = labels[index], !map.places[index].name.isEmpty else {
        MapPin.draw(picture, x + place.x, y + place.y, number: nil)
        continue
      }
      numbered.insert(index)
      MapPin.draw(picture, x + place.x, y + place.y, number: index + 1)
    }
    for (index, label) in labels.enumerated() {
      guard case .beside(let corner) = label, names[index].inkWidth > 0 else { continue }
      plate(names[index], corner, look.text)
    }
    return numbered
  }

  /// Draws a text on a plate of its own, so that it can be read whatever is behind it.
  private func plate(_ block: TextBlock, _ corner: MapGeometry.Point, _ colour: Colour) {
    canvas.fill(x + corner.x, y + corner.y, block.inkWidth + 8, block.height + 2, radius: 5, look.card)
    canvas.draw(block, x + corner.x + 4 - block.inkX, y + corner.y + 1, colour)
  }

  private func drawScale() {
    // Isolated, so that number and unit stay in their order.
    let text = canvas.block("\u{2066}\(geometry.barText)\u{2069}", .init(size: 10, maxLines: 1), width: 80)
    let bottom = geometry.height - 8
    plate(text, .init(8 + geometry.barWidth + 4, bottom - text.height), look.secondary)
    canvas.line(x + 8, y + bottom - 2, x + 8 + geometry.barWidth, y + bottom - 2, width: 2, look.text)
    for end in [9, 7 + geometry.barWidth] {
      canvas.line(x + end, y + bottom - 6, x + end, y + bottom - 1, width: 2, look.text)
    }
  }
}

/// The sign of a place.
enum MapPin {
  /// Draws a pin whose tip is at a point, with a number or a dot in it.
  static func draw(_ picture: NotificationPicture, _ x: Double, _ y: Double, number: Int?) {
    let (canvas, look) = (picture.canvas, picture.look)
    let radius = number == nil ? 6.5 : 8.0
    canvas.polygon([(x - radius + 0.5, y - 9), (x + radius - 0.5, y - 9), (x, y)], look.destructive)
    canvas.circle(x, y - 11, radius: radius, look.destructive)
    guard let number else { return canvas.circle(x, y - 11, radius: 2.5, look.card) }
    let text = canvas.block(String(number), .init(size: 10, isBold: true, alignment: .center), width: 16)
    canvas.draw(text, x - 8, y - 11 - text.height / 2, look.card)
  }
}
