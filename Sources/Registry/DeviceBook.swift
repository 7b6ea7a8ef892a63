import EventLoop
import GRDB

/// The devices of a service: what changes them is answered once it is on the disk, and counted.
package struct DeviceBook: Sendable {
  /// The device of a name, as far as it is known.
  package enum Found: Sendable, Equatable {
    /// It is registered.
    case device(Device)
    /// Its registration has ended.
    case ended(Device)
    case none
  }

  let file: RegistryFile
  let withdrawals: Withdrawals
  private let metrics: DeviceMetrics
  let clock: @Sendable () -> Int64
  private let keepsGoneFor: Duration

  /// Makes the book of a registry.
  ///
  /// - Parameters:
  ///   - keepsGoneFor: how long registrations are kept that have ended.
  ///   - clock: milliseconds since 1970.
  package init(
    _ file: RegistryFile, _ withdrawals: Withdrawals, _ metrics: DeviceMetrics, keepsGoneFor: Duration,
    clock: @escaping @Sendable () -> Int64 = { Timestamp.now }
  ) {
    (self.file, self.withdrawals, self.metrics) = (file, withdrawals, metrics)
    (self.keepsGoneFor, self.clock) = (keepsGoneFor, clock)
  }

  // MARK: Changes

  /// Registers a device, and withdraws what is queued for registrations that ended by that.
  package func register(_ registration: Registration) async throws(RegistryError) -> Registered {
    let now = clock()
    let registered = try await file.write { try DeviceStore.register(registration, at: now, in: $0) }
    metrics.count(registered)
    if !registered.ended.isEmpty { _ = try await withdrawals.run() }
    return registered
  }

  /// Gives a device another token; returns nil where there is none.
  package func setToken(
    _ token: [UInt8], of name: String, application: String
  ) async throws(RegistryError) -> Registered? {
    let now = clock()
    let registered = try await file.write { database -> Registered? in
      guard let device = try DeviceStore.device(name, application: application, in: database) else {
        return nil
      }
      var registration = Registration(device)
      registration.token = token
      let registered = try DeviceStore.register(registration, at: now, in: database)
      // An app has its token also while nobody is logged in.
      guard case .loggedOut = device.state,
        try DeviceStore.setLoggedOut(name, of: device.user, application: application, at: now, in: database),
        let out = try DeviceStore.device(name, application: application, in: database)
      else { return registered }
      return registered.of(out)
    }
    guard let registered else { return nil }
    metrics.count(registered)
    if !registered.ended.isEmpty { _ = try await withdrawals.run() }
    return registered
  }

  /// Sets the number on the app's icon; returns nil where there is no such device.
  package func setBadge(
    _ badge: Int, of name: String, application: String
  ) async throws(RegistryError) -> Device? {
    let now = clock()
    return try await file.write {
      try DeviceStore.setBadge(badge, of: name, application: application, at: now, in: $0)
    }
  }

  /// Ends a registration, and withdraws what is queued for it; returns false where there is none.
  package func remove(_ name: String, application: String) async throws(RegistryError) -> Bool {
    let now = clock()
    let isRemoved = try await file.write {
      try DeviceStore.remove(name, application: application, at: now, in: $0)
    }
    guard isRemoved else { return false }
    metrics.count(.deleted)
    _ = try await withdrawals.run()
    return true
  }

  /// Deletes a user's devices and all else that belongs to the user; returns the number of devices.
  package func removeUser(
    _ user: String, application: String, _ parts: [any UserParts]
  ) async throws(RegistryError) -> Int {
    let count = try await file.write {
      try DeviceStore.removeUser(user, application: application, in: $0)
    }
    metrics.count(.userDeleted, count)
    for part in parts { try await part.forget(user, application: application) }
    _ = try await withdrawals.run()
    return count
  }

  /// Imports devices in one commit; the results are in their order.
  package func importing(_ devices: [ImportedDevice]) async throws(RegistryError) -> [ImportResult] {
    let now = clock()
    let results = try await file.write { database in
      try devices.map { try DeviceStore.importing($0, at: now, in: database) }
    }
    for case .registered(let registered) in results { metrics.count(registered) }
    _ = try await withdrawals.run()
    return results
  }

  // MARK: Reading

  /// Returns the device of a name.
  package func find(_ name: String, application: String) async throws(RegistryError) -> Found {
    try await file.read { database in
      if let device = try DeviceStore.device(name, application: application, in: database) {
        return .device(device)
      }
      return try DeviceStore.ended(name, application: application, in: database).map { .ended($0) } ?? .none
    }
  }

  /// Returns the devices of a user.
  package func devices(of user: String, application: String) async throws(RegistryError) -> [Device] {
    try await file.read { try DeviceStore.devices(of: [user], application: application, in: $0) }
  }

  /// Returns devices of applications behind a number, in the order of their numbers.
  package func devices(
    of applications: [String], after number: Int64, limit: Int
  ) async throws(RegistryError) -> [Device] {
    try await file.read {
      try DeviceStore.devices(of: applications, after: number, limit: limit, in: $0)
    }
  }

  // MARK: Upkeep

  /// Does what comes due: withdraws what an earlier process has not, forgets what is old, and counts devices.
  package func lookAfter() async throws(RegistryError) {
    let limit = clock() - keepsGoneFor.milliseconds
    while try await file.write({ try DeviceStore.sweep(before: limit, in: $0) }) == DeviceStore.sweepLimit {}
    metrics.set(try await file.read { try DeviceStore.counts(in: $0) })
    _ = try await withdrawals.run()
  }
}
