import Composition
import Testing

@Suite struct MessageRequestTests {
  private static let message =
    #""id":"m1","object_name":"RC:TxtMsg","channel_type":"PR","from":"a","text":"Hello""#

  private static func read(_ members: String) throws -> MessageRequest {
    try MessageReader.request(Array("{\(message),\(members)}".utf8))
  }

  private static func problem(_ members: String) -> String? {
    do {
      _ = try read(members)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func readsBothParts() throws {
    let request = try Self.read(#""application":"chat","recipients":["b","c","b"]"#)
    #expect(request.application == "chat")
    #expect(request.recipients == ["b", "c"])
    #expect(request.message == (try MessageReader.message(Array("{\(Self.message)}".utf8))))
    #expect(try Self.read(#""recipients":["b"]"#).application == nil)
    #expect(try Self.read(#""recipients":["b"],"dry_run":true"#).isDryRun)
    #expect(!request.isDryRun)
    for members in [#""application":"chat","recipients":["b"]"#, #""recipients":["b\"","c"],"dry_run":true"#]
    {
      let request = try Self.read(members)
      #expect(try MessageReader.request(Array(request.json.utf8)) == request)
    }
  }

  /// Unicode's equal texts are different users, as they are in the chat server.
  @Test func usersAreTheSameByTheirBytes() throws {
    let request = try Self.read("\"recipients\":[\"e\u{301}\",\"\u{E9}\",\"e\u{301}\"]")
    #expect(request.recipients.map { Array($0.utf8) } == [Array("e\u{301}".utf8), Array("\u{E9}".utf8)])
  }

  @Test(arguments: [
    (#""x":1"#, "there is no member 'x'"),
    (#""application":"chat""#, "'recipients' is missing or empty"),
    (#""recipients":[]"#, "'recipients' is missing or empty"),
    (#""recipients":["a",""]"#, "/recipients/1: empty"),
    (#""recipients":["a",1]"#, "/recipients/1: not a string"),
    (#""recipients":"a""#, "/recipients: not a list of up to 5000 strings"),
    (#""recipient":["a"]"#, "did you mean 'recipients'?"),
    (#""application":1,"recipients":["a"]"#, "/application: not a string"),
    (#""recipients":["a"],"target":"\u001e""#, "/target: has a control character"),
    (#""recipients":["a","b\u0000c"]"#, "/recipients/1: has a control character"),
    (
      #""recipients":["a"],"mention":{"type":"users","users":["\u007f"]}"#,
      "/mention/users/0: has a control character"
    ),
  ])
  func names(_ members: String, _ problem: String) {
    #expect(Self.problem(members)?.contains(problem) == true, "\(Self.problem(members) ?? "none")")
  }

  @Test(arguments: [5000, 5001])
  func theLimitIsFiveThousand(_ count: Int) {
    let users = (0..<count).map { "\"u\($0)\"" }.joined(separator: ",")
    #expect((Self.problem("\"recipients\":[\(users)]") == nil) == (count == 5000))
  }

  /// What is kept must be read again, however it is written.
  @Test func aMessageThatIsTooLargeToBeKeptIsRefused() {
    let text = String(repeating: "😀", count: 20_000)
    #expect(
      Self.problem("\"recipients\":[\"a\"],\"push_content\":\"\(text)\"")?.contains("65536 are the limit")
        == true)
  }

  @Test func aRequestThatIsTooLargeIsNotRead() {
    let text = [UInt8](repeating: 0x20, count: MessageRequest.limit + 1)
    #expect(throws: MessageProblem.self) { try MessageReader.request(text) }
  }
}
