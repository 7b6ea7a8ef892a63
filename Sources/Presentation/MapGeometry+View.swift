import NotificationViews

extension MapGeometry {
  /// The geometry of a view's map.
  package init(_ map: ViewElement.Map, width: Double = 342, height: Double = 180) {
    func position(_ coordinate: ViewElement.Coordinate) -> Position {
      Position(latitude: coordinate.latitude, longitude: coordinate.longitude)
    }
    self.init(
      places: map.places.map { Position(latitude: $0.latitude ?? 0, longitude: $0.longitude ?? 0) },
      route: map.route.map(position), circle: map.circle.map { (position($0.center), $0.radius) },
      width: width,
      height: height)
  }
}
