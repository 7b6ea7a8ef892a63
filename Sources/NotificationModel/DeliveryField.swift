/// A delivery header that a plugin may change where it was granted, by its name in the grant and in `request`.
package enum DeliveryField: String, CaseIterable, Sendable {
  case pushType = "push_type"
  case priority
  case expiration
  case collapseID = "collapse_id"
  case topic

  /// The names, as a grant has them.
  package static let names = allCases.map(\.rawValue)

  /// The header that the field stands for.
  package var header: NotificationLine.Header {
    switch self {
    case .pushType: .pushType
    case .priority: .priority
    case .expiration: .expiration
    case .collapseID: .collapseID
    case .topic: .topic
    }
  }
}
