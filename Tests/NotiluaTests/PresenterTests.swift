import Desktop
import LosslessJSON
import NotificationModel
import NotificationViews
import Notilua
import PluginRuntime
import Presentation
import Testing
import WorkerProtocol

/// How often the JSON of a notification is read until it is shown.
struct PresenterTests {
  private struct NoTexts: TextFinder {
    func text(_ key: String, arguments: [String], languages: [String]) -> String? { nil }
  }

  private static let line = #"{"id":"m1","payload":{"aps":{"alert":"hi","category":"C","thread-id":"t"}}}"#

  private static func runner(_ source: String) throws -> BatchRunner {
    var definition = PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8))
    definition.limits.polls = true
    var options = RunnerOptions()
    options.content = .payloads
    return BatchRunner(chain: Chain(plugins: [try Plugin(definition: definition, seed: 1)]), options: options)
  }

  /// Runs the service worker, and returns the payload where it has changed that.
  private static func change(_ runner: BatchRunner) -> [UInt8]? {
    runner.begin(quarantined: 0)
    Array(line.utf8).withUnsafeBytes { runner.run(item: 0, $0, receivedAt: 0) }
    let payload = runner.withResults { _, sections in Array(sections[3]) }
    return payload.isEmpty ? nil : payload
  }

  /// Runs the content worker.
  private static func answer(_ runner: BatchRunner, _ request: PresentationRequest) throws
    -> PresentationAnswer
  {
    runner.begin(quarantined: 0)
    request.bytes.withUnsafeBytes { runner.present(item: 0, $0, receivedAt: 0) }
    return try PresentationAnswer(runner.withResults { _, sections in Array(sections[3]) }, plugins: ["p"])
  }

  /// Accepts a notification on a desktop, and returns it as the presenter is given it.
  private static func accepted(_ notification: PushNotification) throws -> PushNotification {
    var machine = DesktopMachine(.init())
    let effects = machine.handle(.accept([notification])) + machine.handle(.connected)
    let presented = effects.compactMap { effect -> PushNotification? in
      if case .present(let notification, _) = effect { notification } else { nil }
    }
    return try #require(presented.first)
  }

  /// Makes what is shown of the notification.
  private static func show(
    _ service: BatchRunner, _ content: BatchRunner, _ document: inout JSONDocument
  ) throws -> (body: String, answer: PresentationAnswer) {
    let change = PayloadChange(payload: change(service))
    let read = Array(line.utf8).withUnsafeBytes {
      PushNotification($0, ticket: 1, place: "", change: change, isShown: true, &document)
    }
    let notification = try accepted(try #require(read))
    let shown = NotificationPresentation(notification, rules: .init(), texts: NoTexts())
    let answer = try answer(content, PresentationRequest(.didReceive, notification, date: 0))
    return (shown.body, answer)
  }

  /// The service worker, the host and the content worker read it once each; a payload that a plugin has changed stands
  /// in no line, and is one text more for the host.
  @Test(arguments: [("", 3, "hi"), ("c.body = 'ho'", 4, "ho")])
  func aDesktopNotificationIsParsedThreeTimes(_ code: String, _ expected: Int, _ body: String) throws {
    let service = try Self.runner("return { did_receive = function(r, c) \(code) end }")
    let content = try Self.runner(
      """
      return { kind = 'content', categories = { 'C' },
        did_receive = function(n, view) view.text(n.request.content.body) end }
      """)
    var document = JSONDocument()
    // A first pass makes the memory for those that follow.
    _ = try Self.show(service, content, &document)
    let count = try ParseCount.during {
      let (shown, answer) = try Self.show(service, content, &document)
      #expect(shown == body && answer.faults == [])
      #expect(answer.made?.view.elements == [.text([.init(body)], .body, .start)])
    }
    #expect(count == expected)
  }

  /// A device token is a secret, and a worker of plugins has none.
  @Test func theContentWorkerIsNotGivenTheToken() throws {
    let token = "ab" + String(repeating: "07", count: 31)
    let line = #"{"id":"m1","device_token":"\#(token)","payload":{"aps":{"alert":"hi","category":"C"}}}"#
    var document = JSONDocument()
    let read = Array(line.utf8).withUnsafeBytes {
      PushNotification($0, ticket: 1, place: "", isShown: true, &document)
    }
    let request = PresentationRequest(.didReceive, try #require(read), date: 0)
    #expect(request.envelope.deviceName?.utf8.count == 32 && request.envelope.identifier == "m1")
    #expect(request.bytes.firstRange(of: Array(token.utf8)) == nil)
  }
}
