/// What a plugin asks the host to do, while its notification is parked.
package enum CapabilityRequest: Sendable, Equatable {
  /// Open `sealed` with the key that the configuration knows by `key`.
  case cryptoOpen(key: String, sealed: [UInt8], additionalData: [UInt8])
}

/// What came of it.
package enum CapabilityAnswer: Sendable, Equatable {
  case bytes([UInt8])
  case failure(String)
}
