import Foundation
import Testing

/// The pictures of `notilua preview` after responses and further messages, at a time, and of many payloads.
struct PreviewStageTests {
  /// A chat whose view goes on, with the time of each message in the person's time zone.
  private static let chat = """
    return { kind = "content", categories = { "CHAT" }, description = "d",
      did_receive = function(notification, view)
        local request = notification.request
        view.text(os.date("!%H:%M", notification.date // 1 | 0) .. " UTC, " ..
          notilua.time.format(notification.date, "%H:%M", request.time_zone or "UTC") .. ": " .. request.content.body)
      end,
      did_receive_response = function(response, view)
        if response.action_identifier == "fail" then error("broken") end
        view.text("> " .. (response.user_text or response.action_identifier))
        return response.action_identifier == "end" and "dismiss" or "do_not_dismiss"
      end }
    """
  private static let configuration = """
    plugins: [chat.lua]
    presentation:
      categories:
        - identifier: CHAT
          actions:
            - { identifier: reply, title: Reply, text_input: { placeholder: Message, button_title: Send } }
            - { identifier: end, title: End }
            - { identifier: fail, title: Fail }

    """

  private static func line(_ body: String, thread: String = "t", zone: String = "") -> String {
    let member = zone.isEmpty ? "" : #","time_zone":"\#(zone)""#
    return
      #"{"payload":{"aps":{"alert":{"body":"\#(body)"},"category":"CHAT","thread-id":"\#(thread)"}}\#(member)}"#
  }

  private func inProject<Result>(_ lines: [String], _ body: (URL) throws -> Result) throws -> Result {
    try Program.withFolder { folder in
      for (name, text) in [
        ("chat.lua", Self.chat), ("notilua.yaml", Self.configuration),
        ("chat.ndjson", lines.joined(separator: "\n") + "\n"),
      ] {
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
      }
      return try body(folder)
    }
  }

  private func preview(_ arguments: [String], in folder: URL) throws -> Program.Ended {
    try Program.run(["preview"] + arguments, in: folder)
  }

  /// The lines of a picture in the terminal, without its frame.
  private static func rows(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "│ ")) }
  }

  @Test func responsesAreAnsweredOneAfterTheOther() throws {
    try inProject([Self.line("Lunch?")]) { folder in
      let answered = try preview(
        ["--response", "reply=On my way", "--response", "default", "chat.ndjson"], in: folder)
      #expect(answered.status == 0 && answered.errors == "")
      let rows = Self.rows(answered.text)
      let at = try #require(rows.firstIndex(of: "> On my way"))
      #expect(rows[at...].contains("> default"))
      let ended = try preview(["--response", "end", "chat.ndjson"], in: folder)
      #expect(ended.status == 0)
      #expect(ended.errors == "notilua: chat.ndjson:1: 'end' puts the notification away\n")
      let failed = try preview(["--response", "fail", "-o", "a.png", "chat.ndjson"], in: folder)
      #expect(failed.status == 1 && failed.errors.contains("broken"))
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "a.png").path))
    }
  }

  @Test func furtherMessagesGoOnWithTheView() throws {
    let lines = [Self.line("One"), Self.line("Two"), Self.line("Other", thread: "u"), Self.line("Three")]
    try inProject(lines) { folder in
      let all = try preview(["--thread", "chat.ndjson"], in: folder)
      #expect(all.status == 0)
      #expect(
        all.errors == "notilua: chat.ndjson:3: this is of another thread or category, and is left out\n")
      // A minute lies between two lines of the file.
      let messages = Self.rows(all.text).filter { $0.contains("UTC") }
      #expect(
        messages == [
          "09:38 UTC, 09:38: One", "09:39 UTC, 09:39: Two", "09:41 UTC, 09:41: Three",
        ])
      let later = try preview(["--thread", "--line", "2", "chat.ndjson"], in: folder)
      #expect(!later.text.contains("One") && later.text.contains("Two") && later.text.contains("Three"))
    }
  }

  /// Berlin is an hour before UTC in winter, and Kathmandu 5:45 (IANA, tzdata).
  @Test(arguments: [
    ([], "Europe/Berlin", "08:41 UTC, 09:41: Now"),
    (["--time", "0:15"], "Asia/Kathmandu", "18:30 UTC, 00:15: Now"),
    (["--time-zone", "UTC"], "Europe/Berlin", "09:41 UTC, 09:41: Now"),
    (["--time", "21:05", "--time-zone", "America/New_York"], "", "02:05 UTC, 21:05: Now"),
    (["--time", "noon"], "", "12:00 UTC, 12:00: Now"), (["--time", "soon"], "", "12:00 UTC, 12:00: Now"),
  ])
  func theClockIsThatOfThePerson(_ arguments: [String], _ zone: String, _ message: String) throws {
    try inProject([Self.line("Now", zone: zone)]) { folder in
      let ended = try preview(arguments + ["chat.ndjson"], in: folder)
      #expect(ended.status == 0 && Self.rows(ended.text).contains(message), "\(ended.text)")
    }
  }

  @Test func aGalleryHasEveryPayloadInEveryForm() throws {
    try inProject([Self.line("<b>One</b>"), "[]", Self.line("Two")]) { folder in
      try #"{"aps":{"alert":"Alone"}}"#.write(
        to: folder.appending(path: "Ä b&c.json"), atomically: true, encoding: .utf8)
      let ended = try preview(
        ["--gallery", "review", "--locale", "en", "--locale", "ar", "chat.ndjson", "Ä b&c.json"], in: folder)
      // A line is no notification.
      #expect(ended.status == 1 && ended.errors.contains("chat.ndjson:2"))
      #expect(ended.text == "review/index.html: 48 pictures, 4 payloads\n")
      let review = folder.appending(path: "review")
      let files = try FileManager.default.contentsOfDirectory(atPath: review.path).sorted()
      #expect(files.count == 49 && files.contains("chat-3-ar-hidden-dark.png"))
      let html = try String(contentsOf: review.appending(path: "index.html"), encoding: .utf8)
      #expect(html.contains("chat.ndjson:2</h2>\n<p>Nothing is shown of it.</p>"))
      #expect(!html.contains("b&c") && !html.contains("<script"))
      for file in files where file != "index.html" { #expect(html.contains("src=\"\(file)\""), "\(file)") }
      // Each picture is what --output writes.
      let one = try preview(
        [
          "--locale", "ar", "--form", "lock", "--appearance", "dark", "-o", "one.png", "--line", "3",
          "chat.ndjson",
        ],
        in: folder)
      #expect(one.status == 0)
      #expect(
        try Data(contentsOf: folder.appending(path: "one.png"))
          == Data(contentsOf: review.appending(path: "chat-3-ar-lock-dark.png")))
    }
  }

  /// A page is written anew when the plugin, the payload or the configuration changes, and what is wrong for a time does no
  /// harm.
  @Test func aWatchedPageFollowsChanges() throws {
    try inProject([Self.line("First")]) { folder in
      let page = folder.appending(path: "page.html")
      let process = Program.process(["preview", "--watch", "-o", "page.html", "chat.ndjson"])
      process.currentDirectoryURL = folder
      process.standardError = FileHandle.nullDevice
      try process.run()
      defer {
        process.terminate()
        process.waitUntilExit()
      }
      func waits(for text: String) throws -> Bool {
        for _ in 0..<400 {
          // Also between two versions there is a whole page.
          if let html = try? String(contentsOf: page, encoding: .utf8) {
            guard html.hasSuffix("</html>\n") else { return false }
            if html.contains(text) { return true }
          }
          usleep(50_000)
        }
        return false
      }
      func write(_ text: String, _ name: String) throws {
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
      }
      #expect(try waits(for: "09:41: First"))
      #expect(try waits(for: "<meta http-equiv=\"refresh\" content=\"1\">"))
      try write(Self.line("Second"), "chat.ndjson")
      #expect(try waits(for: "09:41: Second"))
      try write("return {", "chat.lua")
      try write(Self.configuration + "no: yes", "notilua.yaml")
      usleep(800_000)
      #expect(process.isRunning)
      try write(Self.configuration.replacing("Reply", with: "Answer"), "notilua.yaml")
      try write(Self.chat.replacing(" UTC, ", with: " GMT, "), "chat.lua")
      #expect(try waits(for: "09:41 GMT"))
      #expect(try waits(for: "Answer"))
    }
  }
}
