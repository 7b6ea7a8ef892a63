import Foundation
import NotificationModel
import NotificationViews
import Presentation
import Testing

/// A view whose attachments are not all there.
struct NotificationPresentationElementsTests {
  private func presentation(_ elements: [ViewElement]) throws -> NotificationPresentation {
    var view = NotificationView()
    for element in elements { try view.append(element) }
    var presentation = NotificationPresentation()
    presentation.extended = .init(plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: view)
    return presentation
  }

  private func message(_ text: String, avatar: String = "", image: String = "") -> ViewElement.Message {
    .init(sender: "s", text: text, time: "", isOwn: false, avatar: avatar, image: image)
  }

  @Test func whatIsNotThereIsLeftOut() throws {
    let gone = ViewElement.Picture(attachment: "gone", caption: "c")
    let presentation = try presentation([
      .image(gone), .media(attachment: "gone", title: "t", isPlaying: false),
      .columns([.init([.image(gone)]), .init([.image(gone)])]),
      .columns([.init([.image(gone), .text([.init("a")], .body)], width: 2), .init([.image(gone)])]),
      .text([.init("x")], .body),
      .conversation([message("", image: "gone"), message("t", avatar: "gone", image: "gone")]),
    ])
    #expect(
      presentation.elements == [
        .columns([.init([.text([.init("a")], .body)], width: 2), .init([])]), .text([.init("x")], .body),
        .conversation([message("t")]),
      ])
  }

  @Test(arguments: ["", " ", "\n", "\u{200B}", "\u{2060}\u{FE0F}"])
  func whatNobodySeesIsLeftOut(_ text: String) throws {
    let presentation = try presentation([
      .text([.init(text), .init(text)], .body), .columns([.init([.text([.init(text)], .body)]), .init([])]),
      .conversation([message(text)]), .text([.init(text), .init("x")], .title),
    ])
    #expect(presentation.elements == [.text([.init(text), .init("x")], .title)])
  }

  @Test func aConversationOfPicturesThatAreGoneIsNone() throws {
    let presentation = try presentation([.conversation([message("", image: "gone")])])
    #expect(presentation.elements == [])
    #expect(NotificationPresentation().elements == [])
  }

  /// A view that goes on shows the files of earlier notifications, each own file before one of the same name.
  @Test func aViewThatGoesOnKeepsItsFiles() throws {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    func file(_ identifier: String, width: UInt8) throws -> AttachmentFile {
      let path = "\(folder)/\(UUID().uuidString)"
      // By the header (GIF89a §18).
      try Data(Array("GIF89a".utf8) + [width, 0, 1, 0, 0, 0, 0]).write(to: URL(filePath: path))
      defer { try? FileManager.default.removeItem(atPath: path) }
      return try AttachmentFile(.init(identifier: identifier, url: "file://\(path)"), folders: [folder])
    }
    var first = try presentation([.conversation([message("", avatar: "anna", image: "photo")])])
    first.attachments = [
      try file("anna", width: 1), try file("photo", width: 2), try file("other", width: 3),
    ]
    var second = try presentation([
      .conversation([message("", avatar: "anna", image: "photo"), message("b")])
    ])
    second.attachments = [try file("anna", width: 4)]
    second.goOn(with: first)
    #expect(second.elements == second.view.elements)
    #expect(second.attachment("anna")?.width == 4 && second.attachment("photo")?.width == 2)
    #expect(second.attachment("other") == nil && second.thumbnail?.identifier == "anna")
    var third = try presentation([.conversation([message("", image: "photo")])])
    third.goOn(with: second)
    #expect(third.attachment("photo")?.width == 2 && third.thumbnail == nil)
    #expect(third.withHiddenPreviews.attachment("photo") == nil)
  }
}
