import CommandSupport
import ConfigurationFiles
import EventLoop
import FileReading
import PageRendering
import Presentation
import Rendering
import TerminalPages
import WorkerHost

/// Writes what is shown: as a picture, as a page or in the terminal.
struct PreviewFile {
  /// The form of a file, by the end of its name.
  enum Kind: String, CaseIterable {
    case png
    case svg
    case html

    init?(path: String) {
      guard let kind = Self.allCases.first(where: { path.lowercased().hasSuffix(".\($0.rawValue)") }) else {
        return nil
      }
      self = kind
    }
  }

  /// The presentations that stand side by side, each with a caption; empty for none.
  typealias Shown = [(caption: String, presentation: NotificationPresentation)]

  var options: PictureOptions
  let forms: [PictureOptions.Form]
  /// True for a page that loads itself again.
  let refreshes: Bool

  /// Shows the notifications in the terminal.
  func print(_ shown: Shown) throws {
    var options = options
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
  }

  /// Writes a picture or a page.
  func write(_ shown: Shown, to path: String) throws {
    let thumbnails = ThumbnailCache(Thumbnailer(executable: WorkerExecutable.thumbnailer))
    let kind = Kind(path: path) ?? .png
    guard kind != .html else {
      let html = NotificationPage.html(shown, options, forms: forms, refresh: refreshes ? 1 : nil) {
        file, side in
        thumbnails.thumbnail(of: file, side: side).map { PictureFile.png($0) }
      }
      Self.tell(thumbnails.failures, thumbnails.problem)
      return try Self.save(Array(html.utf8), path)
    }
    var options = options
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
    Self.tell(thumbnails.failures, thumbnails.problem)
    Self.tell(missingGlyphs: pictures.map(\.missingGlyphs).max() ?? 0)
    let bytes = PictureFile.bytes(pictures, kind == .svg ? .svg : .png)
    if bytes.isEmpty {
      throw fail(
        HostError(.output, "'\(path)': there is no memory for the picture; show fewer forms at once"))
    }
    try Self.save(bytes, path)
  }

  /// Says that fonts are missing.
  static func tell(missingGlyphs missing: Int) {
    if missing == 0 { return }
    say(
      "notilua: \(missing) characters have no glyph in any font here; install fonts-noto-core, fonts-noto-cjk,"
        + " fonts-noto-color-emoji and fonts-noto-mono")
  }

  /// Says which attachments could not be drawn.
  ///
  /// - Parameter problem: the cause for which none could be.
  static func tell(_ failures: [AttachmentFile], _ problem: String?) {
    if failures.isEmpty { return }
    // Then it is no file's fault, and worth one line.
    if let problem { return say("notilua: pictures of attachments are left out: \(problem)") }
    for file in failures {
      say(
        "notilua: attachment '\(SafeText.line(file.identifier, limit: 64))': '\(file.path)' is damaged, or takes too long; it is left out"
      )
    }
  }

  /// Writes a file that is whole or not there; one that has these bytes already stays as it is.
  static func save(_ bytes: [UInt8], _ path: String) throws {
    if let code = replace(path, bytes) { throw fail(problem(with: path, code)) }
  }

  /// Writes a file; returns the errno where that fails.
  ///
  /// A file that has not changed is not written, so that a program that watches the folder sees no change.
  static func replace(_ path: String, _ bytes: [UInt8]) -> Int32? {
    if let old = try? InputFile.bytes(path, .payloads, form: .regular), old == bytes { return nil }
    let code = bytes.withUnsafeBytes { replaceFile(path, $0) }
    return code == 0 ? nil : code
  }

  static func problem(with path: String, _ code: Int32) -> HostError {
    HostError(
      .output,
      "'\(path)' cannot be written: \(systemMessage(code)); check the folder and the room on its disk")
  }
}
