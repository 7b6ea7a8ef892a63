import ArgumentParser
import CommandSupport
import ConfigurationFiles
import Notilua
import Presentation
import TerminalPages
import WorkerHost

/// `notilua preview`: how a notification looks.
package struct PreviewCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Shows how a notification looks, with the content extension of its category.",
    discussion: """
      The payload goes through the chain first, as it would in 'notilua run'. Without --output the notification is shown in \
      the terminal; the name of the output says whether it is a picture (.png, .svg) or a page (.html). Ends with 1 when a \
      plugin faults; what can be shown is written all the same.

      Examples:
        notilua preview payload.json
        notilua preview --output parcel.png --form banner --form expanded \\
          payload.json
        notilua preview --output lock.svg --form hidden --appearance dark \\
          --locale ar payload.json
        notilua preview --output page.html --compare new.yaml payload.json

      A chat of three messages after a reply, and a page that follows your changes:
        notilua preview --thread --response "reply=On my way" chat.ndjson
        notilua preview --watch --output page.html payload.json

      Every payload in every form and appearance and in two languages, on one page for review:
        notilua preview --gallery review --locale en --locale ar *.json
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
      "What is shown: banner, expanded, lock or hidden; several stand side by side. Without it expanded; all in a gallery.",
      valueName: "form"), completion: .cases(PictureOptions.Form.self))
  var forms: [String] = []

  @Option(
    name: .customLong("appearance"),
    help: ArgumentHelp("The colours: light or dark. Without it light; both in a gallery.", valueName: "name"),
    completion: .cases(Appearance.self))
  var appearances: [String] = []

  @Option(
    name: .customLong("locale"),
    help: ArgumentHelp(
      "The language of the person, in place of the payload's; a gallery may have several.", valueName: "tag"))
  var locales: [String] = []

  @Option(
    help: ArgumentHelp("The time zone of the person, in place of the line's.", valueName: "name"))
  var timeZone: String?

  @Option(
    help: ArgumentHelp(
      "What the clock shows, in the person's time zone; plugins have the same time.", valueName: "text"))
  var time = "9:41"

  @Option(
    help: ArgumentHelp("Show the same with another configuration beside it.", valueName: "file"),
    completion: .configuration)
  var compare: String?

  @Option(help: ArgumentHelp("Which line of the file to take; without it the first.", valueName: "number"))
  var line: Int?

  @Flag(
    help:
      "Take the lines that follow, too: further messages of the thread, each of which goes on with the view.")
  var thread = false

  @Option(
    name: .customLong("response"),
    help: ArgumentHelp(
      "Show what is left after an action, with the text that is written: ACTION or ACTION=TEXT; several one after the other.",
      valueName: "action"))
  var responses: [PreviewResponse] = []

  @Option(
    help: ArgumentHelp(
      "Write a picture of every payload in every form and appearance, and index.html with all of them, into a folder.",
      valueName: "folder"), completion: .directory)
  var gallery: String?

  @Flag(
    help:
      "Write anew when plugins, catalogs, the configuration or the payload change, until ctrl-C; a page reloads."
  )
  var watch = false

  @Argument(
    help: ArgumentHelp(
      "The file with the payload; - is the standard input. A gallery may have several, each with any number of lines.",
      valueName: "file"),
    completion: .file())
  var inputs: [String] = ["-"]

  package init() {}

  package func validate() throws {
    for form in forms where PictureOptions.Form(rawValue: form) == nil {
      throw ValidationError("--form is '\(form)'; use banner, expanded, lock or hidden.")
    }
    if forms.count > 8 { throw ValidationError("--form stands \(forms.count) times; eight are the most.") }
    for appearance in appearances where Appearance(rawValue: appearance) == nil {
      throw ValidationError("--appearance is '\(appearance)'; use light or dark.")
    }
    if let outputPath, PreviewFile.Kind(path: outputPath) == nil {
      throw ValidationError("--output is '\(outputPath)'; name it .png, .svg or .html.")
    }
    for locale in locales where locale.isEmpty || locale.utf8.contains(where: { $0 <= 0x20 }) {
      throw ValidationError("--locale is '\(locale)'; give a language such as de or pt-BR.")
    }
    if PreviewClock(time).isMistaken {
      throw ValidationError(
        "--time is '\(time)'; give a time of 0:00 to 23:59, or another text for the clock.")
    }
    if let timeZone, let problem = ZoneFolder.problem(with: timeZone) {
      throw ValidationError("--time-zone: \(problem).")
    }
    if noPlugins, chain.plugins != nil || !chain.chain.isEmpty {
      throw ValidationError("--no-plugins excludes --plugins and --plugin.")
    }
    if watch, inputs.contains("-") {
      throw ValidationError("--watch needs a file; the standard input is read once.")
    }
    try validateGallery()
  }

  private func validateGallery() throws {
    if gallery == nil {
      if appearances.count > 1 {
        throw ValidationError("--appearance stands twice; only a --gallery has several.")
      }
      if locales.count > 1 { throw ValidationError("--locale stands twice; only a --gallery has several.") }
      if inputs.count > 1 {
        throw ValidationError("'\(inputs[1])' is one file too many; only a --gallery has several.")
      }
      return
    }
    let others: [(name: String, isGiven: Bool)] = [
      ("--output", outputPath != nil), ("--compare", compare != nil), ("--line", line != nil),
      ("--thread", thread), ("--response", !responses.isEmpty),
    ]
    if let other = others.first(where: \.isGiven) {
      throw ValidationError("--gallery excludes \(other.name).")
    }
  }

  package func run() async throws {
    if watch {
      try await PreviewWatch(self).run()
      return
    }
    try await render()
  }

  /// Makes what is asked for, once.
  func render() async throws {
    if let gallery {
      try await PreviewGallery(self, folder: gallery).run()
    } else {
      try await renderOne()
    }
  }

  // MARK: Settings

  /// The configurations that are shown, with their captions.
  func configurations() throws -> [(caption: String, configuration: Configuration)] {
    try failing {
      () throws(HostError) -> [(caption: String, configuration: Configuration)] in
      var configuration = try chain.load()
      configuration.runsWithoutPlugins = noPlugins
      guard let compare else { return [("", configuration)] }
      return [(chain.config ?? "notilua.yaml", configuration), (compare, try Configuration(file: compare))]
    }
  }

  var clock: PreviewClock { PreviewClock(SafeText.line(time, limit: 16)) }

  func person(_ locale: String?) -> PreviewPerson {
    PreviewPerson(locale: locale, timeZone: timeZone, clock: clock)
  }

  // MARK: One preview

  private func renderOne() async throws {
    let payloads = try failing { () throws(HostError) in try self.payloads() }
    var shown: [(caption: String, presentation: NotificationPresentation)] = []
    var language = ""
    var isFaulty = false
    for (caption, configuration) in try configurations() {
      var stage = try failing { () throws(HostError) in try PreviewStage(configuration) }
      let scene = try await stage.scene(payloads, responses: responses, person(locales.first))
      isFaulty = isFaulty || stage.isFaulty
      guard let scene else { continue }
      shown.append((caption, scene.presentation))
      if language.isEmpty { language = scene.language }
    }
    if shown.isEmpty { throw ExitCode(HostError.Status.failed.rawValue) }
    var options = PictureOptions()
    options.appearance = appearances.first.flatMap { Appearance(rawValue: $0) } ?? .light
    options.language = language
    options.time = clock.text
    let forms = forms.isEmpty ? [.expanded] : forms.compactMap { PictureOptions.Form(rawValue: $0) }
    let file = PreviewFile(options: options, forms: forms, refreshes: watch)
    if let outputPath { try file.write(shown, to: outputPath) } else { try file.print(shown) }
    // A picture of a notification as it is would hide that its view is missing.
    if isFaulty { throw ExitCode(HostError.Status.failed.rawValue) }
  }

  /// The payload that is asked for, and those of its thread.
  private func payloads() throws(HostError) -> [PayloadFile.Payload] {
    let file = try PayloadFile(inputs[0])
    let first = try file.payload(line: line)
    guard thread else { return [first] }
    return [first] + file.lines.filter { $0.number > first.number && !file.isOnePayload }
  }
}
