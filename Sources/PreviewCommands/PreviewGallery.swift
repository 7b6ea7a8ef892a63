import ArgumentParser
import CommandSupport
import ConfigurationFiles
import EventLoop
import Glibc
import PageRendering
import Presentation
import Rendering
import TerminalPages
import WorkerHost

/// Writes a picture of every payload in every form, appearance and language, and a page that shows them all.
///
/// A file has its name only once it is whole, and the page comes last: who stops it has whole pictures, and the page of
/// the time before.
struct PreviewGallery {
  private let command: PreviewCommand
  private let folder: String

  init(_ command: PreviewCommand, folder: String) {
    self.command = command
    self.folder = folder
  }

  /// The pictures of one payload in one language.
  private struct Order: Sendable {
    var section: Int
    /// Its place among all orders.
    var number: Int
    /// The beginning of the files' names.
    var name: String
    var presentation: NotificationPresentation
    var language: String
    /// The locale that was asked for; nil for the payload's own.
    var locale: String?
  }

  /// The result of an order.
  private struct Drawn: Sendable {
    var section: Int
    var number: Int
    var pictures: [GalleryPage.Picture] = []
    var missingGlyphs = 0
    var failures: [AttachmentFile] = []
    var problem: String?
    var error: HostError?
  }

  func run() async throws {
    let payloads = try failing { () throws(HostError) in
      try command.inputs.map { input throws(HostError) in try PayloadFile(input).payloads() }
    }
    try makeFolder()
    let configuration = try command.configurations()[0].configuration
    var stage = try failing { () throws(HostError) in try PreviewStage(configuration) }
    let locales: [String?] = command.locales.isEmpty ? [nil] : command.locales
    let total = payloads.reduce(0) { $0 + $1.count } * locales.count * forms.count * appearances.count
    let progress = ProgressLine()
    var names = FileNames()
    var sections: [GalleryPage.Section] = []
    var results: [Drawn] = []
    var hasNothing = false
    var number = 0
    let painter = Painter(
      folder: folder, forms: forms, appearances: appearances, time: command.clock.text,
      thumbnailer: WorkerExecutable.thumbnailer)
    // Each payload is drawn while the next ones are made: the text of a picture is shaped by Pango, whose fonts are each
    // thread's own.
    try await withThrowingTaskGroup(of: Drawn.self) { group in
      for file in payloads {
        for payload in file {
          sections.append(.init(heading: payload.place))
          let name = names.name(of: payload, isAlone: file.count == 1)
          for locale in locales {
            let scene = try await stage.scene([payload], command.person(locale))
            guard let scene else {
              sections[sections.count - 1].note = "Nothing is shown of it."
              hasNothing = true
              continue
            }
            let order = Order(
              section: sections.count - 1, number: number, name: name, presentation: scene.presentation,
              language: scene.language, locale: locale)
            number += 1
            group.addTask { painter.draw(order) }
          }
        }
      }
      var count = 0
      for try await drawn in group {
        results.append(drawn)
        count += drawn.pictures.count
        progress.show("\(count) of \(total) pictures")
      }
    }
    progress.clear()
    // In the order of the command line, whichever was drawn first.
    results.sort { $0.number < $1.number }
    for drawn in results { sections[drawn.section].pictures += drawn.pictures }
    try finish(sections, results, isFaulty: stage.isFaulty || hasNothing)
  }

  private var forms: [PictureOptions.Form] {
    command.forms.isEmpty
      ? PictureOptions.Form.allCases : command.forms.compactMap { PictureOptions.Form(rawValue: $0) }
  }

  private var appearances: [Appearance] {
    Appearance.allCases.filter {
      command.appearances.isEmpty || command.appearances.contains($0.rawValue)
    }
  }

  private func makeFolder() throws {
    if mkdir(folder, 0o777) == 0 || errno == EEXIST && PluginFolder.isFolder(folder) { return }
    throw fail(
      HostError(
        .output,
        "'\(folder)' cannot be made: \(systemMessage(errno)); name a folder in one that is there"))
  }

  private func finish(_ sections: [GalleryPage.Section], _ results: [Drawn], isFaulty: Bool) throws {
    if let error = results.compactMap(\.error).first { throw fail(error) }
    PreviewFile.tell(missingGlyphs: results.map(\.missingGlyphs).max() ?? 0)
    var failures: [AttachmentFile] = []
    for file in results.flatMap(\.failures) where !failures.contains(file) { failures.append(file) }
    PreviewFile.tell(failures, results.compactMap(\.problem).first)
    let page = "\(folder)/index.html"
    try PreviewFile.save(Array(GalleryPage.html(sections, refresh: command.watch ? 1 : nil).utf8), page)
    let count = sections.reduce(0) { $0 + $1.pictures.count }
    try output(
      "\(page): \(count) pictures, \(sections.count) \(sections.count == 1 ? "payload" : "payloads")\n")
    if isFaulty { throw ExitCode(HostError.Status.failed.rawValue) }
  }

  /// Names of files, none of which stands twice.
  private struct FileNames {
    private var used: Set<String> = []

    /// Returns the beginning of the names of a payload's pictures: that of its file, and its line where there are several.
    mutating func name(of payload: PayloadFile.Payload, isAlone: Bool) -> String {
      let file = payload.name.split(separator: "/").last ?? "stdin"
      let base = file.lastIndex(of: ".").map { file[..<$0] } ?? file
      var name = String(base.prefix(64).map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
      if !isAlone { name += "-\(payload.number)" }
      var number = 2
      var unique = name
      while !used.insert(unique).inserted {
        unique = "\(name)-\(number)"
        number += 1
      }
      return unique
    }
  }

  /// Draws the pictures of one payload, on a thread of its own.
  private struct Painter: Sendable {
    let folder: String
    let forms: [PictureOptions.Form]
    let appearances: [Appearance]
    let time: String
    let thumbnailer: String

    func draw(_ order: Order) -> Drawn {
      var drawn = Drawn(section: order.section, number: order.number)
      let thumbnails = ThumbnailCache(Thumbnailer(executable: thumbnailer))
      var options = PictureOptions()
      options.language = order.language
      options.time = time
      for form in forms {
        for appearance in appearances {
          options.form = form
          options.appearance = appearance
          let picture = NotificationPicture(order.presentation, options) {
            thumbnails.thumbnail(of: $0, side: $1)
          }
          drawn.missingGlyphs = max(drawn.missingGlyphs, picture.missingGlyphs)
          let tags = [order.locale, form.rawValue, appearance.rawValue].compactMap(\.self)
          let file = ([order.name] + tags).joined(separator: "-") + ".png"
          let bytes = PictureFile.bytes([picture], .png)
          if let code = PreviewFile.replace("\(folder)/\(file)", bytes) {
            drawn.error = PreviewFile.problem(with: "\(folder)/\(file)", code)
            return drawn
          }
          drawn.pictures.append(
            .init(
              file: file, caption: tags.joined(separator: ", "), width: picture.width, height: picture.height)
          )
        }
      }
      drawn.failures = thumbnails.failures
      drawn.problem = thumbnails.failures.isEmpty ? nil : thumbnails.problem
      return drawn
    }
  }
}
