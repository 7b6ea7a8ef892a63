import Foundation
import PluginTools
import TerminalPages
import Testing

/// The counts of a replay for people and for programs.
struct ReplayTextTests {
  @Test func anEmptyReplayHasNoGroups() throws {
    let text = ReplayText(Replay(exampleLimit: 3), style: Palette(hasColor: false), compares: false).text
      .string
    #expect(text.hasPrefix("0 lines: "))
    #expect(!text.contains("different"))
    let compared = ReplayText(Replay(exampleLimit: 3), style: Palette(hasColor: false), compares: true).text
      .string
    #expect(compared.contains("different"))
  }

  @Test func programsGetEveryCount() throws {
    let json = ReplayText.json(Replay(exampleLimit: 3))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    for key in ["lines", "changed", "dropped", "faulted", "rejected", "different"] {
      #expect(object[key] as? Int == 0, "\(key)")
    }
    #expect((object["groups"] as? [Any])?.isEmpty == true)
    #expect(json.hasSuffix("}\n"))
  }
}
