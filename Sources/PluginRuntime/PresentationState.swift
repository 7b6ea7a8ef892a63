import NotificationModel
import NotificationViews
import PluginManifests
import WorkerProtocol

/// A request to a content extension while it is handled: the view as it stands, and what was decided.
package struct PresentationState {
  /// The request as it came.
  package let request: PresentationRequest
  /// The view, which handlers change.
  package var view: NotificationView
  /// The decision about a response; nil where there is none.
  package var option: ResponseOption?
  /// The place in the chain of the plugin that presents; nil where none does.
  package var plugin: Int?

  init(_ request: PresentationRequest) {
    self.request = request
    view = request.view
  }

  var isResponse: Bool {
    if case .didReceiveResponse = request.call { true } else { false }
  }

  /// The action that a person chose, and the text that they wrote.
  var response: (action: String, text: String?) {
    if case .didReceiveResponse(let action, let text) = request.call { (action, text) } else { ("", nil) }
  }

  /// Goes back to the view as it was.
  mutating func undo() { view = request.view }

  /// Returns what the host is told of the view; nil where no plugin presents the notification.
  func made(_ plugins: [Plugin]) -> PresentationAnswer.Made? {
    guard let plugin, let traits = plugins[plugin].manifest.content else { return nil }
    var made = PresentationAnswer.Made(plugin: plugins[plugin].definition.name)
    made.sizeRatio = traits.initialContentSizeRatio
    made.hidesDefaultContent = traits.isDefaultContentHidden
    made.overridesTitle = traits.overridesDefaultTitle
    made.option = option
    made.view = view
    return made
  }
}

extension PresentationRequest.Envelope {
  /// The property as text; nil where the envelope has none.
  func text(of property: RequestProperty) -> String? {
    switch property {
    case .identifier: identifier.isEmpty ? nil : identifier
    case .deviceToken: deviceName
    case .locale: locales.first
    case .timeZone: timeZone
    case .environment: environment
    case .topic: topic
    case .pushType: pushType
    case .priority: priority
    case .collapseID: collapseID
    case .expiration: expiration
    case .receivedAt, .settings, .content: nil
    }
  }
}
