import NotificationModel
import Testing
import WorkerProtocol

/// What a grant lets a plugin change.
struct DeliveryGrantTests {
  private static let grant = DeliveryGrant(
    fields: [.priority, .topic], topics: .apps(["com.example.app", "com.example.talk.voip"]))

  @Test(arguments: [
    (DeliveryField.priority, "com.example.app" as String?, nil as String?),
    (.priority, "com.example.app.voip", nil),
    (.topic, "com.example.talk.voip", nil),
    (.priority, "com.example.talk", "for the topic 'com.example.talk'"),
    (.priority, "com.example.app2", "is for com.example.app, com.example.talk.voip"),
    (.priority, "com.example", "for the topic"), (.priority, "", "for the topic ''"),
    (.priority, nil, "names no topic"), (.pushType, "com.example.app", "add 'push_type' to the fields"),
    (.collapseID, "com.example.other", "add 'collapse_id'"),
  ])
  func itIsForFieldsAndTopics(_ field: DeliveryField, _ topic: String?, _ refusal: String?) {
    let found = Self.grant.refusal(of: field, topic: topic)
    if let refusal {
      #expect(found?.contains(refusal) == true, "\(found ?? "-")")
    } else {
      #expect(found == nil)
    }
  }

  @Test func aTopicIsWrittenWhereItIsGranted() {
    #expect(Self.grant.refusal(writing: "com.example.app.voip") == nil)
    #expect(Self.grant.refusal(writing: "com.example.other")?.contains("is for com.example.app") == true)
    let long = String(repeating: "x", count: 100_000)
    #expect(Self.grant.refusal(writing: long)?.utf8.count ?? .max < 500)
    #expect(DeliveryGrant.everything.refusal(writing: long) == nil)
  }

  @Test func notificationsWithoutATopicAreAMatterOfTheirOwn() {
    var grant = Self.grant
    grant.coversUnnamed = true
    #expect(grant.refusal(of: .priority, topic: nil) == nil)
    #expect(DeliveryGrant.everything.refusal(of: .topic, topic: nil) == nil)
    #expect(!DeliveryGrant(fields: [], topics: .apps([])).covers(nil))
  }
}
