import Foundation
import Localization
import StringCatalogs
import Testing

struct StringsDictReaderTests {
  private static func forms(_ forms: [String: String], type: String? = "lld") -> [String: Any] {
    var members: [String: Any] = forms
    members["NSStringFormatSpecTypeKey"] = "NSStringPluralRuleType"
    if let type { members["NSStringFormatValueTypeKey"] = type }
    return members
  }

  private func folder(_ list: [String: Any]) throws -> Folder {
    let folder = try Folder()
    try folder.write(
      "en.lproj/A.stringsdict",
      try PropertyListSerialization.data(fromPropertyList: list, format: .xml, options: 0))
    return folder
  }

  private func read(_ list: [String: Any]) throws -> CatalogReader.Result {
    try folder(list).read("en.lproj/A.stringsdict")
  }

  @Test func everyConstructIsRead() throws {
    let result = try read([
      "PLAIN": "just text",
      "COUNT": [
        "NSStringLocalizedFormatKey": "Hello %@, %#@count@",
        "count": Self.forms(["one": "I have %lld plural", "other": "I have %lld plurals"]),
      ],
      "DEVICE": [
        "NSStringDeviceSpecificRuleType": [
          "mac": "Click",
          "other": [
            "NSStringLocalizedFormatKey": "%#@taps@", "taps": Self.forms(["one": "tap", "other": "%d taps"]),
          ],
        ]
      ],
    ])
    #expect(result.warnings == [])
    let entries = Dictionary(
      uniqueKeysWithValues: try #require(result.catalogs.first).entries.map { ($0.key, $0.texts["en"]) })
    #expect(entries["PLAIN"]??.value == .unit(StringUnit("just text")))
    #expect(entries["COUNT"]??.substitutions["count"]?.specifier == "lld")
    #expect(
      entries["COUNT"]??.substitutions["count"]?.value.units.map(\.value) == [
        "I have %lld plural", "I have %lld plurals",
      ])
    #expect(entries["DEVICE"]??.value.units.map(\.value) == ["Click", "%#@taps@"])
    #expect(entries["DEVICE"]??.substitutions["taps"] != nil)
  }

  @Test func widthsTakeTheLongest() throws {
    let result = try read(["W": ["NSStringVariableWidthRuleType": ["10": "short", "40": "much longer"]]])
    #expect(
      result.warnings.map(\.description) == [
        "en.lproj/A.stringsdict: 'W': varies by width; a notification takes the longest"
      ])
    #expect(
      result.catalogs.first?.entries.first?.texts["en"]?.value.units.map(\.value) == ["short", "much longer"])
  }

  @Test func whatIsWrongNamesTheKey() throws {
    let cases: [([String: Any], String)] = [
      (["K": 3], "'K': is neither a text nor a dictionary"),
      (["K": ["a": "b"]], "'K': has no NSStringLocalizedFormatKey"),
      (["K": ["NSStringLocalizedFormatKey": 3]], "that is not a text"),
      (["K": ["NSStringLocalizedFormatKey": "x", "v": "y"]], "a variable 'v' that is not a dictionary"),
      (
        ["K": ["NSStringLocalizedFormatKey": "x", "v": ["other": "y"]]],
        "without NSStringFormatSpecTypeKey; add it, with the value NSStringPluralRuleType"
      ),
      (
        [
          "K": [
            "NSStringLocalizedFormatKey": "x",
            "v": ["other": "y", "NSStringFormatSpecTypeKey": "NSStringGenderRuleType"],
          ]
        ], "that is no NSStringPluralRuleType"
      ),
      (["K": ["NSStringLocalizedFormatKey": "x", "v": Self.forms([:])]], "a variable 'v' without forms"),
      (["K": ["NSStringDeviceSpecificRuleType": [:] as [String: Any]]], "varies and has no forms"),
      (["K": ["NSStringVariableWidthRuleType": ["wide": "x"]]], "'wide' is none"),
    ]
    for (list, expected) in cases {
      let failure = try folder(list).failure("en.lproj/A.stringsdict")
      #expect(failure.hasPrefix("en.lproj/A.stringsdict: 'K': "), "\(failure)")
      #expect(failure.contains(expected), "\(failure)")
    }
    #expect(
      try Folder(["en.lproj/A.stringsdict": "a = b;"]).failure("en.lproj/A.stringsdict").contains(
        "not a property list"))
  }

  @Test func oddFormsAreWarnedOf() throws {
    let result = try read([
      "K": ["NSStringLocalizedFormatKey": "%#@v@", "v": Self.forms(["ones": "x", "other": "y"], type: nil)]
    ])
    #expect(result.warnings.count == 2)
    #expect(result.warnings.contains { $0.message.contains("for no plural category") })
  }
}
