import Foundation
import LosslessJSON
import NotificationModel
import Testing

/// Lines in which other values stand for some members.
struct EnvelopeWriterTests {
  private static func replaced(_ line: String, _ members: [String: String]) throws -> String {
    var document = JSONDocument(depthLimit: 64, duplicateKeys: .keepLast)
    try document.parse(line)
    let form = try NotificationLine(document)
    return String(decoding: EnvelopeWriter.envelope(form, document, replacing: members), as: UTF8.self)
  }

  @Test(arguments: [
    (
      #"{"aps":{},"x":1.50}"#, ["time_zone": #""Europe/Berlin""#],
      #"{"payload":{"aps":{},"x":1.50},"time_zone":"Europe/Berlin"}"#
    ),
    (
      #"{"id":"m","time_zone":"Asia/Tokyo","payload":{"a":1.50}}"#, ["time_zone": #""UTC""#],
      #"{"id":"m","payload":{"a":1.50},"time_zone":"UTC"}"#
    ),
    (
      #"{ "id" : "\u00e9", "payload":{}, "x" : [ 1e2 ] }"#, ["payload": #"{"aps":{}}"#],
      #"{"id":"\u00e9","x":[ 1e2 ],"payload":{"aps":{}}}"#
    ),
    (#"{"aps":{}}"#, ["payload": #"{"aps":{"badge":1}}"#], #"{"payload":{"aps":{"badge":1}}}"#),
    (#"{"payload":{"a":1},"x":1,"x":2}"#, [:], #"{"payload":{"a":1},"x":2}"#),
  ])
  func onlyWhatIsNamedChanges(_ line: String, _ members: [String: String], _ expected: String) throws {
    #expect(try Self.replaced(line, members) == expected)
  }
}
