import Foundation
import Localization
import Testing

struct NumberSymbolsTests {
  /// What ICU writes, of 78 locales.
  @Test func numbersAreAsICUWritesThem() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
      path: "Resources/numbers.txt")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
    #expect(lines.count > 1000)
    for line in lines {
      let fields = line.split(separator: "\t").map(String.init)
      let isWhole = fields[2] == "0"
      let format = isWhole ? "%lld" : "%.\(fields[2])f"
      let argument: SampleArgument = isWhole ? .text(fields[1]) : .number(try #require(Double(fields[1])))
      let text = try sample(format, [argument], language: fields[0]).text
      #expect(text == fields[3], "\(line)")
    }
  }

  @Test func aLanguageThatNobodyKnowsWritesAsEnglish() throws {
    #expect(try sample("%lld", [.integer(1_234_567)], language: "xx").text == "1,234,567")
  }
}
