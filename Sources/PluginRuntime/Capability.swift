/// What a plugin asks the host to do, while its notification is parked.
package enum CapabilityRequest: Sendable, Equatable {
  /// Open `sealed` with the key that the configuration knows by `key`.
  case cryptoOpen(key: String, sealed: [UInt8], additionalData: [UInt8])
  /// Run a case, which is JSON, and tell its outcome: only where cases are written in Lua.
  case runCase([UInt8])

  /// The capability that the plugin must have been granted.
  package var capability: String {
    switch self {
    case .cryptoOpen: "crypto"
    case .runCase: "test"
    }
  }

  /// Whether the host takes a request of this size: it keeps what it has not answered.
  package var isWithinLimits: Bool {
    switch self {
    case .cryptoOpen(let key, let sealed, let additionalData):
      key.utf8.count <= 100 && sealed.count <= 64 << 10 && additionalData.count <= 64 << 10
    case .runCase(let json): json.count <= 128 << 10
    }
  }
}

/// What came of it.
package enum CapabilityAnswer: Sendable, Equatable {
  case bytes([UInt8])
  case failure(String)
}
