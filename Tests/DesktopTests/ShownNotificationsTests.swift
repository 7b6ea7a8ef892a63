import Desktop
import NotificationModel
import NotificationViews
import Presentation
import Testing

/// What is found by an index is what a search through all entries finds.
struct ShownNotificationsTests {
  private var generator = RandomSource(seed: 1)
  private var shown = ShownNotifications()
  private var next: UInt64 = 1

  /// A notification of one of a few identifiers and threads, so that many meet.
  private mutating func content(_ id: UInt64) -> ShownNotification.Content {
    var notification = PushNotification(ticket: id, place: "in:\(id)", deviceToken: nil, payload: [])
    // A number of its own for each: another notification of one identifier takes the place of the first.
    notification.identifier = "id\(id)"
    notification.aliases = ["alias\(UInt64.random(in: 0..<5, using: &generator))"]
    var presentation = NotificationPresentation()
    presentation.threadIdentifier = ["", "a", "b"].randomElement(using: &generator) ?? ""
    presentation.categoryIdentifier = ["", "x"].randomElement(using: &generator) ?? ""
    if Bool.random(using: &generator) {
      presentation.extended = .init(
        plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: NotificationView())
    }
    return ShownNotification.Content(notification: notification, presentation: presentation)
  }

  private mutating func step() {
    defer { next += 1 }
    let kind = Int.random(in: 0..<8, using: &generator)
    guard kind > 2, let id = shown.ids.randomElement(using: &generator) else {
      var entry = ShownNotification(next, content(next))
      entry.number = UInt32(next)
      shown.insert(entry)
      return
    }
    let turn = next
    switch kind {
    case 3: shown.update(id) { $0.number = nil }
    case 4: shown.update(id) { $0.state = .queued(.init(action: "default"), turn: turn) }
    case 5: shown.update(id) { $0.state = .responding(.init(action: "default")) }
    case 6:
      let content = content(next)
      shown.update(id) {
        $0.state = .updating(.init(content: content))
        $0.content = content
      }
    default: shown.remove(id)
    }
  }

  @Test mutating func findsWhatASearchFinds() {
    for _ in 0..<5000 {
      step()
      let all = shown.inOrder
      #expect(all.map(\.id) == all.map(\.id).sorted() && all.count == shown.count)
      let entry = all.randomElement(using: &generator)
      if let number = entry?.number { #expect(shown.id(shownAs: number) == entry?.id) }
      if let entry { #expect(shown.id(of: entry.content.notification.identifier) == entry.id) }
      let inThread = all.last {
        $0.content.presentation.extended != nil && $0.number != nil
          && $0.content.presentation.threadIdentifier == "a"
          && $0.content.presentation.categoryIdentifier == "x"
      }
      #expect(shown.id(inThread: "a", category: "x") == inThread?.id)
      #expect(shown.id(inThread: "", category: "x") == nil)
      #expect(shown.ids(named: "alias2") == all.filter { $0.names.contains("alias2") }.map(\.id))
      let queued = all.filter { $0.turn != nil }.min { $0.turn ?? 0 < $1.turn ?? 0 }
      #expect(shown.nextTurn == queued?.id)
      #expect(shown.isUpdating == all.contains { $0.isUpdating })
      #expect(shown.isUnderWay == all.contains { $0.isUpdating || $0.isResponding })
      #expect(shown.firstIdle() == (all.first { !$0.isBusy } ?? all.first)?.id)
    }
  }
}
