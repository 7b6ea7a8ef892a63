import HTTPTypes
import LosslessJSON
import Operations

/// A push by which people find out whether everything works, from the key to the device.
package struct TestPush: Sendable {
  /// The destination of the push.
  package enum Destination: Sendable, Equatable {
    /// A device token: the envelope is as the order says.
    case token(envelope: String)
    /// A registered device, by its name, and the key of its application where the order has one.
    case device(String, application: String?)
  }

  private static let ofToken = ["device_token", "topic", "environment", "locale"]
  private static let ofDevice = ["device", "application"]
  private static let members = ["device_token"] + ofDevice + ofToken.dropFirst() + ["title", "body"]

  /// The most characters of its title, and of its body.
  private static let limit = 200

  /// The destination.
  package let destination: Destination
  /// The title.
  package let title: String
  /// The text.
  package let body: String

  /// Reads an order.
  package init(_ text: [UInt8]) throws(Problem) {
    let order = try JSONBody(text, known: Self.members)
    title = try Self.text(order, "title") ?? "Test"
    body = try Self.text(order, "body") ?? "This is a test push."
    guard let device = try order.text("device") else {
      if order.hasValue("application") {
        throw Problem(
          .unprocessableContent, "'application' is for a registered device; name it with 'device'",
          pointer: "/application")
      }
      destination = .token(envelope: try Self.envelope(order, title: title, body: body))
      return
    }
    if let other = Self.ofToken.first(where: order.hasValue) {
      throw Problem(
        .unprocessableContent,
        "'\(other)' and 'device' exclude each other: the registration has it; leave it out",
        pointer: "/\(other)")
    }
    guard PathName.isName(device) else {
      throw Problem(
        .unprocessableContent, "'device' is not \(PathName.form); write the name of the registration",
        pointer: "/device")
    }
    destination = .device(device, application: try order.text("application"))
  }

  private static func envelope(_ order: JSONBody, title: String, body: String) throws(Problem) -> String {
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
    writer.raw(payload(title: title, body: body, hasSound: true))
    writer.endObject()
    return writer.text
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

  /// Returns the payload of a test push.
  static func payload(title: String, body: String, hasSound: Bool) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("aps")
    writer.beginObject()
    writer.key("alert")
    writer.beginObject()
    writer.member("title", title)
    writer.member("body", body)
    writer.endObject()
    if hasSound { writer.member("sound", "default") }
    writer.member("mutable-content", 1)
    writer.endObject()
    writer.endObject()
    return writer.text
  }
}
