/// A generation: a content with the number that its outcomes, logs and metrics have.
package struct Generation: Sendable {
  /// The number, from 1; a rollback gives no new one.
  package let number: Int
  /// The content.
  package let content: GenerationContent
  /// The time at which it was put in force last, in milliseconds since 1970.
  package var activatedAt: Int64

  /// Makes a value from its parts.
  package init(number: Int, content: GenerationContent, activatedAt: Int64) {
    self.number = number
    self.content = content
    self.activatedAt = activatedAt
  }
}
