import NotificationModel
import NotificationViews

/// A request of the host to a content extension: the call, the notification as far as the extension sees it, and the
/// view that it goes on with.
///
/// Nothing stays in the worker between two requests.
package struct PresentationRequest: Sendable, Equatable {
  /// A handler of a content extension, with what it is given.
  package enum Call: Sendable, Equatable {
    case didReceive
    case didReceiveResponse(action: String, text: String?)
    case mediaPlay
    case mediaPause
  }

  /// The properties of `request` that the envelope has, as the host has read them.
  package struct Envelope: Sendable, Equatable {
    /// `request.identifier`.
    package var identifier = ""
    /// The name that stands for the device token, which is a secret; nil where there is no token.
    package var deviceName: String?
    /// `request.environment`.
    package var environment: String?
    /// The recipient's languages, with the best first.
    package var locales: [String] = []
    /// The recipient's time zone.
    package var timeZone: String?
    /// `apns-topic`.
    package var topic: String?
    /// `apns-push-type`, or the type that topic and payload stand for.
    package var pushType = "alert"
    /// `apns-priority`.
    package var priority: String?
    /// `apns-expiration`.
    package var expiration: String?
    /// `apns-collapse-id`.
    package var collapseID: String?

    /// Makes the properties of a payload without an envelope.
    package init() {}
  }

  /// The handler, with its arguments.
  package var call: Call
  /// The payload as JSON, as the chain left it.
  package var payload: [UInt8]
  /// The properties of `request`.
  package var envelope: Envelope
  /// The time at which the notification came, in seconds since 1970.
  package var date: Double
  /// The files that service plugins attached.
  package var attachments: [Attachment]
  /// The view as it is shown.
  package var view: NotificationView

  /// Makes a request of its parts.
  package init(
    _ call: Call = .didReceive, payload: [UInt8], envelope: Envelope = Envelope(), date: Double = 0,
    attachments: [Attachment] = [], view: NotificationView = NotificationView()
  ) {
    self.call = call
    self.payload = payload
    self.envelope = envelope
    self.date = date
    self.attachments = attachments
    self.view = view
  }

  // MARK: Bytes

  /// The request as bytes.
  package var bytes: [UInt8] {
    var writer = ByteWriter()
    call.write(to: &writer)
    writer.write(payload)
    envelope.write(to: &writer)
    writer.write(date)
    writer.write(attachments) { $1.write(to: &$0) }
    view.write(to: &writer)
    return writer.bytes
  }

  /// Reads a request.
  package init(_ bytes: [UInt8]) throws(ByteReader.Truncated) {
    var reader = ByteReader(bytes)
    call = try Call(&reader)
    payload = try reader.readBytes()
    envelope = try Envelope(&reader)
    date = Double(bitPattern: try reader.read(UInt64.self))
    attachments = try reader.readList(limit: Attachment.limit) { reader throws(ByteReader.Truncated) in
      try Attachment(&reader)
    }
    view = try NotificationView(&reader)
    guard reader.isAtEnd else { throw .init() }
  }
}

extension PresentationRequest.Call {
  fileprivate func write(to writer: inout ByteWriter) {
    switch self {
    case .didReceive: writer.write(UInt8(0))
    case .didReceiveResponse(let action, let text):
      writer.write(UInt8(1))
      writer.write(action)
      writer.write(optional: text) { $0.write($1) }
    case .mediaPlay: writer.write(UInt8(2))
    case .mediaPause: writer.write(UInt8(3))
    }
  }

  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    switch try reader.read(UInt8.self) {
    case 0: self = .didReceive
    case 1:
      self = .didReceiveResponse(
        action: try reader.readText(),
        text: try reader.readOptional { reader throws(ByteReader.Truncated) in try reader.readText() })
    case 2: self = .mediaPlay
    case 3: self = .mediaPause
    default: throw .init()
    }
  }
}

extension PresentationRequest.Envelope {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(identifier)
    writer.write(pushType)
    writer.write(Array(locales.prefix(Self.localeLimit))) { $0.write($1) }
    for text in [deviceName, environment, timeZone, topic, priority, expiration, collapseID] {
      writer.write(optional: text) { $0.write($1) }
    }
  }

  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    func text() throws(ByteReader.Truncated) -> String? {
      try reader.readOptional { reader throws(ByteReader.Truncated) in try reader.readText() }
    }
    identifier = try reader.readText()
    pushType = try reader.readText()
    locales = try reader.readList(limit: Self.localeLimit) { reader throws(ByteReader.Truncated) in
      try reader.readText()
    }
    deviceName = try text()
    environment = try text()
    timeZone = try text()
    topic = try text()
    priority = try text()
    expiration = try text()
    collapseID = try text()
  }

  /// The most languages of a recipient that are looked at.
  package static let localeLimit = 32
}
