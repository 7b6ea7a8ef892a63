extension ViewElement {
  /// The picture of an attachment, with its place and its form.
  package struct Picture: Sendable, Equatable {
    /// The form in which a picture is shown.
    package enum Fit: String, CaseIterable, Sendable {
      /// The whole picture, never larger than its own pixels.
      case fit
      /// A strip as wide as its place; what does not fit is cut off.
      case fill
      /// A circle.
      case avatar
      /// A square with round corners.
      case icon

      /// The alignment where none is given.
      package var alignment: Alignment { self == .fit ? .center : .start }
      /// The size in points where none is given; nil leaves a picture its own.
      package var size: Double? {
        switch self {
        case .fit: nil
        case .fill: 160
        case .avatar, .icon: 44
        }
      }
    }

    /// The identifier of the attachment.
    package var attachment: String
    package var caption: String
    package var fit: Fit
    /// In points: the longer side of `fit`, the height of `fill`, the side of `avatar` and `icon`; nil for the usual.
    package var size: Double?
    package var alignment: Alignment

    package init(
      attachment: String, caption: String = "", fit: Fit = .fit, size: Double? = nil,
      alignment: Alignment? = nil
    ) {
      self.attachment = attachment
      self.caption = caption
      self.fit = fit
      self.size = size
      self.alignment = alignment ?? fit.alignment
    }

    /// The sizes that a picture may have, in points.
    package static let sizes = 8.0...420.0

    /// The bytes of its text.
    var textSize: Int { attachment.utf8.count + caption.utf8.count }
  }

  /// A reference to an attachment, and whether it must be a picture.
  package struct AttachmentReference: Sendable, Equatable {
    package var identifier: String
    package var isPicture: Bool
  }

  /// The attachments that it shows, in order.
  package var attachments: [AttachmentReference] {
    func pictures(_ identifiers: [String]) -> [AttachmentReference] {
      identifiers.filter { !$0.isEmpty }.map { .init(identifier: $0, isPicture: true) }
    }
    return switch self {
    case .image(let picture): pictures([picture.attachment])
    case .media(let attachment, _, _): [.init(identifier: attachment, isPicture: false)]
    case .columns(let columns): pictures(columns.flatMap(\.cells).compactMap(\.picture?.attachment))
    case .conversation(let messages): pictures(messages.flatMap { [$0.avatar, $0.image] })
    case .text, .fields, .progress, .countdown, .timeline, .places, .map, .buttons, .textInput: []
    }
  }
}
