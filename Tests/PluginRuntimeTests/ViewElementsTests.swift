import Foundation
import LuaSandbox
import NotificationModel
import NotificationViews
import Notilua
import PluginRuntime
import PluginTools
import Testing
import WorkerProtocol

/// What a content extension is called with, what it may do, and what becomes of what it returns.
struct ViewElementsTests {
  /// The answer to one request, in this process.
  private func ask(
    _ body: String, _ call: PresentationRequest.Call = .didReceive, date: Double = 0,
    view: [ViewElement] = [], category: String = "C"
  ) throws -> PresentationAnswer {
    let plugin = try plugin(body)
    #expect(plugin.loadFault == nil)
    let runner = BatchRunner(chain: Chain(plugins: [plugin]), options: RunnerOptions())
    runner.begin(quarantined: 0)
    let payload = #"{"aps":{"alert":{"title":"T","body":"B"},"category":"\#(category)"},"k":[1,2]}"#
    var request = PresentationRequest(call, payload: Array(payload.utf8), date: date)
    request.envelope.identifier = "n1"
    request.envelope.locales = ["de"]
    for element in view { try request.view.append(element) }
    request.bytes.withUnsafeBytes { runner.present(item: 0, $0, receivedAt: 7) }
    let bytes = runner.withResults { _, sections in Array(sections[3]) }
    return try PresentationAnswer(bytes, plugins: ["p"])
  }

  private func plugin(_ body: String) throws -> Plugin {
    let source = "local plugin = { kind = 'content', categories = { 'C', 'D' } }\n\(body)\nreturn plugin"
    return try Plugin(
      definition: PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8)), seed: 1)
  }

  @Test func seesTheNotificationAndBuildsItsView() throws {
    let answer = try ask(
      """
      function plugin.did_receive(notification, view)
        local request = notification.request
        view.fields({
          { "id", request.identifier }, { "locale", request.locale }, { "title", request.content.title },
          { "second", request.content.user_info.k[2] }, { "date", notification.date },
        })
      end
      """, date: 12.5)
    let made = try #require(answer.made)
    #expect(made.plugin == "p")
    #expect(answer.faults == [])
    #expect(
      made.view.elements == [
        .fields([
          .init(label: "id", value: "n1"), .init(label: "locale", value: "de"),
          .init(label: "title", value: "T"),
          .init(label: "second", value: "2"), .init(label: "date", value: "12.5"),
        ])
      ])
  }

  /// An error names the keys that the manual has for the function, and no others.
  @Test(arguments: ["buttons", "actions", "text", "timeline", "places", "conversation"])
  func anUnknownKeyIsAnsweredWithTheManualsKeys(_ function: String) throws {
    let answer = try ask(
      """
      plugin.user_interaction_enabled = true
      function plugin.did_receive(_, view) view.\(function)({ { zzzz = 1 } }) end
      """)
    let message = try #require(answer.faults.first?.message)
    let known = try #require(message.firstMatch(of: /has no key 'zzzz'; known are ([a-z_, ]+)/)?.1)
    let manual = try #require(
      Manual(.current).page.components(separatedBy: "\n### view.\(function)(").dropFirst().first
    )
    .components(separatedBy: "\n### ")[0]
    for key in known.split(separator: ", ") {
      #expect(manual.contains("`\(key)`"), "view.\(function): the manual does not name '\(key)'")
    }
  }

  @Test func goesOnWithTheViewThatIsShown() throws {
    let answer = try ask(
      "function plugin.did_receive(_, view) view.conversation({ { text = 'two' } }) end",
      view: [.conversation([.init(sender: "", text: "one", time: "", isOwn: false)])])
    #expect(
      answer.made?.view.elements == [
        .conversation([
          .init(sender: "", text: "one", time: "", isOwn: false),
          .init(sender: "", text: "two", time: "", isOwn: false),
        ])
      ])
  }

  @Test(arguments: ["do_not_dismiss", "dismiss", "dismiss_and_forward_action"])
  func decidesWhatBecomesOfAResponse(_ word: String) throws {
    let answer = try ask(
      """
      function plugin.did_receive() end
      function plugin.did_receive_response(response, view)
        view.text(response.action_identifier .. " " .. (response.user_text or "-") .. " "
          .. response.notification.request.identifier)
        return "\(word)"
      end
      """,
      .didReceiveResponse(action: "reply", text: "hi"))
    #expect(answer.made?.option?.rawValue == word)
    #expect(answer.made?.view.elements == [.text([.init("reply hi n1")], .body, .start)])
  }

  @Test func aHandlerThatReturnsNothingDismisses() throws {
    let answer = try ask(
      "function plugin.did_receive() end function plugin.did_receive_response() end",
      .didReceiveResponse(action: "a", text: nil))
    #expect(answer.made?.option == .dismiss)
  }

  @Test func whatHasNoHandlerIsLeftOpen() throws {
    let answer = try ask(
      "function plugin.did_receive() end",
      .didReceiveResponse(action: "a", text: nil))
    #expect(answer.made?.option == nil)
    #expect(answer.faults == [])
  }

  @Test func newElementsArrive() throws {
    let answer = try ask(
      """
      function plugin.did_receive(_, view)
        view.text({ "Due ", { relative_time = 60 } }, "caption", "end")
        view.image("i", "c", { fit = "avatar", size = 64 })
        view.columns({ { cells = { "a", { image = "i" } } }, { cells = {}, width = 2, alignment = "center" } })
        view.countdown(90, "left")
        view.map({ route = { { 1, 2 }, { latitude = 3, longitude = 4 } },
          circle = { latitude = 1, longitude = 2, radius = 10.5 } })
        view.conversation({ { avatar = "a", image = "i" } })
        view.desktop({ transient = true, expires_after = 30, tag = "t" })
      end
      """)
    #expect(answer.faults == [])
    var run = ViewElement.TextRun("")
    run.relativeTime = 60
    #expect(
      answer.made?.view.elements == [
        .text([.init("Due "), run], .caption, .end),
        .image(.init(attachment: "i", caption: "c", fit: .avatar, size: 64)),
        .columns([
          .init([.text([.init("a")], .body), .image(.init(attachment: "i"))]),
          .init([], alignment: .center, width: 2),
        ]),
        .countdown(.init(end: 90, label: "left")),
        .map(
          .init(
            route: [.init(latitude: 1, longitude: 2), .init(latitude: 3, longitude: 4)],
            circle: .init(center: .init(latitude: 1, longitude: 2), radius: 10.5))),
        .conversation([.init(sender: "", text: "", time: "", isOwn: false, avatar: "a", image: "i")]),
      ])
    #expect(answer.made?.view.desktop == DesktopWish(isTransient: true, expiresAfter: 30, tag: "t"))
  }

  @Test func mediaAreForTheirHandlers() throws {
    let answer = try ask(
      """
      function plugin.did_receive(_, view) view.media("m", "Song") end
      function plugin.media_play(view) view.clear() view.media("m", "Song", true) end
      """,
      .mediaPlay, view: [.media(attachment: "m", title: "Song", isPlaying: false)])
    #expect(
      answer.made?.view.elements == [.media(attachment: "m", title: "Song", isPlaying: true)])
  }

  @Test(arguments: [
    ("request.content.title = 'x'", "to be read only"),
    ("request.content.user_info.k[1] = 'x'", "to be read only"),
    ("notification.date = 1", "read only"),
    ("print(notification.nothing)", "has no property 'nothing'"),
    ("view.progress('much')", "expected a number"),
    ("view.progress(0/0)", "no number"),
    ("view.text('x', 'huge')", "none of title, body, caption"),
    ("view.text({ { bold = true } })", "view.text[1] has no text"),
    ("view.fields({ { 'one', 'two', 'three' } })", "view.fields[1]: expected a pair"),
    ("view.fields('x')", "expected a table"),
    ("view.timeline({ { title = 'a', state = 'gone' } })", "use done, current, upcoming or failed"),
    ("view.places({ { name = 'a', latitude = 1 } })", "come together"),
    ("view.places({ { name = 'a', latitude = 91, longitude = 0 } })", "-90 to 90"),
    ("view.conversation({ { txt = 'a' } })", "did you mean 'text'?"),
    ("view.text('x', 'body', 'left')", "none of start, center, end"),
    ("view.text({ { relative_time = -1 } })", "0 to 253402300799"),
    ("view.image('a', nil, { fit = 'cover' })", "view.image.fit is 'cover'; use fit, fill, avatar or icon"),
    ("view.image('a', nil, { side = 40 })", "did you mean 'size'?"),
    ("view.columns({ { 'a' } })", "expected a table with cells, alignment, width"),
    ("view.columns({ { cells = { { size = 9 } } } })", "view.columns[1].cells[1] has no text and no image"),
    ("view.countdown(1 / 0)", "seconds since 1970"),
    ("view.map({})", "nothing to draw"),
    ("view.map({ route = { { 1, 2 }, { 'a', 3 } } })", "view.map.route[2]: expected latitude"),
    (
      "local p = {} for i = 1, 10000 do p[i] = { name = 'n', latitude = 1, longitude = 2 } end view.map({ places = p })",
      "view.map.places: 10000 entries; 64 are the most"
    ),
    ("view.desktop({ expires_after = '10s' })", "expected a number of 1 to 86400"),
    ("view.actions({ { identifier = 'default', title = 'x' } })", "the system's own"),
    (
      "view.actions({ { identifier = 'a', title = 'x' }, { identifier = 'a', title = 'y' } })", "stands twice"
    ),
    ("view.buttons({ { identifier = 'a', title = 'x' } })", "user_interaction_enabled"),
    ("view.title('x')", "overrides_default_title"),
    ("view.text = 1", "cannot be changed"),
    ("for i = 1, 65 do view.text('x') end", "64 elements at most"),
    ("return notilua.drop('no')", "drops nothing"),
    ("return 7", "returned a number"),
  ])
  func mistakesAreNamed(_ code: String, _ message: String) throws {
    let answer = try ask(
      """
      function plugin.did_receive(notification, view)
        local request = notification.request
        view.caption = nil
      end
      """.replacing("view.caption = nil", with: code))
    let fault = try #require(answer.faults.first)
    #expect(fault.message.contains(message), "\(fault.message)")
    // What was built before the mistake is not shown.
    #expect(answer.made?.view.elements ?? [] == [])
  }

  @Test func otherCategoriesAreLeftAlone() throws {
    let answer = try ask("function plugin.did_receive(_, view) view.text('x') end", category: "c")
    #expect(answer.made == nil)
  }

  @Test func longTextIsCut() throws {
    let answer = try ask(
      "function plugin.did_receive(_, view) view.text(('ä'):rep(500000)) end")
    guard case .text(let runs, _, _)? = answer.made?.view.elements.first else {
      Issue.record("no text")
      return
    }
    #expect(runs[0].text.utf8.count <= NotificationView.textLimit)
    #expect(runs[0].text.hasSuffix("ä…"))
  }

  @Test(arguments: [
    ("kind = 'content'", "plugin.categories is missing"),
    ("kind = 'widget'", #"use "service" or "content""#),
    ("kind = 'content', categories = {}", "names no category"),
    ("kind = 'content', categories = { 'C' }, match = {}", "is of a service extension"),
    ("categories = { 'C' }", "is of a content extension"),
    ("kind = 'content', categories = { 'C' }, initial_content_size_ratio = 0", "is not a number of"),
    ("kind = 'content', categories = { 'C' }, default_content_hidden = 1", "must be true or false"),
    ("kind = 'content', categories = { 'C' }, time_will_expire = print", "kind = \"service\""),
    ("did_receive_response = print", "kind = \"content\""),
    (
      "kind = 'content', categories = { 'C' }, did_recieve_response = print",
      "did you mean 'did_receive_response'?"
    ),
  ])
  func theTableIsLookedAt(_ table: String, _ message: String) throws {
    let source = "return { \(table), did_receive = function() end }"
    let plugin = try Plugin(
      definition: PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8)), seed: 1)
    #expect(plugin.loadFault?.message.contains(message) ?? false, "\(plugin.loadFault?.message ?? "loads")")
  }

  @Test func serviceExtensionsDoNotPresent() throws {
    let source = "return { did_receive = function(r, c) c.title = 'changed' end }"
    let plugin = try Plugin(
      definition: PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8)), seed: 1)
    let content = try self.plugin("function plugin.did_receive(_, view) view.text('x') end")
    var options = RunnerOptions()
    options.writesOutcomes = true
    let runner = BatchRunner(chain: Chain(plugins: [content, plugin]), options: options)
    runner.begin(quarantined: 0)
    var line = #"{"aps":{"alert":"hi","category":"C"}}"#
    line.withUTF8 { runner.run(item: 0, UnsafeRawBufferPointer($0), receivedAt: 7) }
    let json = runner.withResults { _, sections in String(decoding: sections[4], as: UTF8.self) }
    let outcome = try Outcome(json: "{\(json)}")
    #expect(outcome.plugins.map(\.name) == ["p"])
    #expect(outcome.payload.contains("changed"))
  }
}
