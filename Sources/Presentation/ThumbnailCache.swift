/// The thumbnails of one notification, each made once.
package final class ThumbnailCache {
  private let thumbnailer: Thumbnailer
  private var known: [String: Thumbnail?] = [:]
  /// The attachments that could not be decoded.
  package private(set) var failures: [AttachmentFile] = []

  /// The cause for which no picture at all can be decoded; nil where none is known.
  package var problem: String? { thumbnailer.problem }

  package init(_ thumbnailer: Thumbnailer) { self.thumbnailer = thumbnailer }

  /// Returns the picture of an attachment; nil where it is no picture, or a damaged one.
  package func thumbnail(of file: AttachmentFile, side: Int) -> Thumbnail? {
    guard file.kind == .image else { return nil }
    let key = "\(side) \(file.identifier) \(file.path)"
    if let made = known[key] { return made }
    let made = thumbnailer.thumbnail(of: file, side: side)
    known[key] = .some(made)
    if made == nil, !failures.contains(file) { failures.append(file) }
    return made
  }
}
