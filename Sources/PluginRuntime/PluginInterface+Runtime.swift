import NotificationModel
import WorkerProtocol

extension PluginInterface {
  /// The properties and functions of this runtime, from the source that carries them out.
  package static let current = PluginInterface(
    request: RequestProperty.allCases.map {
      .init($0.rawValue, $0.luaType, $0.summary, capability: $0.capability)
    },
    notification: NotificationProperty.allCases.map { .init($0.rawValue, $0.luaType, $0.summary) },
    response: ResponseProperty.allCases.map { .init($0.rawValue, $0.luaType, $0.summary) },
    functions: HostFunction.all.map(\.description))
}
