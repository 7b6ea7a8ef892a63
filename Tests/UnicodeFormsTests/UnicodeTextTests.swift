import Foundation
import NotificationModel
import Testing
import UnicodeForms

/// Normal forms, case folding and small letters are those of Unicode, as Python's `unicodedata` and `str` have them.
struct UnicodeTextTests {
  private static func lines(seed: UInt64) throws -> [[String]] {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "unicode.py")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = [script.path, "\(seed)"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try #require(try pipe.fileHandleForReading.readToEnd())
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: " ", omittingEmptySubsequences: false).map { text in
        String(decoding: Hex.decode(Array(text.utf8)) ?? [], as: UTF8.self)
      }
    }
  }

  /// The first line of two texts that differs, by code points: to Swift, texts that look the same are equal.
  private static func difference(_ ours: String, _ theirs: String, of source: String) -> String? {
    if ours.utf8.elementsEqual(theirs.utf8) { return nil }
    func parts(_ text: String) -> [[UInt32]] {
      text.unicodeScalars.map(\.value).split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    }
    func hex(_ points: [UInt32]) -> String { points.map { String($0, radix: 16) }.joined(separator: " ") }
    for (source, (ours, theirs)) in zip(parts(source), zip(parts(ours), parts(theirs))) where ours != theirs {
      return "\(hex(source)): \(hex(ours)), not \(hex(theirs))"
    }
    return "another number of lines"
  }

  @Test func formsAndFoldingAreThoseOfUnicode() throws {
    let lines = try Self.lines(seed: 15)
    #expect(lines.count > 900)
    for line in lines {
      let source = line[0]
      var made = [NormalForm.nfc, .nfd, .nfkc, .nfkd].map { UnicodeText.normalized(source, $0) }
      made += [UnicodeText.folded(source), UnicodeText.lowered(source)]
      let names = ["NFC", "NFD", "NFKC", "NFKD", "fold", "lower"]
      for (name, (ours, theirs)) in zip(names, zip(made, line.dropFirst())) {
        let difference = Self.difference(ours, theirs, of: source)
        #expect(difference == nil, "\(name)")
      }
    }
  }

  /// Marks in the wrong order are what takes a library the longest: 40,000 of them, the last first.
  @Test func manyMarksAreOrderedInTheirOrder() {
    let above = String(repeating: "\u{301}", count: 20_000)
    let below = String(repeating: "\u{316}", count: 20_000)
    let made = UnicodeText.normalized("x" + above + below, .nfd)
    #expect(made.utf8.elementsEqual(("x" + below + above).utf8))
  }

  @Test(arguments: NormalForm.allCases) func theLongestExpansionIsWhole(_ form: NormalForm) {
    let text = String(repeating: "\u{FDFA}", count: 1000)
    let made = UnicodeText.normalized(text, form).unicodeScalars.count
    #expect(made == (form == .nfkc || form == .nfkd ? 18_000 : 1000))
  }
}
