import ConfigurationFiles
import Localization
import LosslessJSON
import NotificationModel
import Presentation
import StringCatalogs
import Synchronization
import WorkerProtocol

/// Makes what is shown of a notification: what its payload says, and what the content extension of its category builds.
///
/// The extension runs in a worker of its own kind; what it sees of the notification is a line with what is asked beside
/// the payload, so that nothing has to stay in the worker between two calls.
package final class Presenter: Sendable {
  private let processor: NotificationProcessor?
  private let rules: PresentationRules
  private let texts: CatalogTexts

  /// A notification as the chain left it.
  package struct Notification: Sendable {
    /// A payload or an envelope, as JSON.
    package var line: [UInt8]
    /// The attachments of service extensions, a JSON array.
    package var attachments: String
    /// The time at which it came, in seconds since 1970.
    package var date: Double
    /// The languages in place of the envelope's; empty takes those.
    package var languages: [String]

    package init(line: [UInt8], attachments: String = "[]", date: Double, languages: [String] = []) {
      self.line = line
      self.attachments = attachments
      self.date = date
      self.languages = languages
    }
  }

  /// The answer of a content extension to a notification or a response.
  package struct Answer: Sendable {
    package var presentation: NotificationPresentation
    /// The decision of the extension on a response; nil where there is none, or no handler for it.
    package var option: ResponseOption?
    /// The notes for the plugins' authors: faults and log lines.
    package var notes: [String] = []
  }

  /// Loads the plugins.
  package init(_ configuration: Configuration, worker: String? = nil) throws(HostError) {
    rules = configuration.presentation
    texts = CatalogTexts(try configuration.catalogs(), languages: configuration.strings.languages)
    var configuration = configuration
    configuration.workers = 1
    // What is asked stands one level above what the chain has taken.
    configuration.depthLimit += 2
    processor =
      configuration.runsWithoutPlugins
      ? nil : try NotificationProcessor(configuration, isolation: .process(worker: worker), presents: true)
  }

  /// Makes what is shown of a notification.
  ///
  /// - Parameter view: what is shown of a related notification, which the extension goes on with.
  /// - Returns: nil where the line is no notification.
  package func present(
    _ notification: Notification, view: NotificationView = NotificationView()
  ) async throws -> Answer? {
    try await ask(.init(kind: .didReceive), notification, view)
  }

  /// Tells the extension what a person chose.
  package func respond(
    _ notification: Notification, view: NotificationView, action: String, text: String? = nil
  ) async throws -> Answer? {
    var call: PresentationCall
    switch action {
    case NotificationAction.mediaPlayIdentifier: call = .init(kind: .mediaPlay)
    case NotificationAction.mediaPauseIdentifier: call = .init(kind: .mediaPause)
    default:
      call = .init(kind: .didReceiveResponse)
      call.actionIdentifier = action
      call.userText = text
    }
    return try await ask(call, notification, view)
  }

  private func ask(
    _ call: PresentationCall, _ notification: Notification, _ view: NotificationView
  ) async throws -> Answer? {
    guard
      let presentation = NotificationPresentation(
        notification.line, attachments: notification.attachments, languages: notification.languages,
        rules: rules,
        texts: texts)
    else { return nil }
    var answer = Answer(presentation: presentation)
    guard let processor, !presentation.categoryIdentifier.isEmpty,
      let line = Self.line(call, notification, view)
    else { return answer }
    let outcome = try await processor.process(line)
    answer.notes = outcome.faults.map { "\($0.plugin): \($0.kind.rawValue): \($0.message)" }
    answer.notes += outcome.log.filter { $0.level != "debug" }.map { "\($0.plugin): \($0.level): \($0.text)" }
    if outcome.hasUnreadableView { answer.notes.append("the view could not be read, and is left out") }
    // What faulted presents nothing: the notification is shown as it is.
    guard let made = outcome.presentation, outcome.faults.isEmpty else { return answer }
    answer.option = made.response.flatMap { ResponseOption(rawValue: $0) }
    answer.presentation.extend(
      .init(
        plugin: made.plugin, sizeRatio: made.sizeRatio, hidesDefaultContent: made.hidesDefaultContent,
        view: made.view),
      overridesTitle: made.overridesTitle)
    return answer
  }

  /// The line that asks a content extension: an envelope with the member `presentation`.
  package static func line(
    _ call: PresentationCall, _ notification: Notification, _ view: NotificationView
  ) -> [UInt8]? {
    var document = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
    guard notification.line.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let form = try? NotificationLine(document)
    else { return nil }
    var writer = JSONWriter(capacity: notification.line.count + 1024)
    writer.beginObject()
    writer.key("payload")
    writer.raw(document.rawText(of: form.payload(document)))
    if form.form == .envelope {
      for key in ["id", "device_token", "environment", "headers", "locale", "time_zone"] {
        if key == "locale", !notification.languages.isEmpty { continue }
        guard let value = document.member(document.root, named: key) else { continue }
        writer.key(key)
        writer.raw(document.rawText(of: value))
      }
    }
    if !notification.languages.isEmpty { writer.member("locale", notification.languages) }
    writer.key("presentation")
    writer.beginObject()
    writer.member("call", call.kind.rawValue)
    writer.key("date")
    writer.raw(notification.date.description)
    if call.kind == .didReceiveResponse {
      writer.member("action_identifier", call.actionIdentifier)
      if let text = call.userText { writer.member("user_text", text) }
    }
    writer.key("attachments")
    writer.raw(notification.attachments)
    writer.key("view")
    view.write(to: &writer)
    writer.endObject()
    writer.endObject()
    return Array(writer.buffer.bytes)
  }
}

/// Texts of the operator's catalogs.
// Unchecked: the localizer, which remembers what it was asked, is used under the lock alone.
private final class CatalogTexts: TextFinder, @unchecked Sendable {
  private let localizer: Localizer
  private let lock = Mutex(())
  private let count: Int
  private let languages: [String]

  init(_ catalogs: [CompiledCatalog], languages: [String]) {
    localizer = CompiledStrings.Memory(catalogs).localizer
    count = localizer.catalogCount
    self.languages = languages
  }

  func text(_ key: String, arguments: [String], languages: [String]) -> String? {
    if count == 0 || key.isEmpty { return nil }
    var key = key
    var table = "Localizable"
    let wanted = languages.filter { !$0.isEmpty && $0.utf8.count <= 100 }.prefix(32)
    // One piece of memory holds all arguments while the text is made.
    let bytes = arguments.map { Array($0.utf8) }
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, bytes.reduce(0) { $0 + $1.count }), alignment: 1)
    defer { memory.deallocate() }
    var values: [FormatArgument] = []
    var at = 0
    for argument in bytes {
      let slice = UnsafeMutableRawBufferPointer(rebasing: memory[at..<at + argument.count])
      slice.copyBytes(from: argument)
      at += argument.count
      if let number = Int64(String(decoding: argument, as: UTF8.self)), argument.first != 0x2B {
        values.append(.integer(number))
      } else {
        values.append(.text(UnsafeRawBufferPointer(slice)))
      }
    }
    var output: [UInt8] = []
    let language = lock.withLock { _ in
      let preferences = localizer.preferences(wanted.isEmpty ? self.languages : Array(wanted))
      return key.withUTF8 { keyBytes in
        table.withUTF8 { tableBytes in
          values.withUnsafeBufferPointer { values in
            localizer.localize(
              UnsafeRawBufferPointer(keyBytes), catalogs: Array(0..<count),
              table: UnsafeRawBufferPointer(tableBytes), preferences: preferences, arguments: values,
              to: &output
            ).language
          }
        }
      }
    }
    guard language != nil, !output.isEmpty else { return nil }
    return String(decoding: output, as: UTF8.self)
  }
}
