import DesktopTesting
import Foundation
import Testing

/// Responses reach their receiver, or are told with their number and cause; the desktop waits for none of them.
struct ResponseQueueTests {
  /// The address of a web server that takes connections and says nothing.
  private final class SilentServer {
    private let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let address: String

    init() throws {
      var place = sockaddr_in()
      place.sin_family = sa_family_t(AF_INET)
      place.sin_addr.s_addr = inet_addr("127.0.0.1")
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let listener = listener
      let isListening = withUnsafeMutablePointer(to: &place) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(listener, $0, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &size) == 0
        }
      }
      try #require(isListening)
      address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))/responses"
    }

    deinit { close(listener) }
  }

  private static func lines(_ text: String, _ part: String) -> [Substring] {
    text.split(separator: "\n").filter { $0.contains(part) }
  }

  @Test func aServerThatSaysNothingHoldsNothingUp() throws {
    try Program.withFolder { folder in
      let web = try SilentServer()
      let run = try DesktopRun(["--response-url", web.address], folder)
      // Each event has the payload: together they are more than any pipe holds.
      let text = String(repeating: "x", count: 500)
      try run.push(#"{"id":"a","payload":{"aps":{"alert":"\#(text)"}}}"#)
      try run.until { run.server.shown.count == 1 }
      for _ in 0..<1100 {
        run.server.invoke(1, "default")
        run.server.turn()
      }
      try run.until { !Self.lines(run.said, "too many wait to be sent: {").isEmpty }
      try run.push(#"{"id":"b","payload":{"aps":{"alert":"still there"}}}"#)
      try run.until {
        run.server.shown.last?.summary != run.server.shown.first?.summary || run.server.shown.count == 2
      }
      let ended = try run.end(signals: 2)
      let events = Self.lines(ended.errors, #": {"event":"response","id":"a""#)
      #expect(events.count == 1100)
      #expect(events.allSatisfy { $0.contains(text) && $0.hasPrefix("notilua: not sent to 127.0.0.1: ") })
      let sum = Self.lines(ended.errors, "1,100 responses not sent to 127.0.0.1: ")
      #expect(sum.count == 1 && sum[0].contains("no answer (1)"), "\(sum)")
    }
  }

  @Test func whatACommandDoesNotReadIsTold() throws {
    try Program.withFolder { folder in
      // It reads the first, and fails.
      let run = try DesktopRun(["--response-command", "read line; echo \"$line\" > read; exit 3"], folder)
      try run.push(#"{"id":"a","payload":{"aps":{"alert":"x"}}}"#)
      try run.until { run.server.shown.count == 1 }
      for number in 1...5 {
        run.server.invoke(1, "default")
        if number == 1 {
          try run.until { FileManager.default.fileExists(atPath: folder.appending(path: "read").path) }
        }
      }
      try run.until { Self.lines(run.said, "not sent to --response-command: ").count >= 1 }
      let ended = try run.end()
      #expect(ended.status == 74)
      #expect(Self.lines(ended.errors, #": {"event":"response","id":"a""#).count == 4, "\(ended.errors)")
      #expect(Self.lines(ended.errors, "4 responses not sent to --response-command: ").count == 1)
      #expect(Self.lines(ended.errors, "--response-command ended with status 3").count == 1)
    }
  }

  @Test func aCommandThatReadsNothingIsGivenUp() throws {
    try Program.withFolder { folder in
      let run = try DesktopRun(["--response-command", "exec sleep 60 > /dev/null 2>&1"], folder)
      let text = String(repeating: "x", count: 4000)
      try run.push(#"{"id":"a","payload":{"aps":{"alert":"\#(text)"}}}"#)
      try run.until { run.server.shown.count == 1 }
      for _ in 0..<40 { run.server.invoke(1, "default") }
      try run.push(#"{"id":"b","payload":{"aps":{"alert":"still there"}}}"#)
      try run.until { run.server.shown.count == 2 }
      let ended = try run.end(signals: 2)
      // The pipe's 64 KiB, and what waited behind them; one may stand in both, in parts.
      let events = Self.lines(ended.errors, #"{"event":"response","id":"a""#)
      #expect((40...41).contains(events.count), "\(events.count)")
    }
  }
}
