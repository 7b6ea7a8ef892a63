import NotificationModel
import Testing

/// The names of two apps are apart.
struct NotificationNameTests {
  @Test func aNameHasItsApp() {
    let text = NotificationName.text("m1", of: "com.example.app")
    #expect(text != "m1" && text != NotificationName.text("m1", of: "com.example.other"))
    #expect(NotificationName.parts(text) == ("m1", "com.example.app"))
    #expect(NotificationName.parts("m1") == ("m1", nil))
    #expect(NotificationName.text("m1", of: nil) == "m1")
  }

  /// A notification is found by everybody's recall of its name, and by its own app's.
  @Test(arguments: ["com.example.app", "com.example.app.voip"])
  func aNotificationOfAnAppHasBoth(_ topic: String) {
    var notification = PushNotification(
      ticket: 1, place: "p", deviceToken: "ab", payload: Array("{}".utf8), identifier: "m1", apnsID: "a")
    notification.headers.topic = topic
    #expect(Set(notification.names) == ["m1", "a"])
    #expect(notification.app == nil)
    notification.isOfApp = true
    #expect(notification.app == "com.example.app")
    let own = ["m1", "a"].map { NotificationName.text($0, of: "com.example.app") }
    #expect(Set(notification.names) == Set(["m1", "a"] + own))
  }
}
