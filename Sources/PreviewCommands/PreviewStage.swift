import CommandSupport
import ConfigurationFiles
import LosslessJSON
import NotificationModel
import NotificationViews
import Notilua
import Presentation
import TerminalPages

/// The person for whom previews are made, in place of the one that a payload names.
struct PreviewPerson {
  /// BCP 47; nil for the payload's languages.
  var locale: String?
  /// IANA's name; nil for the payload's time zone.
  var timeZone: String?
  var clock: PreviewClock
}

/// A notification as it is shown, and to whom.
struct PreviewScene {
  var presentation: NotificationPresentation
  /// The first of the person's languages; empty where none is known.
  var language: String
}

/// Makes what one configuration shows: the chain runs on a payload first, and then the content extension.
///
/// Messages about a payload go to the error stream.
struct PreviewStage {
  private let processor: NotificationProcessor
  private let presenter: Presenter
  /// True where a plugin has faulted.
  private(set) var isFaulty = false

  /// Loads the plugins.
  init(_ configuration: Configuration) throws(HostError) {
    var configuration = configuration
    configuration.workers = 1
    processor = try NotificationProcessor(configuration)
    presenter = try Presenter(configuration)
  }

  /// The presentation of a payload, with its notification and time.
  private struct Shown {
    let place: String
    let notification: PushNotification
    let date: Double
    var presentation: NotificationPresentation
  }

  /// Makes what is shown of the last of some payloads after a person's responses.
  ///
  /// - Parameters:
  ///   - payloads: those before the last are earlier messages of its thread, each a minute before the next.
  ///   - responses: the actions that are chosen then, in order.
  /// - Returns: nil where nothing is shown, which is said.
  mutating func scene(
    _ payloads: [PayloadFile.Payload], responses: [PreviewResponse] = [], _ person: PreviewPerson
  ) async throws -> PreviewScene? {
    do {
      return try await made(payloads, responses, person)
    } catch let error as HostError {
      throw fail(error)
    }
  }

  private mutating func made(
    _ payloads: [PayloadFile.Payload], _ responses: [PreviewResponse], _ person: PreviewPerson
  ) async throws -> PreviewScene? {
    var shown: Shown?
    for (index, payload) in payloads.enumerated() {
      let minutes = payloads.count - 1 - index
      if let next = try await show(payload, person, minutesAgo: minutes, after: shown) { shown = next }
    }
    guard var shown else { return nil }
    for response in responses { try await respond(&shown, response, person) }
    let language = (person.locale.map { [$0] } ?? shown.notification.locales).first ?? ""
    return PreviewScene(
      presentation: shown.presentation.resolved(at: shown.date, language: language), language: language)
  }

  private func languages(_ person: PreviewPerson) -> [String] { person.locale.map { [$0] } ?? [] }

  // MARK: Presenting

  private mutating func show(
    _ payload: PayloadFile.Payload, _ person: PreviewPerson, minutesAgo: Int, after earlier: Shown?
  ) async throws -> Shown? {
    let place = payload.place
    let line = person.timeZone.map { Self.line(payload.bytes, inTimeZone: $0) } ?? payload.bytes
    let outcome = try await processor.process(line)
    isFaulty = isFaulty || !outcome.faults.isEmpty
    for fault in outcome.faults {
      say("notilua: \(place): \(fault.plugin): \(fault.kind.rawValue): \(fault.message)")
    }
    switch outcome.action {
    case .deliver: break
    case .drop:
      let plugin = outcome.plugin ?? "a plugin"
      say("notilua: \(place): nothing is shown: \(plugin) drops it: \(outcome.reason ?? "")")
      return nil
    case .reject:
      let at = outcome.offset.flatMap { payload.place(of: $0) } ?? place
      say("notilua: \(at): \(outcome.reason ?? "no notification"); 'notilua explain' shows more")
      return nil
    }
    guard let notification = Self.notification(line, outcome) else { return nil }
    for sentence in Self.headerChanges(line, outcome) { say("notilua: \(place): \(sentence)") }
    let date = person.clock.date(in: notification.timeZone) - Double(60 * minutesAgo)
    let answer = try await presenter.present(
      notification, after: earlier?.presentation, date: date, languages: languages(person))
    tell(answer, place)
    if let earlier, !Self.isSameThread(earlier.presentation, answer.presentation) {
      say("notilua: \(place): this is of another thread or category, and is left out")
      return nil
    }
    return Shown(place: place, notification: notification, date: date, presentation: answer.presentation)
  }

  /// The view of a notification goes on with the next one of its thread and category.
  private static func isSameThread(_ one: NotificationPresentation, _ other: NotificationPresentation) -> Bool
  {
    one.threadIdentifier == other.threadIdentifier && one.categoryIdentifier == other.categoryIdentifier
  }

  private mutating func respond(
    _ shown: inout Shown, _ response: PreviewResponse, _ person: PreviewPerson
  ) async throws {
    let known = PreviewResponse.actions(of: shown.presentation)
    guard known.contains(response.action) else {
      let name = SafeText.line(response.action, limit: 64)
      throw fail(
        HostError(
          .usage,
          "\(shown.place): --response: there is no action '\(name)'; use \(known.joined(separator: ", "))"))
    }
    let answer = try await presenter.respond(
      shown.notification, after: shown.presentation, date: shown.date, action: response.action,
      text: response.text,
      languages: languages(person))
    tell(answer, shown.place)
    // What handles no response leaves the view as it is.
    if answer.presentation.extended != nil { shown.presentation = answer.presentation }
    let isMedia = [NotificationAction.mediaPlayIdentifier, NotificationAction.mediaPauseIdentifier]
      .contains(response.action)
    switch answer.option {
    case nil where isMedia: break
    case .doNotDismiss: break
    case .dismiss: say("notilua: \(shown.place): '\(response.action)' puts the notification away")
    case .dismissAndForwardAction, nil:
      say(
        "notilua: \(shown.place): '\(response.action)' puts the notification away, and is forwarded"
      )
    }
  }

  private mutating func tell(_ answer: Presenter.Answer, _ place: String) {
    isFaulty = isFaulty || answer.isFaulty
    for note in answer.notes + answer.presentation.warnings { say("notilua: \(place): \(note)") }
  }

  // MARK: The chain

  /// Returns the notification of a line as the chain left it.
  private static func notification(_ line: [UInt8], _ outcome: Outcome) -> PushNotification? {
    var document = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
    let delivery = HeaderChanges(outcome).delivery
    let change = PayloadChange(
      payload: Array(outcome.payload.utf8), attachments: Attachment.list(json: outcome.attachmentsJSON),
      delivery: delivery.entries.isEmpty ? nil : delivery)
    return line.withUnsafeBytes {
      PushNotification($0, ticket: 0, place: "", identifier: outcome.id, change: change, &document)
    }
  }

  /// Returns a sentence on each delivery header that plugins changed.
  private static func headerChanges(_ line: [UInt8], _ outcome: Outcome) -> [String] {
    var document = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
    guard line.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let form = try? NotificationLine(document)
    else { return [] }
    return HeaderChanges(outcome).sentences { form.headerText($0, document) }
  }

  /// Returns the line as an envelope with a time zone; what is no notification stays as it is.
  private static func line(_ line: [UInt8], inTimeZone name: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(name)
    var document = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
    guard line.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let form = try? NotificationLine(document)
    else { return line }
    return EnvelopeWriter.envelope(form, document, replacing: ["time_zone": writer.text])
  }
}
