import ClientKeys
import FrontDoor
import NotificationModel
import Notilua

extension DoorGate {
  /// Makes the gate of a configuration's front door, with the keys of its file.
  package convenience init(_ door: Configuration.Door, keys: [DoorKey]) {
    self.init(keys: keys, certificates: door.certificates.mapValues(KeyGrant.init))
  }
}

extension KeyGrant {
  /// The permissions that a configuration gives to a client certificate.
  package init(_ certificate: Configuration.Door.Certificate) {
    self.init(
      topics: .apps(certificate.topics),
      environments: Set(certificate.environments.compactMap(PushEnvironment.init)),
      rate: certificate.rate.map { KeyRate(perSecond: $0, burst: certificate.burst) })
  }
}
