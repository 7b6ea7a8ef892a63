import NotificationModel
import WorkerProtocol

/// Delivery headers that nobody granted, or that APNs does not take.
enum DeliveryLies {
  /// Returns the effects of a lie; nil where it is none of these.
  static func effects(_ lie: String) -> [UInt8]? {
    switch lie {
    case "delivery-granted": effects([(0, .priority(5))])
    case "delivery-field": effects([(0, .priority(5)), (0, .collapseID("forged"))])
    case "delivery-topic": effects([(0, .topic("com.example.other"))])
    case "delivery-plugin": effects([(1, .priority(5))])
    case "delivery-value": effects([(0, .priority(7))])
    case "delivery-injection": effects([(0, .topic("com.example.app\r\napns-collapse-id: forged"))])
    case "delivery-pair": effects([(0, .pushType(.background)), (0, .priority(10))])
    case "delivery-type": effects([(0, .pushType(.voip))])
    default: nil
    }
  }

  private static func effects(_ edits: [(Int, DeliveryEdit)]) -> [UInt8] {
    var change = DeliveryChange()
    for (plugin, edit) in edits { change.add(edit, by: plugin) }
    return PassEffects(delivery: change).bytes
  }
}
