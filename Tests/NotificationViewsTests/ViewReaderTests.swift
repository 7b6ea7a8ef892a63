import NotificationViews
import Testing

/// Views are read as they were written, and mistakes in them are named.
struct ViewReaderTests {
  @Test func aViewIsReadAsItWasWritten() throws {
    var view = NotificationView()
    view.title = "T"
    view.actions = [
      NotificationAction(
        identifier: "r", title: "Reply", options: [.destructive, .foreground],
        textInput: .init(placeholder: "p", buttonTitle: "b"))
    ]
    try view.append(
      .text([.init("a"), .init("b", isBold: true, isItalic: true, isMonospaced: true)], .title, .start))
    try view.append(.image(.init(attachment: "i", caption: "c")))
    try view.append(.fields([.init(label: "l", value: "v\"\\")]))
    try view.append(.progress(value: 0.25, label: "l"))
    try view.append(.timeline([.init(title: "t", detail: "d", time: "1", state: .current)]))
    try view.append(.places([.init(name: "n", detail: "d", latitude: -1.5, longitude: 179)]))
    try view.append(.conversation([.init(sender: "s", text: "t", time: "1", isOwn: true)]))
    try view.append(.buttons([.init(identifier: "b", title: "B")]))
    try view.append(.textInput(identifier: "x", .init(placeholder: "p", buttonTitle: "b")))
    try view.append(.media(attachment: "m", title: "t", isPlaying: true))
    let reader = try ViewReader(Array(view.json.utf8))
    #expect(try reader.view(reader.root) == view)
  }
}
