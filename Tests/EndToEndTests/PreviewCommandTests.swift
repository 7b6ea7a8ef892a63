import Foundation
import Testing

/// `notilua preview`, from the payload to the picture.
struct PreviewCommandTests {
  private static let example = "examples/4-content-extension"

  private func preview(_ arguments: [String], input: String = "", in folder: URL? = nil) throws
    -> Program.Ended
  {
    try Program.run(["preview"] + arguments, input: Data(input.utf8), in: folder)
  }

  @Test func aPayloadIsShownInTheTerminal() throws {
    let ended = try preview(["--no-plugins"], input: #"{"aps":{"alert":{"title":"Anna","body":"Lunch?"}}}"#)
    #expect(ended.status == 0 && ended.errors == "")
    #expect(
      ended.text == """
        ╭──────────────────────────────────────────────╮
        │ Notification                            9:41 │
        │ Anna                                         │
        │ Lunch?                                       │
        ╰──────────────────────────────────────────────╯

        """)
  }

  @Test(arguments: [
    (["--form", "poster"], 64, "use banner, expanded, lock or hidden"),
    (["--appearance", "blue"], 64, "use light or dark"),
    (["--time", "24:00"], 64, "give a time of 0:00 to 23:59"), (["--time", "9:60"], 64, "0:00 to 23:59"),
    (["--output", "a.gif"], 64, "name it .png, .svg or .html"),
    (["--locale", ""], 64, "give a language"), (["--line", "9"], 64, "has no line 9"),
    (["--no-plugins", "--plugin", "plugins/event"], 64, "excludes"),
    (["--compare", "none.yaml"], 64, "none.yaml"),
    (["--response", "nothing"], 64, "no action 'nothing'; use default, dismiss"),
    (["--locale", "de", "--locale", "en"], 64, "only a --gallery has several"),
    (["--appearance", "dark", "--appearance", "light"], 64, "only a --gallery has several"),
    (["a.json", "b.json"], 64, "only a --gallery has several"),
    (["--gallery", "x", "--output", "a.png"], 64, "--gallery excludes --output"),
    (["--gallery", "/nowhere/x"], 74, "cannot be made"), (["--watch"], 64, "--watch needs a file"),
    (["--output", "/nowhere/a.png"], 74, "cannot be written"), (["none.json"], 66, "none.json"),
  ])
  func whatIsWrongIsSaid(_ arguments: [String], _ status: Int, _ message: String) throws {
    let chain = arguments.contains("--no-plugins") ? [] : ["--plugin", "plugins/event"]
    let ended = try preview(chain + arguments, input: #"{"aps":{"alert":"x"}}"#)
    #expect(ended.status == Int32(status), "\(ended.errors)")
    #expect(ended.errors.contains(message), "\(ended.errors)")
    #expect(ended.errors.split(separator: "\n").count == 1)
  }

  @Test func whatIsNotDeliveredIsNotShown() throws {
    let dropped = try preview(
      ["--plugin", "plugins/recall"], input: #"{"aps":{"alert":"x"},"rc":{"rc-dlt-identifier":"A"}}"#)
    #expect(dropped.status == 1 && dropped.text == "")
    #expect(dropped.errors.contains("nothing is shown: recall drops it: recalls message A"))
    let rejected = try preview(["--no-plugins"], input: "[]")
    #expect(rejected.status == 1 && rejected.errors.contains("a notification is a JSON object"))
  }

  /// A plugin that may has changed headers: the preview is of what is sent, in every form, and says so.
  @Test(arguments: ["", "page.html", "picture.svg"])
  func changedHeadersAreThoseThatAreSent(_ output: String) throws {
    try Program.withFolder { folder in
      let file = { (name: String) in folder.appending(path: name) }
      try """
      return { capabilities = { "delivery" }, did_receive = function(request)
        request.topic = "com.example.talk" request.priority = 5 request.collapse_id = nil end }
      """.write(to: file("rules.lua"), atomically: true, encoding: .utf8)
      try """
      return { kind = "content", categories = { "C" }, description = "d",
        did_receive = function(notification, view)
          local r = notification.request
          view.text(("sees %s %s %s"):format(r.topic, r.priority, r.collapse_id)) end }
      """.write(to: file("view.lua"), atomically: true, encoding: .utf8)
      try """
      plugins:
        - path: rules.lua
          capabilities: [delivery: { fields: [topic, priority, collapse_id], topics: [com.example.app, com.example.talk] }]
        - path: view.lua

      """.write(to: file("notilua.yaml"), atomically: true, encoding: .utf8)
      let line =
        #"{"headers":{"apns-topic":"com.example.app","apns-collapse-id":"c"},"payload":{"aps":{"alert":{"body":"b"},"category":"C"}}}"#
      let forms = ["banner", "expanded", "lock", "hidden"].flatMap { ["--form", $0] }
      let ended = try preview(
        forms + (output.isEmpty ? [] : ["--output", output]), input: line, in: folder)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(
        ended.errors == """
          notilua: stdin:1: 'rules' sends apns-priority 5; there was none
          notilua: stdin:1: 'rules' takes out apns-collapse-id; it was c
          notilua: stdin:1: 'rules' sends apns-topic com.example.talk; it was com.example.app

          """)
      if output.hasSuffix("svg") { return }
      let shown = output.isEmpty ? ended.text : try String(contentsOf: file(output), encoding: .utf8)
      #expect(shown.contains("com.example.talk") && !shown.contains("com.example.app"), "\(shown)")
      #expect(shown.contains("sees com.example.talk 5 nil"), "\(shown)")
    }
  }

  @Test func aFaultShowsTheNotificationAsItIs() throws {
    try Program.withFolder { folder in
      try #"""
      return { kind = "content", categories = { "C" }, description = "d",
        did_receive = function(notification, view) view.text("half") error("broken") end }
      """#.write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      let ended = try preview(
        ["--plugin", "p.lua"], input: #"{"aps":{"alert":"whole","category":"C"}}"#, in: folder)
      // So that a script that makes pictures of it notices.
      #expect(ended.status == 1)
      #expect(ended.text.contains("whole") && !ended.text.contains("half"))
      #expect(ended.errors.contains("p: error: p.lua:2: broken"))
    }
  }

  /// Where the program that decodes pictures is missing, no picture is at fault.
  @Test func aMissingThumbnailerIsNamedOnce() throws {
    try Program.withFolder { folder in
      for name in ["one", "two"] {
        try FileManager.default.copyItem(
          at: Program.root.appending(path: "plugins/event/picture.png"),
          to: folder.appending(path: "\(name).png"))
      }
      try """
      return { did_receive = function(_, content)
        content.attachments = {
          { identifier = "one", url = "file://\(folder.path)/one.png" },
          { identifier = "two", url = "file://\(folder.path)/two.png" },
        }
      end }
      """.write(to: folder.appending(path: "attach.lua"), atomically: true, encoding: .utf8)
      try "plugins: [attach.lua]\npresentation: { attachments: [.] }\n"
        .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let worker = folder.appending(path: "notilua-worker")
      try FileManager.default.createSymbolicLink(
        at: worker, withDestinationURL: Program.folder.appending(path: "notilua-worker"))
      let ended = try Program.run(
        ["preview", "--output", "a.png"], input: Data(#"{"aps":{"alert":"x","mutable-content":1}}"#.utf8),
        environment: ["NOTILUA_WORKER": worker.path], in: folder)
      #expect(ended.status == 0)
      #expect(
        ended.errors
          == "notilua: pictures of attachments are left out: '\(folder.path)/notilua-thumbnailer' is not there; put notilua-thumbnailer beside notilua-worker\n"
      )
    }
  }

  @Test func attachmentsAreShownFromTheFoldersThatAreOpen() throws {
    try Program.withFolder { folder in
      try FileManager.default.createDirectory(
        at: folder.appending(path: "open"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: Program.root.appending(path: "plugins/event/picture.png"),
        to: folder.appending(path: "open/map.png"))
      try Data("no picture".utf8).write(to: folder.appending(path: "open/text.png"))
      try """
      return { description = "d", did_receive = function(request, content)
        content.attachments = {
          { identifier = "map", url = "file://\(folder.path)/open/map.png",
            options = { thumbnail_clipping_rect = { x = 0, y = 0, width = 0.5, height = 0.5 } } },
          { identifier = "passwd", url = "file:///etc/passwd" },
          { identifier = "text", url = "file://\(folder.path)/open/text.png" },
        }
      end, time_will_expire = function() end }
      """.write(to: folder.appending(path: "attach.lua"), atomically: true, encoding: .utf8)
      try #"""
      return { kind = "content", categories = { "C" }, description = "d",
        did_receive = function(notification, view)
          view.image(notification.request.content.attachments[1].identifier, "The map")
        end }
      """#.write(to: folder.appending(path: "show.lua"), atomically: true, encoding: .utf8)
      try "plugins: [{ path: attach.lua }, { path: show.lua }]\npresentation: { attachments: [open] }\n"
        .write(
          to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let payload = #"{"aps":{"alert":"x","category":"C"}}"#
      let shown = try preview([], input: payload, in: folder)
      #expect(shown.status == 0 && shown.text.contains("▣ The map 1640×"))
      #expect(shown.errors.contains("attachment 'passwd': '/etc/passwd' is in no folder of"))
      #expect(shown.errors.contains("attachment 'text': "))
      let page = try preview(["--output", "a.html"], input: payload, in: folder)
      #expect(page.status == 0)
      let html = try String(contentsOf: folder.appending(path: "a.html"), encoding: .utf8)
      #expect(html.components(separatedBy: "data:image/png;base64,").count == 2)
      #expect(try preview(["--output", "a.svg"], input: payload, in: folder).status == 0)
    }
  }

  /// A desktop shows what an envelope has attached where no plugin attaches anything, and so does the preview.
  @Test func attachmentsOfAnEnvelopeAreShown() throws {
    try Program.withFolder { folder in
      try FileManager.default.copyItem(
        at: Program.root.appending(path: "plugins/event/picture.png"), to: folder.appending(path: "map.png"))
      try "presentation: { attachments: [.] }\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let line =
        #"{"payload":{"aps":{"alert":"x"}},"attachments":[{"identifier":"a","url":"file://FOLDER/map.png"}]}"#
      let page = try preview(
        ["--no-plugins", "--output", "a.html"], input: line.replacing("FOLDER", with: folder.path), in: folder
      )
      #expect(page.status == 0, "\(page.errors)")
      let html = try String(contentsOf: folder.appending(path: "a.html"), encoding: .utf8)
      #expect(html.components(separatedBy: "data:image/png;base64,").count == 2)
    }
  }

  @Test func twoSetsStandSideBySide() throws {
    try Program.withFolder { folder in
      let configuration = folder.appending(path: "old.yaml")
      try "plugins: [{ path: \(Program.root.path)/plugins/recall }]\n".write(
        to: configuration, atomically: true, encoding: .utf8)
      let arguments = [
        "--config", "\(Self.example)/notilua.yaml", "--compare", configuration.path,
        "\(Self.example)/payloads.ndjson",
      ]
      let text = try preview(arguments)
      #expect(text.status == 0)
      #expect(text.text.contains("[ Reply … ]") && text.text.components(separatedBy: "╭").count == 3)
      let page = folder.appending(path: "page.html")
      #expect(try preview(["--output", page.path] + arguments).status == 0)
      #expect(try String(contentsOf: page, encoding: .utf8).components(separatedBy: "<figure ").count == 3)
    }
  }

  @Test func aHostilePluginCostsItsView() throws {
    try Program.withFolder { folder in
      for (name, body) in [
        ("loop", "while true do end"),
        ("memory", "local t = {} while true do t[#t + 1] = ('x'):rep(1e6) .. #t end"),
        ("old", "keep = view"),
        ("many", "while true do view.conversation({ { text = ('x'):rep(4000) } }) end"),
      ] {
        try """
        return { kind = "content", categories = { "C" }, description = "d",
          did_receive = function(notification, view) \(body) end }
        """.write(to: folder.appending(path: "\(name).lua"), atomically: true, encoding: .utf8)
        let ended = try preview(
          ["--plugin", "\(name).lua"], input: #"{"aps":{"alert":"whole","category":"C"}}"#, in: folder)
        #expect(ended.status == 1 && ended.text.contains("whole"), "\(name): \(ended.errors)")
        #expect(ended.errors.contains("\(name): "), "\(name): \(ended.errors)")
      }
    }
  }
}
