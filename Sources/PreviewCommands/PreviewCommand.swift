import ArgumentParser
import CommandSupport
import ConfigurationFiles
import EventLoop
import Glibc
import LosslessJSON
import NotificationModel
import Notilua
import PageRendering
import Presentation
import Rendering
import TerminalPages
import WorkerHost

/// `notilua preview`: how a notification looks.
package struct PreviewCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Shows how a notification looks, with the content extension of its category.",
    discussion: """
      The payload goes through the chain first, as it would in 'notilua run'. Without --output the notification is shown in \
      the terminal; the name of the output says whether it is a picture (.png, .svg) or a page (.html).

      Examples:
        notilua preview payload.json
        notilua preview --output parcel.png --form banner --form expanded \\
          payload.json
        notilua preview --output lock.svg --form hidden --appearance dark \\
          --locale ar payload.json
        notilua preview --output page.html --compare new.yaml payload.json
      """)

  @OptionGroup var chain: ChainOptions

  @Flag(help: "Run no plugin.")
  var noPlugins = false

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write a picture or a page: NAME.png, NAME.svg or NAME.html.", valueName: "file"),
    completion: .file())
  var outputPath: String?

  @Option(
    name: .customLong("form"),
    help: ArgumentHelp(
      "What is shown: banner, expanded, lock or hidden; several stand side by side. Without it expanded.",
      valueName: "form"), completion: .cases(PictureOptions.Form.self))
  var forms: [String] = []

  @Option(
    help: ArgumentHelp("The colours: light or dark.", valueName: "name"), completion: .cases(Appearance.self))
  var appearance = "light"

  @Option(help: ArgumentHelp("The language of the person, in place of the payload's.", valueName: "tag"))
  var locale: String?

  @Option(
    help: ArgumentHelp("The time zone of the person, in place of the line's.", valueName: "name"))
  var timeZone: String?

  @Option(help: ArgumentHelp("What the clock shows.", valueName: "text"))
  var time = "9:41"

  @Option(
    help: ArgumentHelp("Show the same with another configuration beside it.", valueName: "file"),
    completion: .configuration)
  var compare: String?

  @Option(help: ArgumentHelp("Which line of the file to take; without it the first.", valueName: "number"))
  var line: Int?

  @Argument(
    help: ArgumentHelp("The file with the payload; - is the standard input.", valueName: "file"),
    completion: .file())
  var input = "-"

  package init() {}

  package func validate() throws {
    for form in forms where PictureOptions.Form(rawValue: form) == nil {
      throw ValidationError("--form is '\(form)'; use banner, expanded, lock or hidden.")
    }
    if forms.count > 8 { throw ValidationError("--form stands \(forms.count) times; eight are the most.") }
    if Appearance(rawValue: appearance) == nil {
      throw ValidationError("--appearance is '\(appearance)'; use light or dark.")
    }
    if let outputPath, suffix(outputPath).isEmpty {
      throw ValidationError("--output is '\(outputPath)'; name it .png, .svg or .html.")
    }
    if let locale, locale.isEmpty || locale.utf8.contains(where: { $0 <= 0x20 }) {
      throw ValidationError("--locale is '\(locale)'; give a language such as de or pt-BR.")
    }
    if let timeZone, let problem = ZoneFolder.problem(with: timeZone) {
      throw ValidationError("--time-zone: \(problem).")
    }
    if noPlugins, chain.plugins != nil || !chain.chain.isEmpty {
      throw ValidationError("--no-plugins excludes --plugins and --plugin.")
    }
  }

  private func suffix(_ path: String) -> String {
    ["png", "svg", "html"].first { path.lowercased().hasSuffix(".\($0)") } ?? ""
  }

  package func run() async throws {
    var payload = try failing { () throws(HostError) in try PayloadFile(input).payload(line: line) }
    if let timeZone { payload.bytes = withTimeZone(timeZone, payload.bytes) }
    var shown: [(caption: String, presentation: NotificationPresentation)] = []
    var configurations: [(caption: String, configuration: Configuration)] = []
    try failing { () throws(HostError) in
      var configuration = try chain.load()
      configuration.runsWithoutPlugins = noPlugins
      configurations.append((compare == nil ? "" : chain.config ?? "notilua.yaml", configuration))
      if let compare { configurations.append((compare, try Configuration(file: compare))) }
    }
    var languages: [String] = []
    for (caption, configuration) in configurations {
      guard let presented = try await present(payload, configuration) else { continue }
      shown.append((caption, presented.presentation))
      if languages.isEmpty { languages = presented.languages }
    }
    if shown.isEmpty { throw ExitCode(HostError.Status.failed.rawValue) }
    try write(shown, language: languages.first ?? "")
  }

  // MARK: Presenting

  /// Runs the chain and the content extension; nil where nothing is shown, which is said.
  private func present(
    _ payload: PayloadFile.Payload, _ configuration: Configuration
  ) async throws -> (presentation: NotificationPresentation, languages: [String])? {
    var configuration = configuration
    configuration.workers = 1
    let (text, place) = (payload.bytes, payload.place)
    do {
      let processor = try NotificationProcessor(configuration)
      let outcome = try await processor.process(text)
      switch outcome.action {
      case .deliver: break
      case .drop:
        say(
          "notilua: \(place): nothing is shown: \(outcome.plugin ?? "a plugin") drops it: \(outcome.reason ?? "")"
        )
        return nil
      case .reject:
        let at = outcome.offset.flatMap { payload.place(of: $0) } ?? place
        say("notilua: \(at): \(outcome.reason ?? "no notification"); 'notilua explain' shows more")
        return nil
      }
      for fault in outcome.faults {
        say("notilua: \(place): \(fault.plugin): \(fault.kind.rawValue): \(fault.message)")
      }
      guard let notification = notification(text, outcome) else { return nil }
      for sentence in headerChanges(text, outcome) { say("notilua: \(place): \(sentence)") }
      let languages = locale.map { [$0] } ?? []
      let answer = try await Presenter(configuration).present(notification, date: date, languages: languages)
      for note in answer.notes + answer.presentation.warnings { say("notilua: \(place): \(note)") }
      let shownLanguages = languages.isEmpty ? notification.locales : languages
      return (answer.presentation.resolved(at: date, language: shownLanguages.first ?? ""), shownLanguages)
    } catch let error as HostError {
      throw fail(error)
    }
  }

  /// The notification of a line as the chain left it.
  private func notification(_ line: [UInt8], _ outcome: Outcome) -> PushNotification? {
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
  private func headerChanges(_ line: [UInt8], _ outcome: Outcome) -> [String] {
    var document = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
    guard line.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let form = try? NotificationLine(document)
    else { return [] }
    return HeaderChanges(outcome).sentences { form.headerText($0, document) }
  }

  /// The clock's time on 1 January 2026, UTC: a picture is the same whenever it is made.
  private var date: Double {
    let parts = time.split(separator: ":").compactMap { Int($0) }
    let isTime = parts.count == 2 && (0..<24).contains(parts[0]) && (0..<60).contains(parts[1])
    return 1_767_225_600 + Double(isTime ? parts[0] * 3600 + parts[1] * 60 : 12 * 3600)
  }

  /// Returns the line as an envelope in which other values stand for some members; what is no notification stays as
  /// it is.
  private func envelope(_ line: [UInt8], replacing members: [String: String]) -> [UInt8] {
    var document = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
    guard line.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let form = try? NotificationLine(document)
    else { return line }
    return EnvelopeWriter.envelope(form, document, replacing: members)
  }

  /// The line as an envelope with a time zone.
  private func withTimeZone(_ name: String, _ line: [UInt8]) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(name)
    return envelope(line, replacing: ["time_zone": writer.text])
  }

  // MARK: Writing

  private func write(
    _ shown: [(caption: String, presentation: NotificationPresentation)], language: String
  ) throws {
    let thumbnails = ThumbnailCache(Thumbnailer(executable: WorkerExecutable.thumbnailer))
    let forms = forms.isEmpty ? [.expanded] : forms.compactMap { PictureOptions.Form(rawValue: $0) }
    var options = PictureOptions()
    options.appearance = Appearance(rawValue: appearance) ?? .light
    options.language = language
    options.time = SafeText.line(time, limit: 16)
    guard let path = outputPath else {
      var text: TerminalText = ""
      for form in forms {
        options.form = form
        for (caption, presentation) in shown {
          if !caption.isEmpty { text += "\(caption)\n" }
          let isStyled = Palette(for: 1).hasColor
          for line in NotificationText.lines(presentation, options, isStyled: isStyled) {
            text += TerminalText(trusted: line) + "\n"
          }
        }
      }
      try output(text)
      return
    }
    if suffix(path) == "html" {
      let html = NotificationPage.html(shown, options, forms: forms) { file in
        thumbnails.thumbnail(of: file, side: 740).map { PictureFile.png($0) }
      }
      tell(thumbnails)
      try save(Array(html.utf8), path)
      return
    }
    var pictures: [NotificationPicture] = []
    for (caption, presentation) in shown {
      for form in forms {
        options.form = form
        pictures.append(
          NotificationPicture(presentation, options, caption: SafeText.line(caption, limit: 256)) {
            thumbnails.thumbnail(of: $0, side: $1)
          })
      }
    }
    tell(thumbnails)
    let missing = pictures.map(\.missingGlyphs).max() ?? 0
    if missing > 0 {
      say(
        "notilua: \(missing) characters have no glyph in any font here; install fonts-noto-core, fonts-noto-cjk,"
          + " fonts-noto-color-emoji and fonts-noto-mono")
    }
    let bytes = PictureFile.bytes(pictures, suffix(path) == "svg" ? .svg : .png)
    if bytes.isEmpty {
      throw fail(
        HostError(.output, "'\(path)': there is no memory for the picture; show fewer forms at once"))
    }
    try save(bytes, path)
  }

  /// Says which attachments could not be drawn.
  private func tell(_ thumbnails: ThumbnailCache) {
    guard !thumbnails.failures.isEmpty else { return }
    // Then it is no file's fault, and worth one line.
    if let problem = thumbnails.problem {
      return say("notilua: pictures of attachments are left out: \(problem)")
    }
    for file in thumbnails.failures {
      say(
        "notilua: attachment '\(SafeText.line(file.identifier, limit: 64))': '\(file.path)' is damaged, or takes too long; it is left out"
      )
    }
  }

  /// Writes a file that is whole or not there.
  private func save(_ bytes: [UInt8], _ path: String) throws {
    let code = bytes.withUnsafeBytes { replaceFile(path, $0) }
    if code == 0 { return }
    let cause = systemMessage(code)
    throw fail(
      HostError(.output, "'\(path)' cannot be written: \(cause); check the folder and the room on its disk"))
  }
}
