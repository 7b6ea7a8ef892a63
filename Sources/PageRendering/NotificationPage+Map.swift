import NotificationViews
import Presentation

/// Maps on a ground of the host's own, as SVG inside the page.
extension NotificationPage {
  /// Writes a map, and below it the places of which it does not say everything.
  mutating func write(_ map: ViewElement.Map) {
    let geometry = MapGeometry(map, width: Self.width)
    let labels = geometry.labels(
      map.places.map { (width: Self.nameWidth($0.name), height: 18) }, isRightToLeft: options.isRightToLeft)
    let names = map.places.map(\.name).filter { !$0.isEmpty }.joined(separator: ", ")
    html += "<div class=\"element\">\n"
    html += "<svg class=\"map\" viewBox=\"0 0 \(Self.css(geometry.width)) \(Self.css(geometry.height))\""
    html +=
      names.isEmpty ? " aria-hidden=\"true\">\n" : " role=\"img\" aria-label=\"\(Self.escaped(names))\">\n"
    ground(geometry)
    area(geometry)
    for line in geometry.route {
      let path = Self.path(line)
      html += "<path class=\"route casing\" d=\"\(path)\"/><path class=\"route\" d=\"\(path)\"/>\n"
    }
    let numbered = pins(map, geometry, labels)
    scale(geometry)
    html += "<rect class=\"frame\" x=\".5\" y=\".5\" width=\"\(Self.css(geometry.width - 1))\""
    html += " height=\"\(Self.css(geometry.height - 1))\" rx=\"12\"/></svg>\n"
    list(map, numbered)
    html += "</div>\n"
  }

  /// Writes the places of which the map does not say everything.
  private mutating func list(_ map: ViewElement.Map, _ numbered: Set<Int>) {
    let listed = map.places.enumerated().filter {
      numbered.contains($0.offset) || !$0.element.detail.isEmpty
    }
    if listed.isEmpty { return }
    html += "<ul class=\"places listed\" role=\"list\">\n"
    for (index, place) in listed {
      row(
        place.name, detail: Self.escaped(place.detail), number: numbered.contains(index) ? index + 1 : nil)
    }
    html += "</ul>\n"
  }

  /// The widths of `a` to `z` in the bold letters of Noto Sans, in thousandths of the size.
  private static let letters = [
    604, 633, 514, 633, 591, 387, 633, 657, 305, 305, 620, 305, 982, 657, 619, 633, 633, 454, 497, 434, 657,
    569, 856, 578, 569, 488,
  ]

  /// Returns the points of a name on its plate, estimated by its letters; infinite where there is no room for it.
  private static func nameWidth(_ name: String) -> Double {
    let width = name.unicodeScalars.reduce(0) { sum, scalar in
      switch scalar.value {
      case 0x61...0x7A: sum + letters[Int(scalar.value) - 0x61]
      case 0x4D, 0x57, 0x40: sum + 970
      case 0x41...0x5A: sum + 690
      case 0x20...0x2F, 0x3A, 0x3B: sum + 330
      case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
        0xFF00...0xFF60, 0x1F000...0x3FFFF:
        sum + 1000
      case 0x300...0x36F, 0x200B...0x200F, 0x2060...0x2069, 0xFE00...0xFE0F: sum
      default: sum + 640
      }
    }
    let points = Double(width) * 12 / 1000
    return points <= 140 ? points + 10 : .infinity
  }

  private static func path(_ points: [MapGeometry.Point], isClosed: Bool = false) -> String {
    let steps = points.enumerated().map {
      "\($0.offset == 0 ? "M" : "L")\(css($0.element.x)) \(css($0.element.y))"
    }
    return steps.joined() + (isClosed ? "Z" : "")
  }

  private mutating func ground(_ geometry: MapGeometry) {
    let (width, height) = (Self.css(geometry.width), Self.css(geometry.height))
    let columns = geometry.columns.map { "M\(Self.css($0)) 0V\(height)" }
    let rows = geometry.rows.map { "M0 \(Self.css($0))H\(width)" }
    html += "<path class=\"grid\" d=\"\((columns + rows).joined())\"/>\n"
  }

  private mutating func area(_ geometry: MapGeometry) {
    if geometry.circle.isEmpty { return }
    let rings = geometry.circle.map { Self.path($0, isClosed: true) }
    if geometry.isCircleOutside {
      let (width, height) = (Self.css(geometry.width), Self.css(geometry.height))
      html += "<path class=\"area\" d=\"M0 0H\(width)V\(height)H0Z\(rings.joined())\"/>\n"
    } else {
      for ring in rings { html += "<path class=\"area\" d=\"\(ring)\"/>\n" }
    }
    html += "<path class=\"outline\" d=\"\(rings.joined())\"/>\n"
  }

  /// Writes the pins with the names for which there is room; returns the numbers of the others.
  private mutating func pins(
    _ map: ViewElement.Map, _ geometry: MapGeometry, _ labels: [MapGeometry.Label]
  ) -> Set<Int> {
    var numbered: Set<Int> = []
    for (index, place) in geometry.places.enumerated() {
      if case .number = labels[index], !map.places[index].name.isEmpty { numbered.insert(index) }
      let number = numbered.contains(index) ? index + 1 : nil
      html += "<g class=\"mark\">\(PageShapes.mark(place.x, place.y, number: number))</g>\n"
    }
    for (index, label) in labels.enumerated() {
      guard case .beside(let corner) = label, !map.places[index].name.isEmpty else { continue }
      plate(map.places[index].name, corner, width: Self.nameWidth(map.places[index].name), height: 18, "name")
    }
    return numbered
  }

  /// Writes a text on a plate of its own, so that it can be read whatever is behind it.
  private mutating func plate(
    _ text: String, _ corner: MapGeometry.Point, width: Double, height: Double, _ style: String
  ) {
    html += "<rect class=\"plate\" x=\"\(Self.css(corner.x))\" y=\"\(Self.css(corner.y))\""
    html += " width=\"\(Self.css(width))\" height=\"\(Self.css(height))\" rx=\"5\"/>"
    html +=
      "<text class=\"\(style)\" x=\"\(Self.css(corner.x + width / 2))\" y=\"\(Self.css(corner.y + height - 5))\""
    html += " text-anchor=\"middle\">\(Self.escaped(text))</text>\n"
  }

  private mutating func scale(_ geometry: MapGeometry) {
    let bottom = geometry.height - 8
    // Isolated, so that number and unit stay in their order.
    plate(
      "\u{2066}\(geometry.barText)\u{2069}", .init(8 + geometry.barWidth + 4, bottom - 14),
      width: 8 + 6.2 * Double(geometry.barText.count), height: 15, "scale")
    let (left, right) = (9.0, 7 + geometry.barWidth)
    html += "<path class=\"bar\" d=\"M\(Self.css(left)) \(Self.css(bottom - 6))V\(Self.css(bottom - 2))"
    html += "H\(Self.css(right))V\(Self.css(bottom - 6))\"/>\n"
  }
}
