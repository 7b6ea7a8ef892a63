import Composition
import Synchronization

/// The composers of applications, each with the texts of its own.
// Unchecked: a composer is one thread's, and all are used under the lock alone.
package final class ComposerShelf: @unchecked Sendable {
  private let lock = Mutex(())
  private var composers: [String: Composer]
  /// The composer of the other applications.
  private var other: Composer

  /// Makes a shelf.
  ///
  /// - Parameters:
  ///   - texts: the texts of the applications that have their own, by their keys; nothing else uses them.
  ///   - other: the texts of all others.
  package init(_ texts: [String: MessageTexts], other: MessageTexts) {
    (composers, self.other) = (texts.mapValues { Composer($0) }, Composer(other))
  }

  /// Puts other texts in the place of all.
  package func replace(_ texts: [String: MessageTexts], other: MessageTexts) {
    lock.withLock { _ in (composers, self.other) = (texts.mapValues { Composer($0) }, Composer(other)) }
  }

  /// Calls a body with an application's composer.
  func with<Result>(_ application: String, _ body: (Composer) throws -> Result) rethrows -> Result {
    try lock.withLock { _ in try body(composers[application] ?? other) }
  }
}
