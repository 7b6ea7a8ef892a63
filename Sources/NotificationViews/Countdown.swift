extension ViewElement {
  /// The time that is left until an instant.
  package struct Countdown: Sendable, Equatable {
    /// Seconds since 1970.
    package var end: Double
    package var label: String
    /// The time that is left, in the person's language; the host writes it whenever the view is shown.
    package var text = ""

    package init(end: Double, label: String = "") {
      self.end = end
      self.label = label
    }
  }

  /// The instants that a view may name, in seconds since 1970: to the end of the year 9999.
  package static let instants = 0.0...253_402_300_799.0
}
