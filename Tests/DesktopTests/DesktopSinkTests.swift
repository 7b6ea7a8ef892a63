import Delivery
import Desktop
import DesktopTesting
import Dispatch
import EventLoop
import Foundation
import NotificationModel
import NotificationViews
import Presentation
import Testing

/// What is told of a person's doing, to a server whose signals come in the order of real ones.
@Suite(.ownThread) struct DesktopSinkTests {
  /// A sink that shows each payload's `title`, with a field for a reply, before a server of the test's own.
  private final class Desktop {
    let server: FakeServer
    let reactor: Reactor
    let sink: DesktopSink
    private(set) var events: [[String: Any]] = []
    private(set) var reports: [DeliveryReport] = []
    private(set) var notices: [String] = []

    /// - Parameters:
    ///   - respond: what a content extension does about a response; nil for none.
    ///   - ask: the operator's command that asks for text.
    init(
      respond: (@Sendable () async -> ResponseOption)? = nil,
      ask: (@Sendable (NotificationAction, NotificationPresentation) async -> String?)? = nil
    ) throws {
      server = try FakeServer()
      reactor = try Reactor()
      var options = DesktopSink.Options()
      options.busAddress = server.address
      let hasExtension = respond != nil
      sink = try DesktopSink(
        DesktopPresenter(
          present: { notification, _ in .init(presentation: Self.presentation(notification, hasExtension)) },
          respond: { notification, _, _, _ in
            var answer = DesktopPresenter.Answer(presentation: Self.presentation(notification, hasExtension))
            answer.option = await respond?()
            return answer
          }, ask: ask), options, on: reactor)
      sink.events.reported = { [unowned self] in reports += $0 }
      sink.events.notice = { [unowned self] in notices.append($0) }
      sink.events.responded = { [unowned self] text in
        let event = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        events.append(event ?? ["event": text])
      }
    }

    private static func presentation(
      _ notification: PushNotification, _ isExtended: Bool
    ) -> NotificationPresentation {
      var shown = NotificationPresentation()
      shown.title = String(decoding: notification.payload, as: UTF8.self)
      shown.options = [.customDismissAction]
      shown.actions = [NotificationAction(identifier: "reply", title: "Reply", textInput: .init())]
      if isExtended {
        shown.extended = .init(
          plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: NotificationView())
      }
      return shown
    }

    private func turn() throws {
      server.turn()
      reactor.turn(timeout: .zero)
    }

    /// Moves both on until a condition holds.
    ///
    /// It takes minutes where other tests hold the threads of Swift's tasks, on which the presenter runs.
    func until(_ condition: () -> Bool) throws {
      let end = Date().addingTimeInterval(600)
      while !condition() {
        try #require(Date() < end, "events \(names), reports \(reports), notices \(notices)")
        try turn()
        usleep(1000)
      }
    }

    /// Moves both on until the presenter has had its turn and everything that was sent has been read.
    func settle() throws {
      let turned = DispatchSemaphore(value: 0)
      Task { turned.signal() }
      try until { turned.wait(timeout: .now()) == .success }
      for _ in 0..<50 {
        try turn()
        usleep(1000)
      }
    }

    /// Shows a notification and waits for its end.
    func show(_ ticket: UInt64, _ payload: String, id: String = "chat", alias: String? = nil) throws {
      var notification = PushNotification(
        ticket: ticket, place: "in:\(ticket)", deviceToken: nil, payload: Array(payload.utf8))
      notification.identifier = id
      notification.aliases = alias.map { [$0] } ?? []
      sink.take([notification])
      try until { reports.contains { $0.ticket == ticket } }
    }

    /// Ends the sink, and takes what it tells then.
    func close() throws {
      sink.close()
    }

    /// The events in short.
    var names: [String] {
      events.map { event in
        [event["event"], event["action"] ?? event["reason"], event["user_text"]]
          .compactMap { $0 as? String }.joined(separator: " ")
      }
    }
  }

  /// plasma-workspace replies first, and closes the notification as dismissed then.
  @Test func aReplyIsNoDismissal() throws {
    let desktop = try Desktop()
    try desktop.show(1, #"{"a":1}"#)
    desktop.server.reply(1, "In ten minutes")
    desktop.server.close(1, reason: 2)
    try desktop.until { desktop.events.count == 2 }
    try desktop.settle()
    #expect(desktop.names == ["response reply In ten minutes", "closed dismissed"])
  }

  @Test func aDismissalIsOne() throws {
    let desktop = try Desktop()
    try desktop.show(1, #"{"a":1}"#)
    desktop.server.close(1, reason: 2)
    try desktop.until { desktop.events.count == 2 }
    #expect(desktop.names == ["closed dismissed", "response dismiss"])
  }

  @Test func aReplyThatAPluginHandlesIsNoDismissal() throws {
    let desktop = try Desktop(respond: { .doNotDismiss })
    try desktop.show(1, #"{"a":1}"#)
    desktop.server.reply(1, "Yes")
    desktop.server.close(1, reason: 2)
    // It is shown anew, for the server has closed it.
    try desktop.until { desktop.server.shown.count == 2 }
    try desktop.settle()
    #expect(desktop.names == ["response reply Yes"])
    // Put away without an answer, it is dismissed.
    desktop.server.close(2, reason: 2)
    try desktop.until { desktop.events.count == 3 }
    #expect(desktop.names.suffix(2) == ["closed dismissed", "response dismiss"])
  }

  @Test func aPersonWhoGaveUpMayStillDismiss() throws {
    let desktop = try Desktop(ask: { _, _ in nil })
    desktop.server.capabilities = ["body", "actions"]
    try desktop.show(1, #"{"a":1}"#)
    desktop.server.invoke(1, "reply")
    try desktop.settle()
    #expect(desktop.names == [])
    desktop.server.close(1, reason: 2)
    try desktop.until { desktop.events.count == 2 }
    #expect(desktop.names == ["closed dismissed", "response dismiss"])
  }

  @Test(arguments: [false, true])
  func eventsHaveThePayloadThatIsShown(_ isRefused: Bool) throws {
    let desktop = try Desktop()
    desktop.server.refuses = { isRefused && $0.summary.contains("second") }
    try desktop.show(1, #"{"first":true}"#)
    try desktop.show(2, #"{"second":true}"#, alias: "later")
    desktop.server.invoke(1, "default")
    try desktop.until { desktop.events.count == 1 }
    let payload = try #require(desktop.events[0]["payload"] as? [String: Any])
    #expect(payload.keys.sorted() == [isRefused ? "first" : "second"])
    // The name of what is not shown closes nothing.
    desktop.sink.withdraw("later")
    try desktop.settle()
    #expect(desktop.server.closed == (isRefused ? [] : [1]))
  }

  @Test func aResponseThatNoPluginHasHandledIsNotLostAtTheEnd() throws {
    let desktop = try Desktop(respond: {
      try? await Task.sleep(for: .seconds(60))
      return .dismiss
    })
    try desktop.show(1, #"{"a":1}"#, id: "a")
    try desktop.show(2, #"{"b":1}"#, id: "b")
    desktop.server.invoke(1, "default")
    desktop.server.reply(2, "Yes")
    try desktop.settle()
    #expect(desktop.names == [])
    try desktop.close()
    #expect(desktop.names == ["response default", "response reply Yes"])
    #expect(
      desktop.events.map { $0["option"] as? String }
        == Array(repeating: "dismiss_and_forward_action", count: 2))
  }
}
