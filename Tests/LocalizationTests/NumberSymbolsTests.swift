import Foundation
import Localization
import Testing

struct NumberSymbolsTests {
  /// What ICU 78.3 writes, and babel 2.19.0 (CLDR 49) in the locales that ICU has otherwise or not at all.
  @Test func numbersAreAsICUAndBabelWriteThem() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
      path: "Resources/numbers.txt")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
    #expect(lines.count > 1000)
    #expect(Set(lines.compactMap { $0.split(separator: "\t").last }) == ["ICU", "babel"])
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
