import Foundation
import Testing

struct BenchCommandTests {
  private static let input = "examples/1-first-filter/payloads.ndjson"

  @Test func figuresOfEveryPluginAreThere() throws {
    let ended = try Program.run(
      [
        "bench", Self.input, "--rounds", "2", "--seconds", "0.05", "--plugin", "plugins/recall", "--plugin",
        "plugins/badge",
      ],
      input: "")
    #expect(ended.status == 0, "\(ended.errors)")
    for row in [
      "notifications a second, median", "one notification, 99 %", "memory of a worker", "recall ", "badge ",
    ] {
      #expect(ended.text.contains("\n\(row)") || ended.text.hasPrefix(row), "\(ended.text)")
    }
  }

  @Test func twoSetsStandBesideEachOther() throws {
    let options = [
      "--rounds", "2", "--seconds", "0.05", "--plugin", "plugins/recall", "--against", "plugins",
    ]
    let ended = try Program.run(["bench", Self.input] + options, input: "")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.text.contains("these / those"))
    #expect(ended.text.contains("by plugin, those"))
    let json = try Program.run(["bench", Self.input, "--json"] + options, input: "")
    let sets = try #require(JSONSerialization.jsonObject(with: json.output) as? [[String: Any]])
    #expect(sets.count == 2)
    #expect((sets[0]["rates"] as? [Int])?.count == 2)
    #expect((sets[0]["rates"] as? [Int])?.allSatisfy { $0 > 0 } == true)
    #expect((sets[1]["plugins"] as? [Any])?.count == 14)
  }

  @Test(arguments: [
    ([], 66, "no payload there"), (["--rounds", "0", "x"], 64, "--rounds is 0"),
    (["missing"], 66, "'missing'"),
    (["--against", "nowhere", input, "--plugin", "plugins/badge"], 64, "'nowhere'"),
  ])
  func mistakesAreSaid(_ arguments: [String], _ status: Int32, _ message: String) throws {
    let ended = try Program.run(["bench"] + arguments, input: "")
    #expect(ended.status == status)
    #expect(ended.errors.contains(message), "\(ended.errors)")
  }
}
