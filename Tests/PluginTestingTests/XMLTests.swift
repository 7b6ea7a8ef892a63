import Foundation
import PluginTesting
import Testing

/// Text for XML 1.0: what a parser reads back, with the characters of §2.2 that it may have.
struct XMLTests {
  @Test(arguments: ["a<b>&\"c\"", "]]>", "\n\t x", "é😀", "", "&amp;", "\u{E000}\u{FFFD}"])
  func aParserReadsItBack(_ text: String) throws {
    let document = try XMLDocumentText(XML.escaped(text))
    #expect(document.content == text)
  }

  @Test func whatNoXMLCanHaveIsReplaced() {
    #expect(XML.escaped("\u{0}\u{8}\u{1F}\u{FFFE}\u{FFFF}") == String(repeating: "\u{FFFD}", count: 5))
    #expect(XML.attributes([("a", "1"), ("b", "\"<")]) == " a=\"1\" b=\"&quot;&lt;\"")
  }

  /// The five entities and numeric references undone, by the rules of §4.1 and §4.6 and not by our own writer.
  private struct XMLDocumentText {
    var content = ""

    init(_ text: String) throws {
      try #require(!text.contains("<"))
      var rest = text[...]
      while let start = rest.firstIndex(of: "&") {
        content += rest[..<start]
        let end = try #require(rest[start...].firstIndex(of: ";"))
        let name = String(rest[rest.index(after: start)..<end])
        let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        if let text = known[name] {
          content += text
        } else {
          let scalar = UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
          content.unicodeScalars.append(try #require(scalar))
        }
        rest = rest[rest.index(after: end)...]
      }
      content += rest
    }
  }
}
