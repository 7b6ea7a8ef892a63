import Glibc
import Presentation
import Testing

/// Maps: where things are on them.
struct MapGeometryTests {
  private typealias Position = MapGeometry.Position

  private func at(_ latitude: Double, _ longitude: Double) -> MapGeometry.Position {
    .init(latitude: latitude, longitude: longitude)
  }

  /// The example of IOGP's Guidance Note 7-2, §3.5.1 (EPSG method 1024): 24°22'54.433"N, 100°20'00.000"W is at
  /// E −11169055.58 m, N 2800000.00 m on a sphere of 6378137 m.
  @Test func theProjectionIsThatOfEPSG() {
    let point = MapGeometry.world(latitude: 24 + 22 / 60.0 + 54.433 / 3600, longitude: -100 - 20 / 60.0)
    let around = 2 * Double.pi * 6_378_137
    #expect(abs((point.x - 0.5) * around - -11_169_055.58) < 0.01)
    #expect(abs((0.5 - point.y) * around - 2_800_000.00) < 0.01)
  }

  /// One degree of the equator is 1/360 of the way around the earth.
  @Test(arguments: [0.001, 0.01, 0.1, 1, 10, 90]) func theScaleIsRight(_ degrees: Double) throws {
    let map = MapGeometry(places: [at(0, 10), at(0, 10 + degrees)])
    let metres = degrees * 2 * .pi * 6_371_007.181 / 360
    let words = map.barText.split(separator: " ")
    let length = try #require(Double(words[0])) * (words[1] == "km" ? 1000 : 1)
    let points = map.places[1].x - map.places[0].x
    #expect(abs(points / metres - map.barWidth / length) < points / metres * 0.001)
    #expect((20...100.001).contains(map.barWidth), "\(map.barText)")
  }

  @Test func whatIsNearStaysTogether() {
    for longitudes in [[179.9, -179.9], [-179.9, 179.9], [180, -180]] {
      let map = MapGeometry(places: longitudes.map { at(0, $0) }, route: longitudes.map { at(1, $0) })
      #expect(map.barText != "5000 km" && map.barText.hasSuffix("km"), "\(map.barText)")
      #expect(map.route.count == 1)
      // The one in the east of Asia is in the west of the map.
      if longitudes[0] == 179.9 { #expect(map.places[0].x < map.places[1].x) }
    }
    // A route from America to Asia leaves the map in the west where something in Europe and one in Africa keep it there.
    let route = [at(37, -122), at(35, 140)]
    let map = MapGeometry(places: [at(50, 0), at(-30, 20), at(0, -60), at(0, 80)], route: route)
    #expect(map.route.count == 2)
  }

  @Test func aCircleIsAsLargeAsItsRadius() throws {
    // One degree around a point of the equator.
    let radius = 2 * .pi * 6_371_007.181 / 360
    let map = MapGeometry(places: [at(0, 10), at(0, 11)], circle: (at(0, 10), radius))
    let ring = try #require(
      map.circle.min { abs(middle($0) - map.places[0].x) < abs(middle($1) - map.places[0].x) })
    let east = try #require(ring.map(\.x).max())
    #expect(abs(east - map.places[1].x) < 0.1)
    #expect(!map.isCircleOutside)
  }

  private func middle(_ ring: [MapGeometry.Point]) -> Double {
    ring.reduce(0) { $0 + $1.x } / Double(ring.count)
  }

  @Test func everythingIsOnTheMap() {
    let ends = [-90, -89.999, -85.1, 0, 85.1, 90.0]
    let sides = [-180, -179.999, 0, 179.999, 180.0]
    let corners = ends.flatMap { latitude in sides.map { at(latitude, $0) } }
    var cases = corners.map { [$0] } + [corners, [], Array(repeating: at(52.5, 13.4), count: 64)]
    cases += corners.map { [at(52.5, 13.4), $0] }
    for places in cases {
      for radius in [nil, 1, 1000, 5_000_000, 10_000_000, 15_000_000, 20_000_000, 20_037_508] as [Double?] {
        let map = MapGeometry(
          places: places, route: places + places.reversed(),
          circle: radius.map { (places.last ?? at(89, 0), $0) })
        for place in map.places {
          #expect(
            (0...map.width).contains(place.x) && (0...map.height).contains(place.y),
            "\(places) \(radius ?? 0)")
        }
        let points = (map.route + map.circle).joined()
        #expect(points.allSatisfy { $0.x.isFinite && $0.y.isFinite && abs($0.x) < 1e7 && abs($0.y) < 1e7 })
        #expect(
          map.columns.count <= 24 && map.rows.count <= 24 && map.barWidth.isFinite && map.barWidth <= 100.001)
      }
    }
  }

  /// Every sample of the circle's inside, by the law of cosines, is inside of its outlines, and every other is not.
  @Test(arguments: [
    (52.5, 13.4, 300_000.0), (80, 0, 2_000_000), (-85, 100, 3_000_000), (10, -170, 5_000_000),
    (0, 0, 12_000_000),
    (30, 179, 16_000_000), (60, 0, 19_900_000), (-90, 0, 1_000_000),
  ])
  func insideIsInside(_ latitude: Double, _ longitude: Double, _ radius: Double) {
    let center = at(latitude, longitude)
    let map = MapGeometry(places: [center], circle: (center, radius))
    // Degrees of the points of the map, from two points that are known: the rest of the world has the same scale.
    for (sample, isInside) in samples(center, radius) {
      let probe = MapGeometry(places: [center, sample], circle: (center, radius))
      let point = probe.places[1]
      guard (0...map.width).contains(point.x), (0...map.height).contains(point.y) else { continue }
      let rings = probe.circle.filter { Self.contains($0, point) }.count
      // Outlines of a circle around one pole stand side by side.
      #expect((rings > 0) == (isInside != probe.isCircleOutside), "\(sample)")
    }
  }

  private func samples(
    _ center: MapGeometry.Position, _ radius: Double
  ) -> [(MapGeometry.Position, Bool)] {
    stride(from: -80.0, through: 80, by: 20).flatMap { latitude in
      stride(from: -175.0, through: 175, by: 35).compactMap { longitude in
        let sample = at(latitude, longitude)
        let distance = Self.distance(center, sample)
        // Not where the polygon and the circle may differ.
        return abs(distance - radius) < radius * 0.02 ? nil : (sample, distance < radius)
      }
    }
  }

  private static func distance(_ one: MapGeometry.Position, _ other: MapGeometry.Position) -> Double {
    let (a, b) = (one.latitude * .pi / 180, other.latitude * .pi / 180)
    let turn = (other.longitude - one.longitude) * .pi / 180
    let cosine = sin(a) * sin(b) + cos(a) * cos(b) * cos(turn)
    return 6_371_007.181 * acos(min(max(cosine, -1), 1))
  }

  private static func contains(_ ring: [MapGeometry.Point], _ point: MapGeometry.Point) -> Bool {
    var isInside = false
    for (one, two) in zip(ring, ring.dropFirst() + ring.prefix(1))
    where (one.y > point.y) != (two.y > point.y) {
      if point.x < (two.x - one.x) * (point.y - one.y) / (two.y - one.y) + one.x { isInside.toggle() }
    }
    return isInside
  }

  // MARK: Names

  @Test func namesDoNotMeet() {
    let places = (0..<64).map { at(52.5 + Double($0 % 8) * 0.001, 13.4 + Double($0 / 8) * 0.001) }
    let map = MapGeometry(places: places)
    for isRightToLeft in [false, true] {
      let sizes = places.map { _ in (width: 50.0, height: 16.0) }
      let labels = map.labels(sizes, isRightToLeft: isRightToLeft)
      var areas: [MapGeometry.Point] = []
      for case .beside(let corner) in labels {
        #expect(corner.x >= 0 && corner.x + 50 <= map.width && corner.y >= 0 && corner.y + 16 <= map.height)
        for other in areas {
          #expect(abs(other.x - corner.x) >= 50 || abs(other.y - corner.y) >= 16)
        }
        areas.append(corner)
      }
    }
    let one = MapGeometry(places: Array(repeating: at(0, 0), count: 64))
    let labels = one.labels(Array(repeating: (50, 16), count: 64))
    // One on each side.
    #expect(labels.filter { $0 != .number }.count == 2)
    // A name that is wider than the map has a number, and one alone stands at its pin.
    #expect(MapGeometry(places: [at(0, 0)]).labels([(4000, 16)]) == [.number])
    #expect(MapGeometry(places: [at(0, 0)]).labels([(50, 16)]) != [.number])
  }
}
