import ConfigurationFiles
import Digests
import NotificationModel
import NotificationViews
import Presentation
import WorkerHost
import WorkerProtocol

/// Makes what is shown of a notification: what its payload says, and what the content extension of its category builds.
///
/// The extension runs in a worker of its own kind, which is told all that it needs with each request.
package final class Presenter: Sendable {
  private let processor: NotificationProcessor?
  private let rules: PresentationRules
  private let texts: CatalogTexts

  /// The answer of a content extension to a notification or a response.
  package struct Answer: Sendable {
    package var presentation: NotificationPresentation
    /// The decision of the extension on a response; nil where there is none, or no handler for it.
    package var option: ResponseOption?
    /// The notes for the plugins' authors: faults and log lines.
    package var notes: [String] = []
    /// A Boolean value that indicates whether the extension has faulted, so that its view is not shown.
    package var isFaulty = false
  }

  /// The bytes that a request has beside the payload, at most: the view, the envelope and the attachments.
  private static let requestLimit = 256 << 10

  /// Loads the plugins.
  package init(_ configuration: Configuration, worker: String? = nil) throws(HostError) {
    rules = configuration.presentation
    texts = CatalogTexts(try configuration.catalogs(), languages: configuration.strings.languages)
    var configuration = configuration
    configuration.workers = 1
    configuration.payloadLimit += Self.requestLimit
    processor =
      configuration.runsWithoutPlugins
      ? nil : try NotificationProcessor(configuration, isolation: .process(worker: worker), form: .requests)
  }

  /// Makes what is shown of a notification, as the chain left it.
  ///
  /// - Parameters:
  ///   - earlier: what is shown of a related notification, which the extension goes on with; nil for nothing.
  ///   - date: when the notification came, in seconds since 1970.
  ///   - languages: what is preferred to the notification's own; empty takes those.
  package func present(
    _ notification: PushNotification, after earlier: NotificationPresentation? = nil, date: Double,
    languages: [String] = []
  ) async throws -> Answer {
    try await ask(.didReceive, notification, earlier, date, languages)
  }

  /// Tells the extension what a person chose.
  ///
  /// - Parameters:
  ///   - shown: what is shown of the notification.
  ///   - languages: what is preferred to the notification's own; empty takes those.
  package func respond(
    _ notification: PushNotification, after shown: NotificationPresentation, date: Double, action: String,
    text: String? = nil, languages: [String] = []
  ) async throws -> Answer {
    let call: PresentationRequest.Call =
      switch action {
      case NotificationAction.mediaPlayIdentifier: .mediaPlay
      case NotificationAction.mediaPauseIdentifier: .mediaPause
      default: .didReceiveResponse(action: action, text: text)
      }
    return try await ask(call, notification, shown, date, languages)
  }

  private func ask(
    _ call: PresentationRequest.Call, _ notification: PushNotification, _ earlier: NotificationPresentation?,
    _ date: Double, _ languages: [String]
  ) async throws -> Answer {
    var answer = Answer(
      presentation: NotificationPresentation(notification, languages: languages, rules: rules, texts: texts))
    guard let processor, !answer.presentation.categoryIdentifier.isEmpty else { return answer }
    if let earlier { answer.presentation.goOn(with: earlier) }
    var request = PresentationRequest(
      call, notification, date: date, view: earlier?.view ?? NotificationView())
    if !languages.isEmpty { request.envelope.locales = languages }
    switch try await processor.present(request) {
    case .none(let why):
      answer.notes.append(why)
      answer.isFaulty = true
    case .answer(let made): answer.take(made)
    }
    return answer
  }
}

extension Presenter.Answer {
  fileprivate mutating func take(_ answer: PresentationAnswer) {
    isFaulty = !answer.faults.isEmpty
    notes = answer.faults.map { "\($0.plugin): \($0.kind.rawValue): \($0.message)" }
    notes += answer.log.filter { $0.level != "debug" }.map { "\($0.plugin): \($0.level): \($0.text)" }
    // What faulted presents nothing: the notification is shown as it is.
    guard let made = answer.made, answer.faults.isEmpty else { return }
    option = made.option
    presentation.extend(
      .init(
        plugin: made.plugin, sizeRatio: made.sizeRatio, hidesDefaultContent: made.hidesDefaultContent,
        view: made.view),
      overridesTitle: made.overridesTitle)
  }
}

extension PresentationRequest {
  /// Makes a request about a notification, of which content extensions see the payload and parts of the envelope.
  package init(
    _ call: Call, _ notification: PushNotification, date: Double,
    view: NotificationView = NotificationView()
  ) {
    self.init(
      call, payload: notification.payload, envelope: Envelope(notification), date: date,
      attachments: Array(notification.attachments.prefix(Attachment.limit)), view: view)
  }
}

extension PresentationRequest.Envelope {
  fileprivate init(_ notification: PushNotification) {
    self.init()
    identifier = notification.identifier
    deviceName = notification.deviceToken.map { Hex.encode(Digest.deviceName(ofToken: $0)) }
    environment = notification.environment?.rawValue
    locales = notification.locales
    timeZone = notification.timeZone
    let headers = notification.headers
    topic = headers.topic
    pushType = headers.pushType
    priority = headers.priority
    expiration = headers.expiration
    collapseID = headers.collapseID
  }
}
