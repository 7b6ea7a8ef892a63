/// An error of a store of stories, as one sentence for people.
package struct StoryError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence.
  package var description: String

  init(_ path: String, _ error: any Error) {
    description = "the outcomes in '\(path)': \(error); check the disk, or name another file in outcomes.path"
  }

  init(_ sentence: String) { description = sentence }
}
