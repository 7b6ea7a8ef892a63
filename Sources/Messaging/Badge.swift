import Composition
import GRDB
import Registry

/// The number on an app's icon that the push of a message leaves behind.
struct Badge {
  private let wish: PushWishes.Badge
  private let isRecall: Bool

  /// Makes the badge of a message.
  init(_ message: Message) {
    wish = message.push.badge
    isRecall = MessageType(objectName: message.objectName) == .recall
  }

  /// Counts a push on a device, or notes the number that its sender says; returns what the device shows then.
  ///
  /// - Returns: nil where the device shows none, or the number stays.
  func count(on device: Device, in database: Database) throws -> Int? {
    guard device.permission.parts.contains(.badge) else { return nil }
    switch wish {
    case .absolute(let number):
      try DeviceStore.setBadge(number, of: device.number, in: database)
      return number
    case .counted where isRecall: return nil
    case .counted: return try DeviceStore.countBadge(device.number, in: database)
    }
  }
}
