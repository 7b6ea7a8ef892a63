import Glibc
import NotificationViews

extension ViewElement.Coordinate {
  /// Returns the metres to another point along a great circle of a sphere as large as the earth (haversine formula).
  func distance(to other: ViewElement.Coordinate) -> Double {
    let radians = Double.pi / 180
    let (from, to) = (latitude * radians, other.latitude * radians)
    let height = sin((to - from) / 2)
    let width = sin((other.longitude - longitude) * radians / 2)
    let share = height * height + cos(from) * cos(to) * width * width
    // The mean radius of the earth (IUGG).
    return 2 * 6_371_008.8 * asin(min(share.squareRoot(), 1))
  }
}
