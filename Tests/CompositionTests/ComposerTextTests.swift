import Composition
import NotificationModel
import PushExtras
import Testing

/// Texts and titles: which of those that a message has is shown, and to whom.
struct ComposerTextTests {
  private static func text(
    _ name: String, _ locale: String = "en", _ change: (inout Message, inout Recipient) -> Void = { _, _ in }
  ) throws -> String? {
    var message = Sample.message(name)
    var recipient = Sample.recipient(locale)
    change(&message, &recipient)
    return try Sample.body(message, recipient)
  }

  // MARK: Row 11

  /// Row 11: the texts that stand for types, from the client's strings.
  @Test(arguments: [
    ("RC:ImgMsg", "[Image]", "[图片]"), ("RC:GIFMsg", "[Image]", "[图片]"), ("RC:VcMsg", "[Voice]", "[语音]"),
    ("RC:HQVCMsg", "[Voice]", "[语音]"), ("RC:FileMsg", "[File]", "[文件]"),
    ("RC:LBSMsg", "[Location]", "[位置]"), ("RC:SightMsg", "[Video]", "[小视频]"),
    ("RC:ImgTextMsg", "[Message]", "[图文]"), ("RC:PSImgTxtMsg", "[Message]", "[图文]"),
    ("RC:PSMultiImgTxtMsg", "[Message]", "[图文]"), ("RC:CombineMsg", "[Chat History]", "[聊天记录]"),
    ("RC:CombineV2Msg", "[Chat History]", "[聊天记录]"), ("RC:CardMsg", "[Contact Card]", "[个人名片]"),
    ("RC:StkMsg", "[Sticker]", "[动态表情]"),
  ])
  func aTypeHasADefaultText(_ name: String, _ english: String, _ chinese: String) throws {
    #expect(try Self.text(name) { message, _ in message.content.text = nil } == english)
    #expect(try Self.text(name, "zh-Hans-CN") { message, _ in message.content.text = nil } == chinese)
  }

  /// Row 11: what was written, a quote's text, a streamed text's summary, the title of rich content.
  @Test(arguments: [
    "RC:TxtMsg", "RC:ReferenceMsg", "RC:StreamMsg", "RC:ImgTextMsg", "RC:PSImgTxtMsg", "RC:PSMultiImgTxtMsg",
  ])
  func aTypeWithATextShowsIt(_ name: String) throws {
    #expect(try Self.text(name, "zh-Hans") == "Hello")
  }

  /// Row 11: `[File] NAME`, by the client's format `%@ %@`.
  @Test func aFileHasItsName() throws {
    #expect(
      try Self.text("RC:FileMsg") { message, _ in message.content.fileName = "a b.pdf" } == "[File] a b.pdf")
    #expect(
      try Self.text("RC:FileMsg", "zh-CN") { message, _ in message.content.fileName = "%@.pdf" }
        == "[文件] %@.pdf")
  }

  /// Row 11: these are pushed only with `pushContent`.
  @Test(arguments: [
    "RC:RcNtf", "RC:InfoNtf", "RC:ContactNtf", "RC:ProfileNtf", "RC:GrpNtf", "RC:CmdNtf",
    "RC:chrmKVNotiMsg",
  ])
  func aNotificationNeedsPushContent(_ name: String) throws {
    #expect(
      try Sample.compose(Sample.message(name)) == .withheld(.noContent, .notificationNeedsPushContent))
    #expect(try Self.text(name) { message, _ in message.push.content = "Now" } == "Now")
  }

  /// Row 11: these are never pushed.
  @Test(arguments: [
    "RC:CmdMsg", "RC:TypSts", "RC:ReadNtf", "RC:RRReqMsg", "RC:RRRspMsg", "RC:SRSMsg",
  ])
  func aSignalNeverPushes(_ name: String) throws {
    var message = Sample.message(name)
    message.push.content = "Now"
    #expect(try Sample.compose(message) == .withheld(.neverPushes, .signalType))
  }

  /// Row 11: an app's own type is pushed with `pushContent` alone, and where it has none that is told.
  @Test func aCustomTypeNeedsPushContent() throws {
    let verdict = try Sample.compose(Sample.message("app:order"))
    #expect(verdict == .withheld(.noContent, .customTypeNeedsPushContent))
    #expect(verdict.reason.code == "custom_type_needs_push_content")
    #expect(verdict.reason.sentence.contains("add push_content"))
    #expect(try Self.text("app:order") { message, _ in message.push.content = "Shipped" } == "Shipped")
    #expect(try Self.text("app:order") { message, _ in message.push.content = "" } == nil)
  }

  @Test func aTextThatSaysNothingIsNone() throws {
    for name in ["RC:TxtMsg", "RC:ReferenceMsg", "RC:StreamMsg"] {
      var message = Sample.message(name)
      message.content.text = ""
      #expect(try Sample.compose(message) == .withheld(.noContent, .textMissing))
    }
  }

  /// Row 12: the server's text for a recall.
  @Test func aRecallHasItsText() throws {
    #expect(try Self.text("RC:RcCmd") == "[recalled a message]")
    #expect(try Self.text("RC:RcCmd", "zh-Hans") == "[撤回了一条消息]")
  }

  // MARK: Priority

  /// The text of the mention, then pushContent, then a template, then the type's default.
  @Test func theTextsHaveTheirOrder() throws {
    var message = Sample.message("RC:ImgMsg", .group)
    message.mention = .init(.all, content: "mention")
    message.push.content = "content"
    message.push.template = .init("RC:StkMsg")
    let texts = { (message: Message) in try Sample.body(message, Sample.recipient("en")) }
    #expect(try texts(message) == "mention")
    message.mention?.content = ""
    #expect(try texts(message) == "content")
    message.push.content = nil
    #expect(try texts(message) == "[Sticker]")
    message.push.template = nil
    #expect(try texts(message) == "You were mentioned Ann:[Image]")
  }

  @Test func aTemplateThatNoCatalogHasIsTold() throws {
    var message = Sample.message()
    message.push.template = .init("SHIPPED", arguments: ["12"])
    guard case .push(let push, let reason) = try Sample.compose(message) else {
      Issue.record("no push")
      return
    }
    #expect(push.warnings == [.templateMissing("SHIPPED")])
    #expect(reason == .messageText)
  }

  // MARK: Groups and mentions

  /// A group shows who writes, as the client does.
  @Test(arguments: [
    ("GRP", "Ann:Hello"), ("DS", "Ann:Hello"), ("UG", "Ann:Hello"), ("PR", "Hello"), ("SYS", "Hello"),
    ("CS", "Hello"), ("MC", "Hello"), ("MP", "Hello"), ("PH", "Hello"),
  ])
  func aGroupShowsWhoWrites(_ type: String, _ text: String) throws {
    var message = Sample.message("RC:TxtMsg", ChannelType(rawValue: type))
    #expect(try Sample.body(message) == text)
    message.sender.name = nil
    #expect(try Sample.body(message) == "Hello")
    message.push.content = "As it is"
    #expect(try Sample.body(message) == "As it is")
  }

  /// `HaveMentionedForNotification` of the client's strings, before NAME:TEXT.
  @Test func aMentionIsShownToThoseWhoAreMentioned() throws {
    var message = Sample.message("RC:TxtMsg", .group)
    message.mention = .init(.users(["1", "3243"]))
    #expect(try Sample.body(message) == "You were mentioned Ann:Hello")
    #expect(try Sample.body(message, Sample.recipient("zh")) == "[有人@我]Ann:Hello")
    message.mention = .init(.users(["1"]), content: "you!")
    #expect(try Sample.body(message) == "Ann:Hello")
    message.mention = .init(.all)
    #expect(try Sample.body(message) == "You were mentioned Ann:Hello")
  }

  // MARK: Secrets

  @Test func aMessageThatBurnsDoesNotShowItsText() throws {
    var message = Sample.message("RC:TxtMsg", .direct)
    message.content.burnsAfterReading = true
    #expect(try Sample.body(message) == "[Secret Chat]")
    #expect(try Sample.body(message, Sample.recipient("zh-Hans")) == "[阅后即焚]")
    message.objectName = "RC:FileMsg"
    message.content.fileName = "secret.pdf"
    #expect(try Sample.body(message) == "[Secret Chat]")
    message.push.content = "Read me"
    #expect(try Sample.body(message) == "Read me")
  }

  @Test func detailsAreHiddenFromWhoHidesThem() throws {
    var recipient = Sample.recipient("en")
    recipient.hidesDetails = true
    var message = Sample.message("RC:TxtMsg", .group)
    message.mention = .init(.all, content: "Ann wants you")
    message.push.content = "Hello"
    message.push.title = "From Ann"
    #expect(
      try Sample.payload(message, recipient)?["aps"]?["alert"] == .string("You got a new message"))
    recipient.locales = ["zh-Hans"]
    #expect(try Sample.payload(message, recipient)?["aps"]?["alert"] == .string("你收到一条新消息"))
    // That a message is gone is no detail.
    #expect(
      try Sample.payload(Sample.message("RC:RcCmd"), recipient)?["aps"]?["alert"]
        == .string("[撤回了一条消息]"))
    message.push.forcesDetails = true
    #expect(
      try Sample.payload(message, recipient)?["aps"]?["alert"]
        == JSONValue(#"{"title":"From Ann","body":"Ann wants you"}"#))
    // What is not pushed is not pushed to them either.
    #expect(
      try Sample.compose(Sample.message("app:order"), recipient)
        == .withheld(.noContent, .customTypeNeedsPushContent))
  }

  // MARK: Titles

  @Test(arguments: [
    ("PR", "Ann"), ("SYS", "Ann"), ("CS", "Ann"), ("MC", "Ann"), ("MP", "Ann"), ("PH", "Ann"),
    ("GRP", "Climbing"), ("UG", "Climbing"), ("DS", "Climbing"),
  ])
  func theTitleIsANameOrTheSendersWish(_ type: String, _ title: String) throws {
    var message = Sample.message("RC:TxtMsg", ChannelType(rawValue: type))
    #expect(try Self.title(message) == .string(title))
    message.push.title = "News"
    #expect(try Self.title(message) == .string("News"))
    message.push.title = " \t"
    #expect(try Self.title(message) == .string(title))
    message.push.disablesTitle = true
    #expect(try Self.title(message) == nil)
    message.push.disablesTitle = false
    (message.sender.name, message.channel.targetName) = ("", nil)
    #expect(try Self.title(message) == nil)
  }

  private static func title(_ message: Message) throws -> JSONValue? {
    try Sample.payload(message)?["aps"]?["alert"]?["title"]
  }
}
