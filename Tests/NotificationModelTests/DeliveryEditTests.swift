import NotificationModel
import Testing

/// Values of delivery headers that plugins assign, by Apple's page "Sending notification requests to APNs".
struct DeliveryEditTests {
  private static func assign(_ field: DeliveryField, _ value: AssignedValue) -> Result<
    DeliveryEdit, AssignmentError
  > {
    do throws(AssignmentError) {
      return .success(try DeliveryEdit(field, value))
    } catch {
      return .failure(error)
    }
  }

  private static func assign(_ field: DeliveryField, _ text: String) -> Result<DeliveryEdit, AssignmentError>
  {
    Array(text.utf8).withUnsafeBytes { assign(field, .string($0)) }
  }

  private static func message(_ result: Result<DeliveryEdit, AssignmentError>) -> String? {
    if case .failure(let error) = result { error.message } else { nil }
  }

  @Test func whatAPNsTakesIsTaken() throws {
    for type in PushType.allCases {
      #expect(try Self.assign(.pushType, type.rawValue).get() == .pushType(type))
    }
    for priority in [10, 5, 1] {
      #expect(try Self.assign(.priority, .integer(Int64(priority))).get().text == String(priority))
      #expect(try Self.assign(.priority, .double(Double(priority))).get() == .priority(priority))
    }
    for time: Int64 in [0, 1, 1_800_000_000, 99_999_999_999] {
      #expect(try Self.assign(.expiration, .integer(time)).get().text == String(time))
    }
    for id in ["a", "é", String(repeating: "x", count: 64), "a b", "{\"a\":1}"] {
      #expect(try Self.assign(.collapseID, id).get().text == id)
    }
    for topic in ["com.example.app", "com.example.app.voip", "a-B_9", String(repeating: "a", count: 255)] {
      #expect(try Self.assign(.topic, topic).get().text == topic)
    }
  }

  @Test func nilTakesAHeaderOutButTheTopic() throws {
    for field in DeliveryField.allCases where field != .topic {
      let edit = try Self.assign(field, .nil).get()
      #expect(edit.text == nil && edit.field == field)
    }
    #expect(Self.message(Self.assign(.topic, .nil))?.contains("got nil") == true)
  }

  @Test(arguments: [
    (DeliveryField.pushType, "Alert", "did you mean 'alert'?"), (.pushType, "", "got ''"),
    (.pushType, "alert\r\nx: y", "expected one of"), (.priority, "10", "write 'tonumber(text)'"),
    (.expiration, "0", "write 'tonumber(text)'"), (.collapseID, "", "1 to 64 bytes"),
    (.collapseID, String(repeating: "x", count: 65), "1 to 64 bytes"),
    (.collapseID, String(repeating: "é", count: 33), "1 to 64 bytes"),
    (.collapseID, "a\r\napns-priority: 10", "control"), (.collapseID, "a\0", "control"),
    (.collapseID, "\u{7F}", "control"), (.collapseID, " a", "expected"), (.collapseID, "a ", "expected"),
    (.topic, "", "bundle id"), (.topic, "com.example app", "bundle id"), (.topic, "a\n", "bundle id"),
    (.topic, "é", "bundle id"), (.topic, String(repeating: "a", count: 256), "bundle id"),
  ])
  func otherTextsAreRefused(_ field: DeliveryField, _ text: String, _ part: String) throws {
    let message = try #require(Self.message(Self.assign(field, text)))
    #expect(message.hasPrefix("request.\(field.rawValue): expected ") && message.contains(part), "\(message)")
    // What is shown of it is short, however long it is.
    #expect(message.utf8.count < 400)
  }

  @Test func otherNumbersAreRefused() throws {
    let time = Double(1_800_000_000_000)
    let refused: [(DeliveryField, AssignedValue, String)] = [
      (.priority, .integer(0), "got 0"), (.priority, .integer(11), "got 11"),
      (.priority, .integer(-5), "got -5"),
      (.priority, .integer(.max), "expected 10, 5 or 1"), (.priority, .double(5.5), "got 5.5"),
      (.priority, .double(.nan), "got nan"), (.expiration, .integer(-1), "got -1"),
      (.expiration, .integer(.min), "expected a time"), (.expiration, .double(1.5), "math.floor"),
      (.expiration, .double(.infinity), "expected a time"),
      (.expiration, .integer(Int64(time)), "divide it by 1000"),
      (.expiration, .double(time), "divide it by 1000"),
      (.collapseID, .integer(5), "tostring"), (.topic, .integer(5), "got 5"),
      (.pushType, .boolean(true), "a boolean"),
      (.priority, .null, "assign nil to take the header out"),
    ]
    for (field, value, part) in refused {
      let message = try #require(Self.message(Self.assign(field, value)), "\(field) \(part)")
      #expect(message.contains(part), "\(message)")
    }
  }

  @Test func textThatIsNoUTF8IsNone() {
    for field in [DeliveryField.pushType, .collapseID, .topic] {
      let result = [UInt8(0x61), 0xFF].withUnsafeBytes { Self.assign(field, .string($0)) }
      #expect(Self.message(result) != nil)
    }
  }

  /// The text of a change in an outcome is the change again.
  @Test func theTextOfAnEditMakesIt() {
    let edits: [DeliveryEdit] = [
      .priority(5), .priority(nil), .expiration(0), .expiration(1_800_000_000), .pushType(.voip),
      .pushType(nil), .collapseID("c"), .collapseID(nil), .topic("com.example.app"),
    ]
    for edit in edits { #expect(DeliveryEdit(edit.field, text: edit.text) == edit) }
    for (field, text) in [
      (DeliveryField.priority, "7" as String?), (.priority, "x"), (.expiration, "-1"), (.pushType, "x"),
      (.collapseID, ""), (.topic, "a b"), (.topic, nil),
    ] {
      #expect(DeliveryEdit(field, text: text) == nil, "\(field)")
    }
  }
}
