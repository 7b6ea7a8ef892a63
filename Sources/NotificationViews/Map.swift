extension ViewElement {
  /// A point on the earth, in degrees (WGS 84).
  package struct Coordinate: Sendable, Equatable {
    package var latitude: Double
    package var longitude: Double

    package init(latitude: Double, longitude: Double) {
      self.latitude = latitude
      self.longitude = longitude
    }

    /// The latitudes that there are.
    package static let latitudes = -90.0...90.0
    /// The longitudes that there are.
    package static let longitudes = -180.0...180.0
  }

  /// Places, a route and a circle on a plain ground of the host's own.
  package struct Map: Sendable, Equatable {
    /// The area within a distance of a point.
    package struct Circle: Sendable, Equatable {
      package var center: Coordinate
      /// Metres.
      package var radius: Double

      package init(center: Coordinate, radius: Double) {
        self.center = center
        self.radius = radius
      }

      /// The radii that there may be, in metres: to half of the equator.
      package static let radii = 1.0...20_037_508.0
    }

    /// Places, each with a position.
    package var places: [Place]
    /// The points of a line, in order.
    package var route: [Coordinate]
    package var circle: Circle?

    package init(places: [Place] = [], route: [Coordinate] = [], circle: Circle? = nil) {
      self.places = places
      self.route = route
      self.circle = circle
    }

    /// The bytes of its text and of its points.
    var size: Int { places.reduce(0) { $0 + $1.size } + route.count * 16 }
  }
}

extension ViewElement.Place {
  /// The position; nil where there is none.
  package var coordinate: ViewElement.Coordinate? {
    guard let latitude, let longitude else { return nil }
    return .init(latitude: latitude, longitude: longitude)
  }
}
