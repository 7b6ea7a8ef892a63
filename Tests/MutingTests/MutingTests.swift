import Applications
import Composition
import Muting
import PushExtras
import Testing

/// The order in which levels decide, and the messages that each lets through.
struct MutingTests {
  private static let muting = Muting(MuteZones([]))
  private static let channel = MutePlace(.superGroup, target: "g1", channel: "c1")

  private static func reason(
    _ facts: MuteFacts, _ rules: MuteRules, at time: Int64 = 0
  ) -> Reason? { muting.decide(facts, rules, deviceZone: nil, at: time)?.reason }

  // MARK: Levels

  private enum Mention: CaseIterable { case nobody, recipient, all }

  private static func facts(_ mention: Mention) -> MuteFacts {
    var facts = MuteFacts(channel)
    facts.mentionsRecipient = mention == .recipient
    facts.mentionsAll = mention == .all
    return facts
  }

  @Test(arguments: [
    (NotificationLevel.all, [true, true, true]), (.mentions, [false, true, true]),
    (.mentionsOfMe, [false, true, false]), (.mentionsOfAll, [false, false, true]),
    (.none, [false, false, false]),
  ])
  func eachLevelLetsItsMentionsThrough(_ level: NotificationLevel, _ notifies: [Bool]) {
    for (mention, notifies) in zip(Mention.allCases, notifies) {
      let rules = MuteRules(application: level)
      #expect(Self.reason(Self.facts(mention), rules) == (notifies ? nil : .mutedByApplication))
    }
  }

  // MARK: The order

  /// The places of a level from the first that decides to the last, with the reason for which it mutes.
  private let order: [(WritableKeyPath<MuteRules, NotificationLevel?>, Reason)] = [
    (\.subchannel, .subchannelMuted), (\.channel, .channelMuted), (\.channelType, .channelTypeMuted),
    (\.subchannelDefault, .subchannelMutedByGroup), (\.channelDefault, .channelMutedByGroup),
  ]

  @Test func theFirstLevelThatIsSetDecides() {
    for first in order.indices {
      var rules = MuteRules(application: .all)
      for (level, _) in order[first...] { rules[keyPath: level] = .all }
      rules[keyPath: order[first].0] = NotificationLevel.none
      #expect(Self.reason(Self.facts(.nobody), rules) == order[first].1)
      // And the other way round.
      for (level, _) in order[first...] { rules[keyPath: level] = NotificationLevel.none }
      rules.application = .none
      rules[keyPath: order[first].0] = .all
      #expect(Self.reason(Self.facts(.nobody), rules) == nil)
    }
  }

  @Test func quietHoursAreBeforeAllLevels() {
    // From midnight to one o'clock, in UTC.
    var rules = MuteRules()
    rules.quietHours = QuietHours(start: 0, end: 60)
    for (level, _) in order { rules[keyPath: level] = .all }
    #expect(Self.reason(Self.facts(.recipient), rules) == .quietHours)
    #expect(
      Self.muting.decide(Self.facts(.nobody), rules, deviceZone: nil, at: 0)?.decision == .quietHours)
    // What they let through is let through.
    rules.quietHours?.level = .mentionsOfMe
    for (level, _) in order { rules[keyPath: level] = NotificationLevel.none }
    #expect(Self.reason(Self.facts(.recipient), rules) == nil)
    #expect(Self.reason(Self.facts(.all), rules) == .quietHours)
    // When they are over, the levels decide again.
    #expect(Self.reason(Self.facts(.recipient), rules, at: 3_600_000) == .subchannelMuted)
  }

  @Test func defaultsOfGroupsAreForSuperGroupsAlone() {
    var rules = MuteRules()
    rules.subchannel = NotificationLevel.none
    rules.subchannelDefault = NotificationLevel.none
    rules.channelDefault = NotificationLevel.none
    for type in ChannelType.known where type != .superGroup {
      #expect(Self.reason(MuteFacts(MutePlace(type, target: "g1", channel: "c1")), rules) == nil)
    }
    // A message that is in no channel of the group looks at none.
    #expect(
      Self.reason(MuteFacts(MutePlace(.superGroup, target: "g1")), rules) == .channelMutedByGroup)
  }

  // MARK: Messages

  private static func message(_ mention: Message.Mention?, recalls: String? = nil) -> Message {
    var message = Message(
      id: "m1", objectName: recalls == nil ? "RC:TxtMsg" : "RC:RcCmd", sender: .init(id: "u1"),
      channel: .init(type: .group, targetID: "g1"))
    message.mention = mention
    message.recalledID = recalls
    return message
  }

  @Test func mentionsAreReadForTheRecipient() {
    let users = Self.message(.init(.users(["u2", "cafe\u{301}"])))
    #expect(MuteFacts(users, for: "u2").mentionsRecipient)
    #expect(!MuteFacts(users, for: "u3").mentionsRecipient)
    // The same letters, and another user.
    #expect(!MuteFacts(users, for: "caf\u{e9}").mentionsRecipient)
    #expect(!MuteFacts(users, for: "u2").mentionsAll)
    let all = MuteFacts(Self.message(.init(.all)), for: "u2")
    #expect(all.mentionsAll && !all.mentionsRecipient)
  }

  @Test func aRecallIsMutedWithItsConversation() {
    var rules = MuteRules()
    rules.channel = NotificationLevel.none
    let recall = Self.message(nil, recalls: "m0")
    #expect(Self.reason(MuteFacts(recall, for: "u2"), rules) == .channelMuted)
  }

  @Test func aConversationOfTwoIsNamedForItsSender() {
    let message = Message(
      id: "m1", objectName: "RC:TxtMsg", sender: .init(id: "u1"),
      channel: .init(type: .direct, targetID: "u1"))
    #expect(MutePlace(message) == MutePlace(.direct, target: "u1"))
  }
}
