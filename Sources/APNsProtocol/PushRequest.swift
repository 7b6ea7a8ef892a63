import HTTP2Transport

/// A request as APNs reads it: one pass over the headers, nothing judged yet.
package struct PushRequest: Sendable {
  package var stream: Int32 = 0
  package var method = ""
  package var path = ""
  package var authorization: String?
  package var topic: String?
  package var pushType: String?
  package var id: String?
  package var expiration: String?
  package var priority: String?
  package var collapseID: String?
  /// The first header that came twice.
  package var duplicate: String?
  package var headers: [HTTP2Header]
  package var body: [UInt8]

  package init(_ request: HTTP2Request) {
    self.init(stream: request.stream, headers: request.headers, body: request.body)
  }

  package init(stream: Int32, headers: [HTTP2Header], body: [UInt8]) {
    self.stream = stream
    self.headers = headers
    self.body = body
    for header in headers {
      switch header.name {
      case ":method": method = header.value
      case ":path": path = header.value
      case "authorization": take(header, \.authorization)
      case "apns-topic": take(header, \.topic)
      case "apns-push-type": take(header, \.pushType)
      case "apns-id": take(header, \.id)
      case "apns-expiration": take(header, \.expiration)
      case "apns-priority": take(header, \.priority)
      case "apns-collapse-id": take(header, \.collapseID)
      default: break
      }
    }
  }

  private mutating func take(_ header: HTTP2Header, _ place: WritableKeyPath<PushRequest, String?>) {
    if self[keyPath: place] != nil, duplicate == nil { duplicate = header.name }
    self[keyPath: place] = header.value
  }

  /// The device token of `/3/device/TOKEN`: empty where it is missing, nil where the path is another.
  package var deviceToken: Substring? {
    if path == "/3/device" { return "" }
    let start = "/3/device/"
    guard path.hasPrefix(start) else { return nil }
    let token = path.dropFirst(start.utf8.count)
    return token.utf8.contains(0x2F) ? nil : token
  }
}
