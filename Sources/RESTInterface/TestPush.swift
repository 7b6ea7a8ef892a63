import HTTPTypes
import LosslessJSON
import Operations

/// A push by which people find out whether everything works, from the key to the device.
package struct TestPush {
  private static let members = ["device_token", "topic", "environment", "title", "body", "locale"]

  /// The most characters of its title, and of its body.
  private static let limit = 200

  /// The envelope of the push, which goes the way of any other.
  package let envelope: String

  /// Reads an order.
  package init(_ text: [UInt8]) throws(Problem) {
    let order = try JSONBody(text, known: Self.members)
    var writer = JSONWriter()
    writer.beginObject()
    for name in ["device_token", "environment", "locale"] {
      if let value = try order.text(name) { writer.member(name, value) }
    }
    writer.key("headers")
    writer.beginObject()
    if let topic = try order.text("topic") { writer.member("apns-topic", topic) }
    writer.member("apns-push-type", "alert")
    writer.endObject()
    writer.key("payload")
    writer.raw(
      Self.payload(
        title: try Self.text(order, "title") ?? "Test",
        body: try Self.text(order, "body") ?? "This is a test push."))
    writer.endObject()
    envelope = writer.text
  }

  private static func text(_ order: JSONBody, _ name: String) throws(Problem) -> String? {
    guard let text = try order.text(name) else { return nil }
    guard text.unicodeScalars.count <= limit else {
      throw Problem(
        .unprocessableContent, "'\(name)' has more than \(limit) characters; make it shorter",
        pointer: "/\(name)")
    }
    return text
  }

  private static func payload(title: String, body: String) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("aps")
    writer.beginObject()
    writer.key("alert")
    writer.beginObject()
    writer.member("title", title)
    writer.member("body", body)
    writer.endObject()
    writer.member("sound", "default")
    writer.member("mutable-content", 1)
    writer.endObject()
    writer.endObject()
    return writer.text
  }
}
