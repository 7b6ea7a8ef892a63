/// A part of users besides their devices, which goes with them.
package protocol UserParts: Sendable {
  /// Deletes all that is kept of a user of an application.
  func forget(_ user: String, application: String) async throws(RegistryError)
}
