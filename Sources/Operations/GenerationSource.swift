/// The generations of a service, as requests ask for them.
package protocol GenerationSource: Sendable {
  /// Reads everything again, and puts it in force where it passes.
  func reload() async -> ReloadAnswer
  /// Puts a generation that is kept in force again; nil for the one that was in force before.
  func activate(_ number: Int?) async -> ReloadAnswer
  /// Returns the generations that are kept, the highest number last.
  func generations() async -> [GenerationStatus]
}
