import NotificationViews
import Testing

/// The limits of a view.
struct NotificationViewTests {
  private static func text(_ count: Int) -> ViewElement {
    .text([.init(String(repeating: "x", count: count))], .body, .start)
  }

  @Test func anElementTooManyIsRefused() throws {
    var view = NotificationView()
    for _ in 0..<NotificationView.elementLimit { try view.append(.fields([])) }
    #expect(throws: NotificationView.Problem.self) { try view.append(.fields([])) }
    #expect(view.elements.count == NotificationView.elementLimit)
    view.removeAll()
    #expect(view == NotificationView())
  }

  @Test func aByteTooManyIsRefused() throws {
    var view = NotificationView()
    try view.append(Self.text(NotificationView.sizeLimit - 1))
    try view.append(Self.text(1))
    #expect(throws: NotificationView.Problem.self) { try view.append(Self.text(1)) }
    try view.append(Self.text(0))
  }

  /// Of a long conversation the end is kept, in its order.
  @Test func conversationsJoinAndKeepTheirEnd() throws {
    func message(_ number: Int) -> ViewElement.Message {
      .init(sender: "", text: "\(number)", time: "", isOwn: false)
    }
    var view = NotificationView()
    for number in 0..<100 { try view.append(.conversation([message(number)])) }
    #expect(view.elements == [.conversation((36..<100).map(message))])
    let long = ViewElement.Message(
      sender: "", text: String(repeating: "x", count: NotificationView.sizeLimit), time: "", isOwn: true)
    try view.append(.conversation([long]))
    #expect(view.elements == [.conversation([long])])
  }

  @Test func attachmentsAreThoseThatAreShown() throws {
    var view = NotificationView()
    try view.append(.image(.init(attachment: "a", caption: "")))
    try view.append(.fields([.init(label: "b", value: "b")]))
    try view.append(.media(attachment: "c", title: "", isPlaying: false))
    #expect(view.attachments == ["a", "c"])
  }
}
