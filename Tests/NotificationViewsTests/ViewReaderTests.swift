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
    try view.append(.image(.init(attachment: "i", fit: .avatar, size: 64, alignment: .end)))
    try view.append(
      .columns([
        .init([.text([.init("a")], .title), .image(.init(attachment: "i", caption: "c", fit: .icon))]),
        .init([.text([.init("a"), .init("b", isBold: true)], .body)], alignment: .center, width: 3),
      ]))
    var run = ViewElement.TextRun("", isItalic: true)
    run.relativeTime = 1_767_225_600
    try view.append(.text([run], .caption, .end))
    try view.append(.countdown(.init(end: 1_767_225_600.5, label: "l")))
    try view.append(
      .map(
        .init(
          places: [.init(name: "n", detail: "", latitude: 1, longitude: 2)],
          route: [.init(latitude: -90, longitude: 180), .init(latitude: 0.5, longitude: -0.25)],
          circle: .init(center: .init(latitude: 1, longitude: 2), radius: 250))))
    try view.append(.timeline([.init(title: "t", detail: "", time: "", state: .failed)]))
    try view.append(
      .conversation([.init(sender: "", text: "", time: "", isOwn: false, avatar: "a", image: "b")]))
    view.desktop = DesktopWish(isTransient: false, expiresAfter: 30, tag: "t")
    let reader = try ViewReader(Array(view.json.utf8))
    #expect(try reader.view(reader.root) == view)
  }

  /// A mistake says its place, and what would be right.
  @Test(arguments: [
    (#"{"elements":[{"kind":"image","attachment":"a","fit":"cover"}]}"#, "use fit, fill, avatar or icon"),
    (#"{"elements":[{"kind":"image","attachment":"a","size":7}]}"#, "expected a number of 8 to 420"),
    (#"{"elements":[{"kind":"columns","entries":[{},{},{},{},{}]}]}"#, "5 entries; 4 are the most"),
    (#"{"elements":[{"kind":"columns","entries":[{"cells":[{}]}]}]}"#, "cells[1] has no text and no image"),
    (#"{"elements":[{"kind":"columns","entries":[{"cells":[{"txt":"a"}]}]}]}"#, "did you mean 'text'?"),
    (#"{"elements":[{"kind":"columns","entries":[{"cells":[],"width":1.5}]}]}"#, "whole number of 1 to 10"),
    (#"{"elements":[{"kind":"map"}]}"#, "nothing to draw"),
    (#"{"elements":[{"kind":"map","places":[{"name":"n"}]}]}"#, "places[1] has no latitude and longitude"),
    (#"{"elements":[{"kind":"map","route":[[1,2]]}]}"#, "a line has two or more"),
    (#"{"elements":[{"kind":"map","route":[[1,2],[91,0]]}]}"#, "route[2]: expected latitude (-90 to 90)"),
    (#"{"elements":[{"kind":"map","circle":{"latitude":1,"longitude":2}}]}"#, "give it in metres"),
    (#"{"elements":[{"kind":"map","circle":{"latitude":1,"longitude":2,"radius":0}}]}"#, "1 to 20037508"),
    (#"{"elements":[{"kind":"countdown","end":-1}]}"#, "end: expected a number of 0 to 253402300799"),
    (#"{"elements":[{"kind":"conversation","entries":[{"avatar":"a"}]}]}"#, "has no text"),
    (#"{"elements":[],"desktop":{"expires_after":0}}"#, "expires_after: expected a number of 1 to 86400"),
    (#"{"elements":[],"desktop":{"transient":1}}"#, "transient: expected true or false"),
  ])
  func aMistakeIsNamed(_ json: String, _ text: String) throws {
    let reader = try ViewReader(Array(json.utf8))
    let problem = #expect(throws: NotificationView.Problem.self) { try reader.view(reader.root) }
    #expect(problem?.message.contains(text) == true, "\(problem?.message ?? "")")
  }

  /// Ten thousand places are a mistake, and no work for a renderer.
  @Test func aMapHasAsManyPlacesAsAList() throws {
    let place = #"{"name":"n","latitude":1,"longitude":2}"#
    let many = Array(repeating: place, count: 10_000).joined(separator: ",")
    let reader = try ViewReader(Array(#"{"elements":[{"kind":"map","places":[\#(many)]}]}"#.utf8))
    let problem = #expect(throws: NotificationView.Problem.self) { try reader.view(reader.root) }
    #expect(problem?.message == "view.elements[1].places: 10000 entries; 64 are the most")
  }
}
