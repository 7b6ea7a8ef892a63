/// A user on a device who logs in or out.
package struct DeviceLogin: Sendable, Equatable {
  /// The user.
  package let user: String
  /// The name of the device.
  package let device: String

  /// Makes a value from its parts.
  package init(user: String, device: String) {
    (self.user, self.device) = (user, device)
  }
}

extension DeviceBook {
  /// The most logins that are looked at in one step, so that others have their turn.
  private static let step = 1000

  /// Notes that users have logged out on devices, and withdraws what is queued for these; nothing is pushed to them until
  /// they log in.
  ///
  /// - Parameter holds: asked when it is noted, since the user may have logged in again meanwhile.
  package func logOut(
    _ logins: [DeviceLogin], application: String, where holds: @escaping @Sendable (DeviceLogin) -> Bool
  ) async throws(RegistryError) {
    let now = clock()
    var isAny = false
    for step in Self.steps(logins) {
      isAny =
        try await file.write { database in
          try step.filter(holds).reduce(false) { isAny, login in
            try DeviceStore.setLoggedOut(
              login.device, of: login.user, application: application, at: now, in: database) || isAny
          }
        } || isAny
    }
    if isAny { _ = try await withdrawals.run() }
  }

  /// Notes that users have logged in on devices, where they had logged out.
  ///
  /// - Parameter holds: asked when it is noted, since the user may have logged out again meanwhile.
  package func logIn(
    _ logins: [DeviceLogin], application: String, where holds: @escaping @Sendable (DeviceLogin) -> Bool
  ) async throws(RegistryError) {
    let now = clock()
    for step in Self.steps(logins) {
      // Looked up where it is written: a logout that is not committed yet counts, too.
      try await file.write { database in
        for login in step where holds(login) {
          _ = try DeviceStore.setLoggedIn(
            login.device, of: login.user, application: application, at: now, in: database)
        }
      }
    }
  }

  private static func steps(_ logins: [DeviceLogin]) -> [ArraySlice<DeviceLogin>] {
    stride(from: 0, to: logins.count, by: step).map { logins[$0..<min($0 + step, logins.count)] }
  }
}
