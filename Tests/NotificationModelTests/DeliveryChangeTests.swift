import LosslessJSON
import NotificationModel
import Testing

/// Delivery headers that plugins have changed.
struct DeliveryChangeTests {
  private static let line =
    #"{"id":"m","headers":{"Apns-Topic":"com.example.app","apns-collapse-id":"old","x":"y"},"payload":{"aps":{}}}"#

  private static func change(_ edits: [(Int, DeliveryEdit)]) -> DeliveryChange {
    var change = DeliveryChange()
    for (plugin, edit) in edits { change.add(edit, by: plugin) }
    return change
  }

  private static func read(
    _ line: String = line, _ body: (NotificationLine, borrowing JSONDocument) throws -> Void
  ) throws {
    var document = JSONDocument(depthLimit: 64)
    try document.parse(line)
    try body(try NotificationLine(document), document)
  }

  @Test func theLastOfSeveralCounts() throws {
    let change = Self.change([
      (0, .priority(10)), (0, .collapseID("a")), (0, .priority(5)), (1, .collapseID("b")),
      (1, .topic("com.example.app")),
    ])
    #expect(change.entries.map(\.edit.text) == ["5", "a", "b", "com.example.app"])
    try Self.read { line, document in
      // The topic is what it was.
      let final = change.final(line, document)
      #expect(Set(final.entries.compactMap(\.edit.text)) == ["5", "b"])
      let applied = line.applying(change, document)
      #expect(
        applied.headerText(.priority, document) == "5" && applied.headerText(.collapseID, document) == "b")
      #expect(applied.headerText(.topic, document) == "com.example.app" && applied.form == .envelope)
    }
  }

  @Test func aHeaderIsTakenOutAndBack() throws {
    try Self.read { line, document in
      var change = Self.change([(0, .collapseID(nil))])
      #expect(line.applying(change, document).headerText(.collapseID, document) == nil)
      #expect(change.final(line, document).members() == #"{"apns-collapse-id":null}"#)
      change.add(.collapseID("old"), by: 1)
      #expect(change.final(line, document).entries.isEmpty)
      change.removeAll(from: 1)
      change.removeAll(from: 7)
      #expect(change.entries.count == 1)
    }
  }

  /// A loop that writes for ever takes no memory for it.
  @Test func whatOnePluginWritesIsBounded() {
    var change = DeliveryChange()
    for number in 0..<10_000 { change.add(.collapseID("\(number)"), by: 3) }
    #expect(change.entries == [.init(plugin: 3, edit: .collapseID("9999"))])
  }

  // MARK: The line of a filter

  private static func written(_ line: String, _ edits: [DeliveryEdit]) -> String? {
    Array(line.utf8).withUnsafeBytes { EnvelopeWriter.line($0, changing: change(edits.map { (0, $0) })) }
      .map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    (
      #"{"headers":{"APNS-Priority":10,"x": 1e2},"payload":{"aps":{ }}}"#, [DeliveryEdit.priority(5)],
      #"{"payload":{"aps":{ }},"headers":{"x":1e2,"apns-priority":"5"}}"#
    ),
    (
      #"{"payload":{"aps":{}},"z":[1, 2]}"#, [.pushType(.background), .expiration(0)],
      #"{"payload":{"aps":{}},"z":[1, 2],"headers":{"apns-push-type":"background","apns-expiration":"0"}}"#
    ),
    (
      #"{"headers":{"apns-priority":"5","apns-priority":"1"},"payload":{}}"#, [.priority(nil)],
      #"{"payload":{},"headers":{}}"#
    ),
    // The next run knows it by the name that it had.
    (
      #"{"id":"m","payload":{}}"#, [.collapseID("c\"")],
      #"{"id":"m","payload":{},"headers":{"apns-collapse-id":"c\""},"notilua":{"identifier":"m"}}"#
    ),
    (
      #"{"notilua":{"identifier":"first","may_have_arrived":true},"headers":{"apns-collapse-id":"a"},"payload":{}}"#,
      [.collapseID(nil)],
      #"{"notilua":{"identifier":"first","may_have_arrived":true},"payload":{},"headers":{}}"#
    ),
  ])
  func theHostWritesThemIntoTheLine(_ line: String, _ edits: [DeliveryEdit], _ expected: String) {
    #expect(Self.written(line, edits) == expected)
  }

  @Test func whatIsNoEnvelopeHasNoHeaders() {
    #expect(Self.written(#"{"aps":{}}"#, [.priority(5)]) == nil)
    #expect(Self.written("{", [.priority(5)]) == nil)
  }

  /// Reading the line again gives what the queue would have taken.
  @Test func aWrittenLineIsReadAsTheSame() throws {
    let edits: [DeliveryEdit] = [.pushType(.voip), .topic("com.example.app.voip"), .collapseID("new")]
    let written = try #require(Self.written(Self.line, edits))
    var document = JSONDocument(depthLimit: 64)
    let again = try #require(
      Array(written.utf8).withUnsafeBytes { PushNotification($0, ticket: 0, place: "", &document) })
    let taken = try #require(
      Array(Self.line.utf8).withUnsafeBytes {
        PushNotification(
          $0, ticket: 0, place: "", change: PayloadChange(delivery: Self.change(edits.map { (0, $0) })),
          &document)
      })
    #expect(again.headers == taken.headers && again.identifier == "old" && taken.identifier == "old")
    #expect(again.headers.others == #""x":"y""#)
  }
}
