import Foundation
import NotificationModel
import NotificationViews
import Presentation
import Testing

/// What is shown of a view whose attachments are not all there.
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

  @Test func aConversationOfPicturesThatAreGoneIsNone() throws {
    let presentation = try presentation([.conversation([message("", image: "gone")])])
    #expect(presentation.elements == [])
    #expect(NotificationPresentation().elements == [])
  }
}
