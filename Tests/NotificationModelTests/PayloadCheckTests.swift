import LosslessJSON
import NotificationModel
import Testing

/// What came in wrong, by Apple's tables of keys.
struct PayloadCheckTests {
  private static func messages(_ text: String) throws -> [String] {
    var document = JSONDocument()
    try document.parse(text)
    let line = try NotificationLine(document)
    return APNsRules.breaches(line, document, pushType: line.pushType(document)).map(\.message)
      + APNsRules.headerBreaches(line, document).map(\.message)
      + APNsRules.headerWarnings(line, document).map(\.message)
  }

  private static func live(_ aps: String) -> String {
    #"{"payload":{"aps":{"timestamp":1,"event":"update",\#(aps)}},"#
      + #""headers":{"apns-push-type":"liveactivity"}}"#
  }

  @Test(
    arguments: [
      // Types and ranges: "Generating a remote notification".
      (#"{"aps":{"alert":{"body":5}}}"#, ["'aps.alert.body' is not a string"]),
      (
        #"{"aps":{"alert":{"title":null,"subtitle":[]}}}"#,
        ["'aps.alert.title' is not a string", "'aps.alert.subtitle' is not a string"]
      ),
      (#"{"aps":{"alert":{"title":{"loc-key":"k"}}}}"#, ["'aps.alert.title' is not a string"]),
      (
        #"{"aps":{"alert":{"loc-key":"k","loc-args":["a",1]}}}"#,
        ["'aps.alert.loc-args' is not a list of strings"]
      ),
      (
        #"{"aps":{"alert":{"loc-key":"k","loc-args":"a"}}}"#,
        ["'aps.alert.loc-args' is not a list of strings"]
      ),
      (#"{"aps":{"alert":{"launch-image":1,"body":"b"}}}"#, ["'aps.alert.launch-image' is not a string"]),
      (#"{"aps":{"alert":"a","badge":3.0,"content-available":1,"mutable-content":1}}"#, []),
      (#"{"aps":{"alert":"a","badge":"3"}}"#, ["'aps.badge' is not a whole number of 0 or more"]),
      (#"{"aps":{"alert":"a","content-available":0,"mutable-content":false}}"#, []),
      (#"{"aps":{"alert":"a","content-available":2}}"#, ["'aps.content-available' is not 1"]),
      (#"{"aps":{"alert":"a","mutable-content":"1"}}"#, ["'aps.mutable-content' is not 1"]),
      (#"{"aps":{"content-available":0}}"#, ["a background push needs 'aps.content-available': 1"]),
      (#"{"aps":{"alert":"a","sound":{"critical":"1"}}}"#, ["'aps.sound.critical' is neither 0 nor 1"]),
      (#"{"aps":{"alert":"a","sound":{"volume":1}}}"#, []),
      (#"{"aps":{"alert":"a","relevance-score":70}}"#, ["'aps.relevance-score' is not a number of 0 to 1"]),
      (
        #"{"aps":{"alert":"a","interruption-level":"time_sensitive"}}"#,
        ["'aps.interruption-level' is not passive, active, time-sensitive or critical"]
      ),
      (#"{"aps":{"alert":"a","category":7}}"#, ["'aps.category' is not a string"]),
      (#"{"aps":{"alert":"a","url-args":[1]}}"#, ["'aps.url-args' is not a list of strings"]),
      // "Starting and updating Live Activities with ActivityKit push notifications".
      (
        live(#""stale-date":1733000000000"#),
        [
          "'aps.stale-date' is not a time in seconds since 1970; it seems to be in milliseconds, so "
            + "divide it by 1000"
        ]
      ),
      (
        live(
          #""stale-date":1733000000.5,"dismissal-date":0,"relevance-score":100,"#
            + #""content-state":{"aps.badge":"x"}"#
        ), []
      ),
      (
        live(#""dismissal-date":"soon","content-state":[]"#),
        ["'aps.dismissal-date' is not a time in seconds since 1970", "'aps.content-state' is not an object"]
      ),
      (live(#""alert":{"title":{"loc-key":"k","loc-args":["a"]},"body":"b","sound":"s"}"#), []),
      (
        live(#""alert":{"title":{"loc-key":1,"locArgs":[]}}"#),
        [
          "'aps.alert.title.loc-key' is not a string",
          "a device ignores 'aps.alert.title.locArgs'; use 'aps.alert.title.loc-args'",
        ]
      ),
      // Names in the places and spellings in which they do nothing.
      (
        #"{"aps":{"alert":{"body":"b","badge":3,"sound":"s"}}}"#,
        [
          "a device ignores 'aps.alert.badge'; use 'aps.badge'",
          "a device ignores 'aps.alert.sound'; use 'aps.sound'",
        ]
      ),
      (
        #"{"aps":{"alert":"a","mutable_content":1}}"#,
        ["a device ignores 'aps.mutable_content'; use 'aps.mutable-content'"]
      ),
      (#"{"aps":{"alert":"a","threadId":"x"}}"#, ["a device ignores 'aps.threadId'; use 'aps.thread-id'"]),
      (
        #"{"aps":{"alert":"a","threadIdentifier":"x"}}"#,
        ["a device ignores 'aps.threadIdentifier'; use 'aps.thread-id'"]
      ),
      (
        #"{"aps":{"contentAvailable":true,"alert":"a"}}"#,
        ["a device ignores 'aps.contentAvailable'; use 'aps.content-available'"]
      ),
      (
        #"{"aps":{"interruption_level":"critical","alert":"a"}}"#,
        ["a device ignores 'aps.interruption_level'; use 'aps.interruption-level'"]
      ),
      (
        #"{"aps":{"title":"t","body":"b"}}"#,
        [
          "a device ignores 'aps.title'; use 'aps.alert.title'",
          "a device ignores 'aps.body'; use 'aps.alert.body'",
        ]
      ),
      (
        #"{"aps":{"alert":{"body_loc_key":"k","titleLocKey":"k"}}}"#,
        [
          "a device ignores 'aps.alert.body_loc_key'; use 'aps.alert.loc-key'",
          "a device ignores 'aps.alert.titleLocKey'; use 'aps.alert.title-loc-key'",
        ]
      ),
      (
        #"{"aps":{"alert":"a"},"mutable-content":1}"#,
        ["a device ignores 'mutable-content' beside 'aps'; use 'aps.mutable-content'"]
      ),
      (
        #"{"content_available":true,"aps":{"alert":"a"}}"#,
        ["a device ignores 'content_available' beside 'aps'; use 'aps.content-available'"]
      ),
      (#"{"aps":{"alert":"a","volume":1}}"#, ["a device ignores 'aps.volume'; use 'aps.sound.volume'"]),
      // Where the right one stands there too, some other gateway reads the wrong one.
      (#"{"aps":{"alert":"a","mutable-content":1,"mutable_content":1},"mutable_content":1}"#, []),
      (#"{"aps":{"alert":{"body":"b","badge":3},"badge":3}}"#, []),
      // An app's own.
      (
        #"{"aps":{"alert":"a","own":1},"badge":"x","category":{},"threadId":1,"title":5,"sound":1,"#
          + #""event":"x"}"#,
        []
      ),
    ] as [(String, [String])])
  func findsWhatADeviceDoesNotTake(_ text: String, _ wanted: [String]) throws {
    #expect(try Self.messages(text) == wanted)
  }

  /// "Sending notification requests to APNs".
  @Test(
    arguments: [
      (#""apns-priority":"10","apns-push-type":"alert","apns-expiration":0"#, []),
      (#""apns-priority":"high""#, ["'apns-priority' is not 1, 5 or 10"]),
      (
        #""apns-push-type":"Alert""#,
        ["'apns-push-type' is 'Alert', which is none that APNs knows; did you mean 'alert'?"]
      ),
      (
        #""apns-push-type":"chat-message""#,
        ["'apns-push-type' is 'chat-message', which is none that APNs knows"]
      ),
      (#""apns-expiration":"tomorrow""#, ["'apns-expiration' is not a time in seconds since 1970"]),
      (
        #""apns-expiration":1733000000000"#,
        [
          "'apns-expiration' is not a time in seconds since 1970; it seems to be in milliseconds, so "
            + "divide it by 1000"
        ]
      ),
      (#""apns-expiration":-5"#, ["'apns-expiration' is not a time in seconds since 1970"]),
      (#""apns-id":"42""#, ["'apns-id' is no UUID"]),
      (#""apns-id":"123E4567-E89B-12D3-A456-4266554400A0""#, []),
      (
        #""apns-collapse-id":"ääääääääääääääääääääääääääääääää1""#,
        ["'apns-collapse-id' has more than 64 bytes"]
      ),
      (
        #""apns-topic":"org.example.app.voip","apns-push-type":"alert""#,
        ["an 'apns-topic' that ends in .voip is one of voip, not of a push of type alert"]
      ),
      (
        #""apns-topic":"org.example.app","apns-push-type":"voip""#,
        ["the 'apns-topic' of a push of type voip ends in .voip"]
      ),
      (#""apns-topic":"""#, ["'apns-topic' is empty; it is the app's bundle id"]),
      (#""apns_priority":5"#, ["APNs ignores the header 'apns_priority'; use 'apns-priority'"]),
      (
        #""priority":5,"collapseId":"a""#,
        [
          "APNs ignores the header 'priority'; use 'apns-priority'",
          "APNs ignores the header 'collapseId'; use 'apns-collapse-id'",
        ]
      ),
      (#""APNS-Priority":"5","authorization":"x""#, []),
    ] as [(String, [String])])
  func findsWhatIsWrongWithHeaders(_ headers: String, _ wanted: [String]) throws {
    #expect(try Self.messages(#"{"payload":{"aps":{"alert":"a"}},"headers":{\#(headers)}}"#) == wanted)
  }
}
