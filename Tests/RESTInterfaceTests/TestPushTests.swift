import Operations
import RESTInterface
import Testing

/// The order of a test push: for a device token, or for a registered device.
struct TestPushTests {
  private static func problem(_ text: String) -> String? {
    do throws(Problem) {
      _ = try TestPush(Array(text.utf8))
      return nil
    } catch {
      return "\(error.pointer ?? "-") \(error.detail)"
    }
  }

  @Test func aTokenHasItsEnvelope() throws {
    let push = try TestPush(Array(#"{"device_token":"ab01","topic":"com.example.app","title":"T"}"#.utf8))
    #expect(push.title == "T" && push.body == "This is a test push.")
    #expect(
      push.destination
        == .token(
          envelope:
            #"{"device_token":"ab01","headers":{"apns-topic":"com.example.app","apns-push-type":"alert"},"payload":{"aps":{"alert":{"title":"T","body":"This is a test push."},"sound":"default","mutable-content":1}}}"#
        ))
  }

  @Test func aDeviceHasItsName() throws {
    let push = try TestPush(Array(#"{"device":"anna's phone","application":"chat","body":"B"}"#.utf8))
    #expect(push.destination == .device("anna's phone", application: "chat") && push.body == "B")
    let alone = try TestPush(Array(#"{"device":"p","application":null}"#.utf8))
    #expect(alone.destination == .device("p", application: nil))
  }

  @Test(arguments: [
    (#"{"device":"p","device_token":"ab"}"#, "/device_token 'device_token' and 'device' exclude each other"),
    (#"{"device":"p","topic":"com.example.app"}"#, "/topic 'topic' and 'device' exclude each other"),
    (
      #"{"device":"p","environment":"sandbox"}"#, "/environment 'environment' and 'device' exclude each other"
    ),
    (#"{"device":"p","locale":"de"}"#, "/locale 'locale' and 'device' exclude each other"),
    (#"{"device_token":"ab","application":"chat"}"#, "/application 'application' is for a registered device"),
    (#"{"device":""}"#, "/device 'device' is not 1 to 255 characters"),
    (#"{"device":"a\u0007"}"#, "/device 'device' is not 1 to 255 characters"),
    (#"{"device":7}"#, "/device 'device' is not a string"),
    (#"{"device":"p","application":7}"#, "/application 'application' is not a string"),
    (#"{"device":"p","user":"a"}"#, " there is no member 'user'"),
  ])
  func namesAMistake(_ text: String, _ said: String) {
    #expect(Self.problem(text)?.hasPrefix(said) == true, "\(Self.problem(text) ?? "")")
  }
}
