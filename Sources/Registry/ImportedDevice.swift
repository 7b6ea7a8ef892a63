/// A device of another registry, or of another program's.
package struct ImportedDevice: Sendable, Equatable {
  /// The states that a device can be imported in.
  package enum State: String, Sendable, CaseIterable {
    case active, suspended
    case loggedOut = "logged_out"
  }

  /// The registration.
  package var registration: Registration
  /// The time of the registration, in milliseconds since 1970; nil for now.
  package var registeredAt: Int64?
  /// The state.
  package var state = State.active

  /// Makes a device that is registered now.
  package init(_ registration: Registration) { self.registration = registration }
}

/// The result of a device's import.
package enum ImportResult: Sendable, Equatable {
  /// It is registered.
  case registered(Registered)
  /// The device, or its token, has registered here since.
  case kept
}
