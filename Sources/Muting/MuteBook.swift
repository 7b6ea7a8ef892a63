import GRDB
import Registry

/// The levels and quiet hours of a service, for requests.
package struct MuteBook: Sendable {
  /// The time zones that quiet hours may be in.
  package let zones: MuteZones
  private let file: RegistryFile

  /// Makes the book of a registry.
  package init(_ file: RegistryFile, _ zones: MuteZones) {
    (self.file, self.zones) = (file, zones)
  }

  /// Runs a body that reads.
  package func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(RegistryError) -> Value {
    try await file.read(body)
  }

  /// Runs a body that changes something, and returns after the commit is on the disk; nil where there is no room, and
  /// nothing has changed.
  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(RegistryError) -> Value? {
    do throws(RegistryError) {
      return try await file.write(body)
    } catch {
      guard error.thrown is MuteStore.Full else { throw error }
      return nil
    }
  }
}

extension MuteBook: UserParts {
  package func forget(_ user: String, application: String) async throws(RegistryError) {
    try await file.write { try MuteStore.forget(user, application: application, in: $0) }
  }
}
