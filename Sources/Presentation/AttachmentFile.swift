import FileReading
import Glibc
import NotificationModel

/// A file beside a notification that may be shown: `UNNotificationAttachment`, checked.
package struct AttachmentFile: Sendable, Equatable {
  /// The kind of a file, told by its first bytes.
  package enum Kind: String, Sendable {
    case image
    case audio
    case movie

    /// Apple's figures in MiB, for Apple does not say which megabytes it means.
    package var sizeLimit: Int {
      switch self {
      case .audio: 5 << 20
      case .image: 10 << 20
      case .movie: 50 << 20
      }
    }
  }

  package var identifier: String
  package var path: String
  package var kind: Kind
  /// A uniform type identifier, such as `public.png`.
  package var type: String
  /// Pixels, of an image that stands upright.
  package var width = 0
  package var height = 0
  /// The way in which its camera was held.
  package var orientation = PictureOrientation.up
  /// True when nothing of it is shown unless the notification is expanded.
  package var hidesThumbnail = false
  /// The part of the upright picture that is shown; each side 0 to 1.
  package var clip: Clip?
  /// Seconds, or the number of an animation's frame.
  package var time = 0.0

  /// The pixels of the part that is shown.
  package var shownPixels: (width: Double, height: Double) {
    (
      max(1, (Double(width) * (clip?.width ?? 1)).rounded()),
      max(1, (Double(height) * (clip?.height ?? 1)).rounded())
    )
  }

  /// A part of a picture, in parts of its width and height, from the upper left.
  package struct Clip: Sendable, Equatable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  /// An error for which a file is not shown, as a sentence for people.
  package struct Refusal: Error, Sendable, Equatable {
    package var message: String
  }

  /// The most pixels of a side: Cairo's coordinates end at 32,767 (pixman's 16.16 fixed-point numbers).
  package static let sideLimit = 32_000
  /// The most pixels of a picture: 7680 by 4320.
  package static let pixelLimit = 33_177_600

  /// Looks at a file.
  ///
  /// - Parameter folders: where files may be, with what stands below; links are followed before that is looked at.
  package init(_ attachment: Attachment, folders: [String]) throws(Refusal) {
    let (identifier, url) = (attachment.identifier, attachment.url)
    let name = identifier.isEmpty ? "attachment" : "attachment '\(SafeText.line(identifier, limit: 64))'"
    guard url.hasPrefix("file:///"), let given = Self.path(of: url) else {
      throw Refusal(message: "\(name): the URL is not one of a file; write file:///path")
    }
    guard let resolved = realpath(given, nil) else {
      throw Refusal(message: "\(name): '\(given)' is not there; check the path")
    }
    let path = String(cString: resolved)
    free(resolved)
    guard folders.contains(where: { Self.isInside(path, $0) }) else {
      throw Refusal(
        message:
          "\(name): '\(path)' is in no folder of presentation.attachments; add the folder to the configuration"
      )
    }
    try self.init(path: path, identifier: identifier, name: name)
    take(attachment)
  }

  /// Looks at the app's icon, a file that the operator names.
  package init(icon path: String) throws(Refusal) {
    let name = "presentation.app.icon"
    guard let resolved = realpath(path, nil) else {
      throw Refusal(message: "\(name): '\(path)' is not there; check the path")
    }
    defer { free(resolved) }
    try self.init(path: String(cString: resolved), identifier: name, name: name)
    guard kind == .image else {
      throw Refusal(message: "\(name): '\(path)' is no PNG, JPEG or GIF; convert it")
    }
  }

  /// Looks at a file whose links are resolved.
  private init(path: String, identifier: String, name: String) throws(Refusal) {
    let file: InputFile
    do throws(FileProblem) {
      file = try InputFile(path, form: .regular, followsLinks: false)
    } catch {
      throw Refusal(message: "\(name): \(error.message(path))")
    }
    var head = [UInt8](repeating: 0, count: 256 << 10)
    let count = pread(file.descriptor, &head, head.count, 0)
    head.removeSubrange(max(count, 0)...)
    guard let form = FileForm(head) else {
      throw Refusal(
        message: "\(name): '\(path)' is none of JPEG, GIF, PNG, AIFF, WAV, MP3, MPEG-4, MPEG, AVI; convert it"
      )
    }
    guard file.status.st_size <= form.kind.sizeLimit else {
      throw Refusal(
        message:
          "\(name): '\(path)' has \(file.status.st_size) bytes; \(form.kind.rawValue) files have \(form.kind.sizeLimit) at most"
      )
    }
    if form.kind == .image {
      guard form.width > 0, form.height > 0 else {
        throw Refusal(message: "\(name): '\(path)' is a damaged picture; make it again")
      }
      guard max(form.width, form.height) <= Self.sideLimit, form.width * form.height <= Self.pixelLimit else {
        throw Refusal(
          message:
            "\(name): '\(path)' has \(form.width) by \(form.height) pixels; \(Self.pixelLimit) in all and \(Self.sideLimit) a side are the most"
        )
      }
    }
    self.identifier = identifier
    self.path = path
    kind = form.kind
    type = form.type
    width = form.width
    height = form.height
    orientation = form.orientation
  }

  private mutating func take(_ attachment: Attachment) {
    hidesThumbnail = attachment.hidesThumbnail
    time = attachment.time ?? 0
    guard let given = attachment.clip else { return }
    let sides = [given.x, given.y, given.width, given.height].map { min(max($0, 0), 1) }
    let clip = Clip(
      x: sides[0], y: sides[1], width: min(sides[2], 1 - sides[0]), height: min(sides[3], 1 - sides[1]))
    if clip.width > 0, clip.height > 0 { self.clip = clip }
  }

  /// Returns the path that a URL stands for, with its percent signs resolved.
  private static func path(of url: String) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(url.utf8.dropFirst(7))[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
        value != 0
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func isInside(_ path: String, _ folder: String) -> Bool {
    guard let resolved = realpath(folder, nil) else { return false }
    defer { free(resolved) }
    let folder = String(cString: resolved)
    // By bytes: to Swift, texts that look the same are equal.
    return path.utf8.starts(with: (folder.hasSuffix("/") ? folder : folder + "/").utf8)
  }
}
