import FileReading

/// An error in a file of texts, as one sentence: the place, the cause, the next step.
package struct CatalogError: Error, Equatable, CustomStringConvertible {
  /// The file, and the line or the key where there is one.
  package var place: String
  /// The cause and the next step.
  package var message: String

  /// Creates an error at a place.
  package init(_ place: String, _ message: String) {
    self.place = place
    self.message = message
  }

  /// The error as one line.
  package var description: String { "\(place): \(message)" }
}

extension CatalogError {
  /// Makes the error for a file or a folder that cannot be read.
  init(_ problem: FileProblem, _ path: String) {
    let message = problem.message(path)
    let place = "'\(path)'"
    self.init(place, String(message.dropFirst(place.count).drop { $0 == ":" || $0 == " " }))
  }
}

/// A part of a file that cannot be kept or is likely a mistake; the rest of it is read all the same.
package struct CatalogWarning: Sendable, Equatable, CustomStringConvertible {
  /// The file, and the line or the key where there is one.
  package var place: String
  /// The cause, and what is read in its place.
  package var message: String

  /// Creates a warning at a place.
  package init(_ place: String, _ message: String) {
    self.place = place
    self.message = message
  }

  /// The warning as one line.
  package var description: String { "\(place): \(message)" }
}
