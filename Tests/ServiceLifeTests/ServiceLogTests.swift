import Foundation
import Logging
import ServiceLife
import Testing

/// One line an event, whatever is in it and wherever it goes.
struct ServiceLogTests {
  /// Makes a folder, and removes it behind `body`.
  private static func withFile(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-log-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appending(path: "log").path)
  }

  private static func lines(_ path: String) throws -> [String] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.isEmpty || text.hasSuffix("\n"))
    return text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
  }

  private static let hostile = [
    "", "a\nb", "\r\n\u{2028}\u{85}", "\0\u{1B}[31m\u{7F}", "\"\\=' ", "\u{202E}abc", "\u{1F600}é", "{}",
    "a=b",
    String(repeating: "\u{1}", count: 5000), String(repeating: "\u{10FFFF}", count: 3000),
  ]

  @Test(arguments: LogForm.allCases)
  func anythingIsOneLineThatCanBeRead(_ form: LogForm) throws {
    try Self.withFile { path in
      let log = try ServiceLog(path: path, form: form)
      var logger = log.logger("part\n")
      for text in Self.hostile {
        logger[metadataKey: "request"] = "\(text)"
        logger.info("\(text)", metadata: ["\(text)": ["\(text)", ["key": "\(text)"]]])
      }
      let lines = try Self.lines(path)
      #expect(lines.count == Self.hostile.count)
      for (line, text) in zip(lines, Self.hostile) {
        #expect(line.utf8.count < 4096)
        #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F && form == .text })
        guard form == .json else { continue }
        let event = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(Set(event.keys) == ["time", "level", "event", "fields"])
        let message = try #require(event["event"] as? String)
        #expect(message == text || (message.hasSuffix("…") && text.hasPrefix(message.dropLast())))
      }
    }
  }

  @Test func eventsHaveTheGenerationInForce() throws {
    try Self.withFile { path in
      let log = try ServiceLog(path: path, form: .text)
      let logger = log.logger("run")
      logger.info("a")
      log.generation = 3
      logger.info("b")
      log.generation = 12
      logger.info("c", metadata: ["x": "1"])
      let lines = try Self.lines(path)
      #expect(lines.count == 3 && !lines[0].contains("generation"))
      #expect(lines[1].hasSuffix(" info b generation=3 part=run"))
      #expect(lines[2].hasSuffix(" info c generation=12 part=run x=1"))
    }
  }

  @Test func textNamesWhatAndWhere() throws {
    try Self.withFile { path in
      let log = try ServiceLog(path: path, form: .text, level: .debug)
      log.logger("run").warning("the queue is full", metadata: ["request": "r 1", "left": "3", "none": ""])
      log.logger("run").debug("a detail")
      log.logger("run").trace("not asked for")
      let lines = try Self.lines(path)
      let time = #/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /#
      #expect(lines.allSatisfy { $0.contains(time) } && lines.count == 2)
      #expect(lines[0].hasSuffix(#" warning the queue is full left=3 none="" part=run request="r 1""#))
    }
  }

  @Test func anEventsOwnFieldGoesBeforeTheLoggers() throws {
    try Self.withFile { path in
      let log = try ServiceLog(path: path, form: .json)
      var logger = log.logger("run")
      logger[metadataKey: "request"] = "first"
      logger.info("a", metadata: ["request": "second"])
      logger.info("b")
      let lines = try Self.lines(path)
      #expect(lines[0].contains(#""fields":{"part":"run","request":"second"}"#))
      #expect(lines[1].contains(#""fields":{"part":"run","request":"first"}"#))
    }
  }

  /// Reads all that is in a pipe.
  private static func contents(of pipe: Pipe) -> String {
    let file = pipe.fileHandleForReading.fileDescriptor
    var bytes: [UInt8] = []
    var place = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
    while poll(&place, 1, 0) == 1 {
      var piece = [UInt8](repeating: 0, count: 65536)
      let count = read(file, &piece, piece.count)
      if count <= 0 { break }
      bytes += piece.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A pipe takes 64 KiB and is never waited for; once it is read, a line says how many are missing.
  @Test func whatAPipeDoesNotTakeIsCounted() throws {
    let pipe = Pipe()
    let log = ServiceLog(descriptor: pipe.fileHandleForWriting.fileDescriptor, form: .text)
    let logger = log.logger("run")
    let sent = 3000
    for number in 0..<sent { logger.info("line \(number) \(String(repeating: "x", count: 100))") }
    let lost = log.lostLines
    #expect(lost > 0 && lost < sent)
    var text = Self.contents(of: pipe)
    logger.info("after")
    text += Self.contents(of: pipe)
    let lines = text.split(separator: "\n")
    #expect(lines.count == sent - lost + 2 && log.lostLines == 0)
    #expect(lines.allSatisfy { $0.contains(/^\d{4}-.* part=run$/) || $0.contains(" lost ") })
    #expect(lines.suffix(2).first?.hasSuffix(" warning lost \(lost) lines of this log") ?? false)
    #expect(lines.last?.hasSuffix(" info after part=run") ?? false)
  }

  /// What this process writes beside the log on the same file stands behind it, not over it.
  @Test func aFileBehindADescriptorKeepsAllThatIsWritten() throws {
    try Self.withFile { path in
      let file = open(path, O_WRONLY | O_CREAT, 0o600)
      defer { close(file) }
      let log = ServiceLog(descriptor: file, form: .text)
      log.logger("run").info("first")
      #expect(write(file, "beside\n", 7) == 7)
      log.logger("run").info("last")
      let lines = try Self.lines(path)
      #expect(
        lines.count == 3 && lines[1] == "beside" && lines[0].contains("first") && lines[2].contains("last"))
    }
  }

  @Test func aDescriptorThatIsClosedLosesLinesAndNothingElse() {
    let log = ServiceLog(descriptor: -1, form: .json)
    log.logger("run").info("nobody reads this")
    #expect(log.lostLines == 1)
  }

  @Test func aFileIsReopenedByItsPath() throws {
    try Self.withFile { path in
      let log = try ServiceLog(path: path, form: .text)
      log.logger("run").info("first")
      try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
      log.logger("run").info("second")
      try log.reopen()
      log.logger("run").info("third")
      #expect(try Self.lines(path + ".1").count == 2)
      #expect(try Self.lines(path).count == 1)
    }
  }

  @Test(arguments: ["folder", "pipe", "missing/log"])
  func whatIsNoFileIsRefused(_ kind: String) throws {
    try Self.withFile { path in
      switch kind {
      case "folder": try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      // Opening one would wait for its reader.
      case "pipe": try #require(mkfifo(path, 0o600) == 0)
      default: break
      }
      let path = kind == "missing/log" ? path + "/log" : path
      let error = #expect(throws: ServiceLog.Failure.self) { try ServiceLog(path: path, form: .text) }
      #expect(error?.message.contains(path) ?? false)
    }
  }
}
