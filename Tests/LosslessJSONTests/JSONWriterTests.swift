import Foundation
import LosslessJSON
import Testing

/// Written JSON, read by Foundation.
struct JSONWriterTests {
  @Test func commasStandBetweenMembersAndElements() throws {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("a\"", "b\n")
    writer.member("n", Int64.min)
    writer.member("u", UInt64.max)
    writer.member("t", true)
    writer.key("list")
    writer.beginArray()
    writer.value(1)
    writer.null()
    writer.beginObject()
    writer.endObject()
    writer.raw("[1.50]")
    writer.value(false)
    writer.endArray()
    writer.member("texts", ["x", "y"])
    writer.member("none", [])
    writer.endObject()
    #expect(
      writer.text == #"{"a\"":"b\n","n":-9223372036854775808,"u":18446744073709551615,"t":true,"#
        + #""list":[1,null,{},[1.50],false],"texts":["x","y"],"none":[]}"#)
    let read = try JSONSerialization.jsonObject(with: Data(writer.text.utf8)) as? [String: Any]
    #expect(read?["a\""] as? String == "b\n" && (read?["list"] as? [Any])?.count == 5)
  }

  @Test func itIsUsedAgainWithoutItsPast() {
    var writer = JSONWriter()
    writer.beginArray()
    writer.value(1)
    writer.removeAll()
    writer.value("x")
    #expect(writer.text == "\"x\"")
  }
}
