import Composition
import NotificationModel
import PushExtras
import Testing

/// Texts that are cut so that a payload fits into 4,096 bytes, Apple's limit for every push but VoIP.
struct PayloadDraftTests {
  private static let limit = 4096

  private static func push(_ text: String, _ change: (inout Message) -> Void = { _ in }) throws
    -> ComposedPush
  {
    var message = Sample.message()
    message.content.text = text
    change(&message)
    guard case .push(let push, _) = try Sample.compose(message) else { throw NoPush() }
    return push
  }

  private struct NoPush: Error {}

  private static func body(_ push: ComposedPush) throws -> String {
    let payload = try JSONValue(String(decoding: push.payload, as: UTF8.self))
    return payload["aps"]?["alert"]?["body"]?.string ?? ""
  }

  @Test func aTextThatJustFitsIsWhole() throws {
    let room = Self.limit - (try Self.push("x").payload.count - 1)
    let whole = try Self.push(String(repeating: "x", count: room))
    #expect(whole.payload.count == Self.limit)
    #expect(whole.warnings == [])
    let cut = try Self.push(String(repeating: "x", count: room + 1))
    #expect(cut.payload.count == Self.limit)
    #expect(cut.warnings == [.textCut(from: room + 1, to: room - 3 + 1)])
    #expect(try Self.body(cut) == String(repeating: "x", count: room - 3) + "…")
    #expect(cut.warnings[0].sentence.contains("4096 bytes"))
  }

  /// A family of 25 bytes, a flag, a letter with two accents, and what JSON escapes to six bytes.
  @Test(arguments: ["👨‍👩‍👧‍👦", "🇩🇪", "e\u{301}\u{323}", "\u{1}", "\"", "é", "字", "\r\n"])
  func noCharacterIsCutApart(_ character: String) throws {
    for lead in 0..<26 {
      let text = String(repeating: "x", count: lead) + String(repeating: character, count: 4200)
      let push = try Self.push(text)
      #expect(push.payload.count <= Self.limit)
      let body = try Self.body(push)
      #expect(body.hasSuffix("…"))
      let kept = body.dropLast()
      #expect(kept.dropFirst(lead).allSatisfy { String($0).utf8.elementsEqual(character.utf8) })
      // No more would have had room.
      let escaped =
        try Self.push(String(repeating: character, count: 2)).payload.count
        - Self.push(character).payload.count
      #expect(push.payload.count + escaped > Self.limit)
      #expect(push.warnings == [.textCut(from: text.count, to: body.count)])
    }
  }

  @Test func oneCharacterThatIsTooLargeLeavesTheEllipsis() throws {
    let push = try Self.push("a" + String(repeating: "\u{301}", count: 5000))
    #expect(try Self.body(push) == "…")
    #expect(push.warnings == [.textCut(from: 1, to: 1)])
  }

  @Test func everythingElseStaysWhole() throws {
    let data = String(repeating: "d", count: 3000)
    let push = try Self.push(String(repeating: "x", count: 3000)) { message in
      message.push.data = data
      message.push.title = "Title"
    }
    #expect(push.payload.count == Self.limit)
    let payload = try JSONValue(String(decoding: push.payload, as: UTF8.self))
    #expect(payload["appData"] == .string(data))
    #expect(payload["aps"]?["alert"]?["title"] == .string("Title"))
  }

  @Test func whereNothingIsLeftForTheTextThatIsTold() throws {
    var message = Sample.message()
    let bare = try Self.push("x").payload.count - 1
    let frame = #","appData":"""#.utf8.count
    message.push.data = String(repeating: "d", count: Self.limit - bare - frame - 2)
    #expect(try Sample.compose(message) == .withheld(.noContent, .payloadTooLarge(Self.limit - 2)))
    message.push.data?.removeLast()
    guard case .push(let push, _) = try Sample.compose(message) else {
      Issue.record("no push")
      return
    }
    #expect(push.payload.count == Self.limit)
    #expect(try Self.body(push) == "…")
    message.push.data = String(repeating: "d", count: 5000)
    var recipient = Sample.recipient()
    recipient.permission = .granted(.badge)
    guard case .withheld(.noContent, .payloadTooLarge(let size)) = try Sample.compose(message, recipient)
    else {
      Issue.record("a payload that APNs refuses")
      return
    }
    #expect(size > 5000)
  }
}
