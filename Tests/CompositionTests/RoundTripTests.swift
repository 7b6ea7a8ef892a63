import Composition
import NotificationModel
import PushExtras
import Testing

/// A composed payload is decoded to what the message said: decode(compose(m)) == m.
struct RoundTripTests {
  private static let pieces = [
    "a", "Z", "7", " ", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "\u{7F}", "é", "e\u{301}", "字", "😀",
    "👨‍👩‍👧", "\u{2028}", "\u{FEFF}", "{", "}", "[", ":", ",", "rc-dlt-identifier", "%@", "null", "\u{10FFFF}",
  ]

  private static func text(_ random: inout RandomSource, _ count: ClosedRange<Int>) -> String {
    (0..<Int.random(in: count, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
      .joined()
  }

  private static func message(_ random: inout RandomSource) -> Message {
    let name = (Array(MessageType.builtIn.keys.sorted()) + ["app:order", "字"]).randomElement(using: &random)
    let type = ChannelType.known.randomElement(using: &random) ?? .direct
    var message = Message(
      id: text(&random, 1...8), objectName: name ?? "", sender: .init(id: text(&random, 1...8)),
      channel: .init(type: type, targetID: text(&random, 1...8)))
    if type == .superGroup, Bool.random(using: &random) { message.channel.channelID = text(&random, 0...4) }
    if Bool.random(using: &random) { message.sender.name = text(&random, 0...5) }
    message.content.text = text(&random, 1...400)
    message.push.content = text(&random, 1...900)
    if Bool.random(using: &random) { message.push.title = "T" + text(&random, 0...20) }
    if Bool.random(using: &random) { message.push.data = text(&random, 0...60) }
    message.push.badge = .absolute(Int.random(in: 0...Int(Int32.max), using: &random))
    guard MessageType(objectName: message.objectName) == .recall else { return message }
    message.recalledID = text(&random, 1...8)
    message.push.data = nil
    return message
  }

  private static func equal(_ left: String?, _ right: String?) -> Bool {
    // To Swift, texts that look the same are equal.
    left.map { Array($0.utf8) } == right.map { Array($0.utf8) }
  }

  @Test(arguments: 0..<8 as Range<UInt64>) func aPushSaysWhatTheMessageSaid(_ seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let composer = Composer(try MessageTexts())
    var (pushes, read) = (0, 0)
    for number in 0..<500 {
      let message = Self.message(&random)
      let text = message.json
      // Identifiers with control characters are not read.
      if let again = try? MessageReader.message(Array(text.utf8)).json {
        #expect(again.utf8.elementsEqual(text.utf8), "seed \(seed), message \(number)")
        read += 1
      }
      let recipient = Recipient(user: Self.text(&random, 1...8))
      guard case .push(let push, _) = composer.compose(message, for: recipient) else {
        #expect(MessageType(objectName: message.objectName) == .signal)
        continue
      }
      pushes += 1
      let place: Comment = "seed \(seed), message \(number)"
      #expect(push.payload.count <= 4096, place)
      let payload = String(decoding: push.payload, as: UTF8.self)
      let extra = try #require(PushExtra(payload: payload), place)
      #expect(extra.channelType == message.channel.type, place)
      let channelID = message.channel.type == .superGroup ? message.channel.channelID ?? "" : nil
      #expect(Self.equal(extra.channelID, channelID), place)
      #expect(Self.equal(extra.senderID, message.sender.id), place)
      #expect(Self.equal(extra.objectName, message.objectName), place)
      #expect(Self.equal(extra.targetID, message.channel.targetID), place)
      #expect(Self.equal(extra.recipientID, recipient.user), place)
      #expect(Self.equal(extra.messageID, message.id), place)
      // A sender's data may look like a recall, as a client's does.
      if let recalledID = message.recalledID {
        #expect(extra.recalledMessageIDs.map { Array($0.utf8) } == [Array(recalledID.utf8)], place)
        let data = try JSONValue(try #require(extra.appData))
        #expect(Self.equal(data["rc-dlt-identifier"]?.string, recalledID), place)
      } else {
        #expect(extra.recalledMessageIDs == [], place)
        #expect(Self.equal(extra.appData, message.push.data), place)
      }
      try Self.checkAlert(try JSONValue(payload), message, push, place)
      // Written again it is the same.
      #expect(extra == PushExtra(message, recipient: recipient.user), place)
    }
    #expect(pushes > 300 && read > 50)
  }

  private static func checkAlert(
    _ payload: JSONValue, _ message: Message, _ push: ComposedPush, _ place: Comment
  ) throws {
    let aps = try #require(payload["aps"])
    let body = try #require(aps["alert"]?["body"]?.string ?? aps["alert"]?.string)
    let content = try #require(message.push.content)
    if push.warnings.isEmpty {
      #expect(equal(body, content), place)
    } else {
      #expect(content.utf8.starts(with: body.dropLast().utf8), place)
    }
    if let title = message.push.title { #expect(equal(aps["alert"]?["title"]?.string, title), place) }
    if case .absolute(let badge) = message.push.badge { #expect(aps["badge"] == .number("\(badge)"), place) }
    #expect(aps["sound"] == .string("default"), place)
  }
}
