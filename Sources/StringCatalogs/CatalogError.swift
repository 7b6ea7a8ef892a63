import FileReading

/// What is wrong with a file of texts, as one sentence: the place, the cause, the next step.
package struct CatalogError: Error, Equatable, CustomStringConvertible {
  package var place: String
  package var message: String

  package init(_ place: String, _ message: String) {
    self.place = place
    self.message = message
  }

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

/// What a file says that cannot be kept or is likely a mistake; the rest of it is read all the same.
package struct CatalogWarning: Sendable, Equatable, CustomStringConvertible {
  package var place: String
  package var message: String

  package init(_ place: String, _ message: String) {
    self.place = place
    self.message = message
  }

  package var description: String { "\(place): \(message)" }
}
