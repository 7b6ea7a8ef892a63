import APNsProtocol
import Delivery
import HTTP2Transport
import LosslessJSON
import NotificationModel

/// The response of APNs to one push.
package struct APNsAnswer: Sendable, Equatable {
  package var status: Int
  /// Empty for a success.
  package var reason = ""
  /// Milliseconds since 1970, of a token that is gone.
  package var timestamp: Int64?
  /// The seconds to wait before a retry, from the header `retry-after`; nil where the response has none.
  package var retryAfter: Int64?

  package init(_ response: HTTP2Response) {
    status = response.status
    guard status != 200 else { return }
    (reason, timestamp) = Self.read(response.body)
    retryAfter = response.header("retry-after").flatMap { Int64($0) }
  }

  /// Reads `{"reason":…,"timestamp":…}`; whatever else stands there is no reason.
  package static func read(_ body: [UInt8]) -> (reason: String, timestamp: Int64?) {
    var document = JSONDocument(depthLimit: 8)
    guard body.count <= 4096, (try? document.parse(String(decoding: body, as: UTF8.self))) != nil,
      document.kind(of: document.root) == .object
    else { return ("", nil) }
    let reason = document.stringMember(document.root, "reason") ?? ""
    let timestamp = document.member(document.root, "timestamp").flatMap { document.integer(of: $0) }
    // A word, and nothing that a terminal or a log would stumble over.
    let isWord = reason.utf8.count <= 64 && reason.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return (isWord ? reason : "", timestamp)
  }

  /// The reason with what is known of it.
  package var explained: APNsReason { APNsReason.of(status: status, reason: reason) }

  /// The answer as a failure; for any status but 200.
  package var failure: DeliveryFailure {
    let known = explained
    let name = reason.isEmpty ? "" : " \(reason)"
    var failure = DeliveryFailure(
      reason.isEmpty ? "Status\(status)" : reason, "\(status)\(name): \(known.meaning); \(known.advice)",
      status: status)
    failure.removesToken = known.fate == .removeToken
    failure.timestamp = timestamp
    return failure
  }
}
