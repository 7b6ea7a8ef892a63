import Foundation
import Testing

/// Lines that are no notifications, and what becomes of them.
struct RejectedLinesTests {
  @Test func aLineThatIsNoNotificationIsRejectedWithItsPlace() throws {
    let ended = try Program.run(
      ["run", "--quiet", "--plugin", "plugins/recall"], input: "{\"aps\":{}}\n\n{\"aps\":\n[]\n{\"aps\":{}}\n"
    )
    #expect(ended.status == 1)
    #expect(ended.text == "{\"aps\":{}}\n{\"aps\":{}}\n")
    #expect(ended.errors.contains("stdin:3: rejected at byte 7: the text ends in the middle of a value"))
    #expect(ended.errors.contains("stdin:4: rejected at byte 0: a notification is a JSON object"))
  }

  @Test(
    arguments: [
      (#"{"aps":{},"a":1,"a":2}"#, "byte 16: a key stands twice in one object"),
      (
        "{\"aps\":{},\"a\":\(String(repeating: "[", count: 64))\(String(repeating: "]", count: 64))}",
        "byte 77: nested deeper"
      ),
      (#"{"aps":{}} x"#, "byte 11: bytes after the end of the value"), ("\u{0}", "byte 0: expected a value"),
      (#"{"aps":{},"n":01}"#, "byte 15: not a number"), (#"{"aps":"x"}"#, "byte 7: 'aps' is not an object"),
      (#"{"aps":{},"s":"\x"}"#, "byte 15: not an escape"),
      ("{\"aps\":{},\"s\":\"a\tb\"}", "byte 16: a control character"),
    ] as [(String, String)])
  func whatIsNoNotificationIsRejected(_ line: String, _ cause: String) throws {
    try Program.withFolder { folder in
      let good = "{\"aps\":{}}"
      let rejects = folder.appending(path: "rejects").path
      let said = try Program.run(FilterRun.plain, input: "\(good)\n\(line)\n\(good)\n")
      #expect(said.status == 1)
      #expect(said.text == "\(good)\n\(good)\n")
      #expect(said.errors.hasPrefix("stdin:2: rejected at \(cause)"), "\(said.errors)")
      let kept = try Program.run(
        FilterRun.plain + ["--rejects", rejects], input: "\(good)\n\(line)\n\(good)\n")
      #expect(kept.text == "\(good)\n\(good)\n")
      #expect(kept.errors == "")
      #expect(try String(contentsOfFile: rejects, encoding: .utf8) == line + "\n")
    }
  }

  @Test func bytesThatAreNoUTF8AreRejectedAndKept() throws {
    try Program.withFolder { folder in
      let line = Data("{\"aps\":{},\"s\":\"a".utf8) + Data([0xFF]) + Data("\"}".utf8)
      let rejects = folder.appending(path: "rejects")
      let ended = try Program.run(
        FilterRun.plain + ["--rejects", rejects.path], input: line + Data("\n{\"aps\":{}}\n".utf8))
      #expect(ended.status == 1)
      #expect(ended.text == "{\"aps\":{}}\n")
      #expect(try Data(contentsOf: rejects) == line + Data("\n".utf8))
    }
  }

  @Test func aLineBeyondTheLimitIsRejectedInItsPlace() throws {
    try Program.withFolder { folder in
      let huge = "{\"aps\":{},\"x\":\"\(String(repeating: "y", count: 10_000_000))\"}"
      let rejects = folder.appending(path: "rejects").path
      let input = (0..<3000).map { "{\"aps\":{\"badge\":\($0)}}" }
      let ended = try Program.run(
        FilterRun.plain + ["--rejects", rejects, "--emit", "outcomes"],
        input: "[1]\n" + input.joined(separator: "\n") + "\n\(huge)\n[2]\n\(huge)")
      #expect(ended.status == 1)
      #expect(ended.errors == "")
      #expect(try String(contentsOfFile: rejects, encoding: .utf8) == "[1]\n\(huge)\n[2]\n\(huge)\n")
      let lines = ended.text.split(separator: "\n")
      #expect(lines.count == 3004)
      for (index, line) in lines.enumerated() { #expect(line.hasPrefix("{\"line\":\(index + 1),")) }
      #expect(lines[3001].contains("the line has 10000017 bytes; the limit is 1048576 (limits.payload)"))
    }
  }
}
