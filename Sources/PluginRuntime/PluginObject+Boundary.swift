import CLuaBoundary
import CodeAnalysis

extension PluginObject {
  /// Makes the object that the boundary speaks of.
  init(_ object: nl_object) {
    switch object {
    case NL_REQUEST: self = .request
    case NL_CONTENT: self = .content
    case NL_NOTIFICATION: self = .notification
    default: self = .response
    }
  }
}
