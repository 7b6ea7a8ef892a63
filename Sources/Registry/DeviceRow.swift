import Composition
import Foundation
import GRDB
import NotificationModel

/// A device as its row has it.
enum DeviceRow {
  static let columns = """
    number, application, user, name, token, environment, locales, time_zone, permission, badge, hides_details, \
    registered_at, changed_at, state, since, reason
    """

  static func device(_ row: Row) -> Device {
    let locales: String = row[6]
    return Device(
      number: row[0], application: row[1], user: row[2], name: row[3], token: bytes(row[4]),
      environment: PushEnvironment(rawValue: row[5]) ?? .production,
      locales: locales.split(separator: ",").map { String($0) }, timeZone: row[7],
      permission: permission(row[8]), badge: row[9], hidesDetails: row[10], registeredAt: row[11],
      changedAt: row[12], state: state(row[13], since: row[14] ?? 0, row[15] ?? ""))
  }

  private static func bytes(_ token: Data?) -> [UInt8] { token.map { [UInt8]($0) } ?? [] }

  private static func state(_ code: Int, since: Int64, _ reason: String) -> DeviceState {
    switch DeviceState.Code(rawValue: code) ?? .active {
    case .active: .active
    case .suspended: .suspended(since: since, SuspensionReason(rawValue: reason) ?? .badDeviceToken)
    case .loggedOut: .loggedOut(since: since)
    case .gone: .gone(at: since, RemovalReason(rawValue: reason) ?? .deleted)
    }
  }

  /// The parts of a state in their columns.
  static func parts(_ state: DeviceState) -> (code: Int, since: Int64?, reason: String?) {
    switch state {
    case .active: (0, nil, nil)
    case .suspended(let since, let reason): (1, since, reason.rawValue)
    case .loggedOut(let since): (2, since, nil)
    case .gone(let at, let reason): (3, at, reason.rawValue)
    }
  }

  // The kind of permission above the bits of its parts.

  static func number(_ permission: PushPermission) -> Int {
    let kind =
      switch permission {
      case .notAsked: 0
      case .denied: 1
      case .granted: 2
      case .provisional: 3
      }
    return kind << 3 | Int(permission.parts.rawValue)
  }

  private static func permission(_ number: Int) -> PushPermission {
    let parts = PushPermission.Parts(rawValue: UInt8(number & 7))
    return switch number >> 3 {
    case 0: .notAsked
    case 1: .denied
    case 3: .provisional(parts)
    default: .granted(parts)
    }
  }
}
