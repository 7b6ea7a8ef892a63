import Glibc

/// The geometry of a map: where places, a route and a circle are on a rectangle, in points from the upper left.
///
/// The projection is Mercator's on a sphere (EPSG:3857). Longitudes go on beyond ±180°, so that what is near the antimeridian stays
/// together.
package struct MapGeometry: Sendable, Equatable {
  /// A position on the earth, in degrees.
  package struct Position: Sendable, Equatable {
    package var latitude: Double
    package var longitude: Double

    package init(latitude: Double, longitude: Double) {
      self.latitude = latitude
      self.longitude = longitude
    }
  }

  /// A point on the rectangle.
  package struct Point: Sendable, Equatable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  package let width: Double
  package let height: Double
  /// The tips of the pins, in the order of the places.
  package let places: [Point]
  /// The lines of the route; more than one where it leaves the map at one side and comes back at the other.
  package let route: [[Point]]
  /// The areas of the circle, each closed.
  package let circle: [[Point]]
  /// The lines around the circle; those around a pole go from side to side.
  package let circleLines: [[Point]]
  /// True when the circle is all that is outside of its outlines.
  package let isCircleOutside: Bool
  /// The lines of the ground, each from side to side.
  package let columns: [Double]
  package let rows: [Double]
  /// The length of the scale's bar, in points.
  package let barWidth: Double
  /// The length that the bar stands for, such as `500 m`.
  package let barText: String

  /// The radius of the sphere that has the surface of the earth (IUGG, R2), in metres.
  static let radius = 6_371_007.181
  /// The latitude at which Mercator's map of the world is a square.
  static let limit = 85.051_128_779_806_59
  /// The least width of what a map shows, in metres.
  private static let leastSpan = 400.0

  /// - Parameters:
  ///   - circle: its centre, and its radius in metres.
  package init(
    places: [Position], route: [Position] = [], circle: (center: Position, radius: Double)? = nil,
    width: Double = 342, height: Double = 180
  ) {
    self.width = width
    self.height = height
    let outline = circle.map { Outline($0.center, angle: $0.radius / Self.radius) }
    let positions = places + route + (outline?.hasPole == true ? [] : outline?.positions ?? [])
    // A circle around a pole goes around the earth.
    let west =
      outline?.hasPole == true
      ? (circle?.center.longitude ?? 0) - 180 : Self.west(of: positions.map(\.longitude))
    func world(_ position: Position) -> Point {
      var longitude = position.longitude
      while longitude < west { longitude += 360 }
      while longitude >= west + 360 { longitude -= 360 }
      return Self.world(latitude: position.latitude, longitude: longitude)
    }
    var all = positions.map(world)
    if let outline, outline.hasPole {
      all += outline.positions.map { Self.world(latitude: $0.latitude, longitude: west) }
      all += [Point(all.first?.x ?? 0, outline.hasNorthPole ? 0 : 1), Point(west / 360 + 1.5, 0.5)]
      if outline.hasSouthPole { all.append(Point(west / 360 + 0.5, 1)) }
    }
    let (left, right) = (all.map(\.x).min() ?? 0.5, all.map(\.x).max() ?? 0.5)
    let (top, bottom) = (all.map(\.y).min() ?? 0.5, all.map(\.y).max() ?? 0.5)
    let middle = Point((left + right) / 2, (top + bottom) / 2)
    // Pins stand above their places, and the scale's bar is below.
    let inner = (width: width - 2 * 28, height: height - 34 - 28, top: 34.0)
    let metres = 2 * .pi * Self.radius * cos(Self.latitude(middle.y) * .pi / 180)
    var scale = width / (Self.leastSpan / metres)
    if right > left { scale = min(scale, inner.width / (right - left)) }
    if bottom > top { scale = min(scale, inner.height / (bottom - top)) }
    func point(_ point: Point) -> Point {
      Point(
        width / 2 + (point.x - middle.x) * scale, inner.top + inner.height / 2 + (point.y - middle.y) * scale)
    }
    self.places = places.map { point(world($0)) }
    self.route = Self.lines(route.map(world)).map { $0.map(point) }
    let rings = outline.map { $0.rings(nearTo: middle.x, width: width / scale) } ?? []
    self.circle = rings.map { $0.area.map(point) }
    circleLines = rings.map { $0.line.map(point) }
    isCircleOutside = outline.map { $0.hasNorthPole && $0.hasSouthPole } ?? false
    (columns, rows) = Self.grid(width, height, scale: scale) {
      Point((($0.x - width / 2) / scale + middle.x), ($0.y - inner.top - inner.height / 2) / scale + middle.y)
    }
    let bar = Self.bar(pointsPerMetre: scale / metres)
    (barWidth, barText) = (bar.width, bar.text)
  }

  // MARK: Projection

  /// Returns a position on the map of the world, whose sides are 1 and whose upper left corner is at 180° W (EPSG:3857).
  package static func world(latitude: Double, longitude: Double) -> Point {
    let angle = min(max(latitude, -limit), limit) * .pi / 180
    return Point(longitude / 360 + 0.5, 0.5 - asinh(tan(angle)) / (2 * .pi))
  }

  private static func latitude(_ y: Double) -> Double { atan(sinh(.pi * (1 - 2 * y))) * 180 / .pi }

  /// Returns the longitude at which a map begins so that it is as narrow as can be: behind the widest gap.
  private static func west(of longitudes: [Double]) -> Double {
    let sorted = longitudes.sorted()
    guard let first = sorted.first, let last = sorted.last else { return -180 }
    var (west, widest) = (first, first + 360 - last)
    for (one, next) in zip(sorted, sorted.dropFirst()) where next - one > widest {
      (west, widest) = (next, next - one)
    }
    return west
  }

  /// Returns a route as lines that each go the shorter way around the earth.
  private static func lines(_ points: [Point]) -> [[Point]] {
    var lines: [[Point]] = []
    var line: [Point] = []
    for point in points {
      if let last = line.last, abs(point.x - last.x) > 0.5 {
        let turn = point.x > last.x ? 1.0 : -1.0
        line.append(Point(point.x - turn, point.y))
        lines.append(line)
        line = [Point(last.x + turn, last.y)]
      }
      line.append(point)
    }
    return line.isEmpty ? lines : lines + [line]
  }

  // MARK: Ground and scale

  /// Returns meridians and parallels at round degrees, 40 to 110 points apart.
  private static func grid(
    _ width: Double, _ height: Double, scale: Double, world: (Point) -> Point
  ) -> (columns: [Double], rows: [Double]) {
    let steps = [45, 30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005]
    let step = steps.last { $0 / 360 * scale >= 40 } ?? 90
    let (from, to) = (world(Point(0, 0)), world(Point(width, height)))
    var columns: [Double] = []
    var index = ((from.x - 0.5) * 360 / step).rounded(.up)
    while columns.count < 24 {
      let x = (index * step / 360 + 0.5 - from.x) * scale
      if x > width { break }
      columns.append(x)
      index += 1
    }
    var rows: [Double] = []
    index = (latitude(min(to.y, 1)) / step).rounded(.up)
    while rows.count < 24 {
      let latitude = index * step
      if latitude > limit { break }
      let y = (Self.world(latitude: latitude, longitude: 0).y - from.y) * scale
      if y < 0 { break }
      rows.append(y)
      index += 1
    }
    return (columns, rows)
  }

  /// Returns a round length of 40 to 100 points.
  private static func bar(pointsPerMetre: Double) -> (width: Double, text: String) {
    var power = 1.0
    while power * 10 * pointsPerMetre <= 100 { power *= 10 }
    let length = [5.0, 2.0, 1.0].map { $0 * power }.first { $0 * pointsPerMetre <= 100 } ?? power
    let text = length >= 1000 ? "\(Int(length / 1000)) km" : "\(Int(length)) m"
    return (length * pointsPerMetre, text)
  }
}

// MARK: Circles

extension MapGeometry {
  /// The outline of a circle on the sphere.
  private struct Outline {
    /// Once around, by the direction from the centre; longitudes go on beyond ±180°.
    let positions: [Position]
    let hasNorthPole: Bool
    let hasSouthPole: Bool

    var hasPole: Bool { hasNorthPole || hasSouthPole }

    /// - Parameter angle: of the radius, seen from the centre of the earth.
    init(_ center: Position, angle: Double) {
      let angle = min(max(angle, 0), .pi - 1e-6)
      let latitude = center.latitude * .pi / 180
      hasNorthPole = angle >= .pi / 2 - latitude
      hasSouthPole = angle >= .pi / 2 + latitude
      var positions: [Position] = []
      var last = center.longitude
      for step in 0..<Self.steps {
        // Half a step aside, so that no point is a pole.
        let direction = (Double(step) + 0.5) / Double(Self.steps) * 2 * .pi
        let sine = sin(latitude) * cos(angle) + cos(latitude) * sin(angle) * cos(direction)
        let turn = atan2(
          sin(direction) * sin(angle) * cos(latitude), cos(angle) - sin(latitude) * sine)
        var longitude = center.longitude + turn * 180 / .pi
        while longitude - last > 180 { longitude -= 360 }
        while longitude - last < -180 { longitude += 360 }
        last = longitude
        positions.append(Position(latitude: asin(min(max(sine, -1), 1)) * 180 / .pi, longitude: longitude))
      }
      self.positions = positions
    }

    private static let steps = 144

    /// Returns its rings on the map of the world, as often as they are seen.
    ///
    /// - Parameters:
    ///   - middle: of what is seen.
    ///   - width: of what is seen.
    func rings(nearTo middle: Double, width: Double) -> [(area: [Point], line: [Point])] {
      let ring = positions.map { MapGeometry.world(latitude: $0.latitude, longitude: $0.longitude) }
      guard let first = ring.first, let last = ring.last else { return [] }
      var (area, line) = (ring, ring + [first])
      if hasNorthPole != hasSouthPole {
        // Goes around the earth: closed beyond the pole, where nothing is seen.
        let turn = last.x > first.x ? 1.0 : -1.0
        let edge = hasNorthPole ? -8.0 : 9.0
        line = ring + [Point(first.x + turn, first.y)]
        area = line + [Point(first.x + turn, edge), Point(first.x, edge)]
      }
      let center = ring.reduce(0) { $0 + $1.x } / Double(ring.count)
      let nearest = (middle - center).rounded()
      // A map is three worlds wide at most.
      return (-3...3).compactMap { side in
        func moved(_ points: [Point]) -> [Point] { points.map { Point($0.x + nearest + Double(side), $0.y) } }
        let xs = area.map { $0.x + nearest + Double(side) }
        guard let left = xs.min(), let right = xs.max(), left <= middle + width, right >= middle - width
        else {
          return nil
        }
        return (moved(area), moved(line))
      }
    }
  }
}

// MARK: Labels

extension MapGeometry {
  /// The place of a name.
  package enum Label: Sendable, Equatable {
    /// The upper left corner of the name.
    case beside(Point)
    /// No room: the pin has a number, and a list has the name.
    case number
  }

  /// Half of the width of a pin, and its height.
  package static let pin = (side: 8.0, height: 19.0)

  /// Places names beside their pins where they cover neither another name nor another pin.
  ///
  /// - Parameter sizes: width and height of each name, in the order of the places.
  package func labels(_ sizes: [(width: Double, height: Double)], isRightToLeft: Bool = false) -> [Label] {
    struct Area {
      var (left, top, right, bottom): (Double, Double, Double, Double)

      func meets(_ other: Area) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
      }
    }
    let pins = places.map {
      Area(left: $0.x - Self.pin.side, top: $0.y - Self.pin.height, right: $0.x + Self.pin.side, bottom: $0.y)
    }
    // The scale has its corner.
    var taken = [Area(left: 0, top: height - 22, right: barWidth + 70, bottom: height)]
    return zip(places, sizes).enumerated().map { index, entry in
      let (place, size) = entry
      let top = place.y - 11 - size.height / 2
      let starts = [place.x + Self.pin.side + 2, place.x - Self.pin.side - 2 - size.width]
      for left in isRightToLeft ? starts.reversed() : starts {
        let area = Area(left: left - 2, top: top, right: left + size.width + 2, bottom: top + size.height)
        let isInside = area.left >= 2 && area.right <= width - 2 && area.top >= 2 && area.bottom <= height - 2
        let isFree =
          !taken.contains { $0.meets(area) }
          && !pins.enumerated().contains { $0.offset != index && $0.element.meets(area) }
        if isInside, isFree {
          taken.append(area)
          return .beside(Point(left, top))
        }
      }
      return .number
    }
  }
}
