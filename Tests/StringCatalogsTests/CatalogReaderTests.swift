import FileReading
import Foundation
import Localization
import StringCatalogs
import Testing

struct CatalogReaderTests {
  @Test func foldersOfLanguagesAreOneCatalog() throws {
    let folder = try Folder([
      "Base.lproj/Localizable.strings": "A = base; B = base;", "en.lproj/Localizable.strings": "A = english;",
      "German.lproj/Localizable.strings": "A = deutsch;", "zh_TW.lproj/Localizable.strings": "A = tw;",
      "iw.lproj/Localizable.strings": "A = hebrew;", "de.lproj/Other.strings": "X = y;",
      "de.lproj/notes.txt": "not a text of the app", "nonsense!.lproj/Localizable.strings": "A = x;",
    ])
    let result = try folder.read()
    #expect(result.catalogs.map(\.table) == ["Localizable", "Other"])
    let catalog = result.catalogs[0]
    #expect(catalog.sourceLanguage == "en")
    #expect(catalog.languages == ["de", "en", "iw", "zh_TW"])
    let texts = Dictionary(uniqueKeysWithValues: catalog.entries.map { ($0.key, $0.texts) })
    #expect(texts["A"]?["en"]?.value == .unit(StringUnit("english")))
    #expect(texts["B"]?["en"]?.value == .unit(StringUnit("base")))
    #expect(
      result.warnings.map(\.description) == ["nonsense!.lproj: named for no language; its texts are left out"]
    )
  }

  @Test func formsStandOverTexts() throws {
    let dictionary = ["A": ["NSStringLocalizedFormatKey": "forms"]]
    let folder = try Folder(["en.lproj/Localizable.strings": "A = plain; B = plain;"])
    try folder.write(
      "en.lproj/Localizable.stringsdict",
      try PropertyListSerialization.data(fromPropertyList: dictionary, format: .binary, options: 0))
    let entries = try folder.read().catalogs[0].entries
    #expect(entries.map { $0.texts["en"]?.value.units[0].value } == ["forms", "plain"])
  }

  @Test func theAppSaysItsOwnLanguage() throws {
    let files = ["de.lproj/Localizable.strings": "A = de;", "fr.lproj/Localizable.strings": "A = fr;"]
    #expect(try Folder(files).read().catalogs[0].sourceLanguage == "de")
    let folder = try Folder(files)
    try folder.write(
      "Info.plist",
      try PropertyListSerialization.data(
        fromPropertyList: ["CFBundleDevelopmentRegion": "fr"], format: .xml, options: 0))
    #expect(try folder.read().catalogs[0].sourceLanguage == "fr")
  }

  @Test func catalogsOfXcodeStandBesideFolders() throws {
    let empty = #"{"sourceLanguage":"de","version":"1.0","strings":{"K":{}}}"#
    let folder = try Folder([
      "Localizable.xcstrings": empty, "mul.lproj/Main.xcstrings": empty,
      "en.lproj/Localizable.strings": "A = b;",
    ])
    #expect(try folder.read().catalogs.map(\.table) == ["Localizable", "Main", "Localizable"])
  }

  @Test func whatIsNoCatalogIsSaid() throws {
    let folder = try Folder(["notes.txt": "", "empty/x": "", "en.lproj/A.strings": "", "A.strings": "a = b;"])
    #expect(folder.failure("gone").contains("there is no such file or folder"))
    #expect(folder.failure("notes.txt").contains("no file of texts"))
    #expect(folder.failure("empty").contains("no texts in it"))
    #expect(folder.failure("en.lproj").contains("the folder of one language"))
    #expect(
      try folder.read("A.strings").warnings.map(\.message) == [
        "it is not in a folder LANGUAGE.lproj; its texts are taken for English"
      ])
  }

  @Test func keysThatOnlyLookTheSameAreTwo() throws {
    let folder = try Folder(["en.lproj/A.strings": "\"e\u{301}\" = a; \"\u{E9}\" = b;"])
    let result = try folder.read()
    #expect(result.warnings == [])
    #expect(result.catalogs[0].entries.map { $0.texts["en"]?.value.units[0].value } == ["a", "b"])
  }

  @Test func whatWouldGrowOutOfAllProportionIsRefused() throws {
    // Each key in a language of its own.
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    let keys = (0..<6000).map { index in
      let tag = "\(letters[index / 676])\(letters[index / 26 % 26])\(letters[index % 26])"
      return "\"K\(index)\":{\"localizations\":{\"\(tag)\":{\"stringUnit\":{\"value\":\"x\"}}}}"
    }
    let text = #"{"sourceLanguage":"en","version":"1.0","strings":{"# + keys.joined(separator: ",") + "}}"
    #expect(try Folder(["A.xcstrings": text]).failure("A.xcstrings").contains("are too many; split it"))
    // An array of references to itself.
    let count = 100_000
    var list = Array("bplist00".utf8) + [0xAF, 0x12, 0, 1, 0x86, 0xA0] + [UInt8](repeating: 0, count: count)
    let table = list.count
    list += [8] + [0, 0, 0, 0, 0, 0, 1, 1] + [0, 0, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 8)
    list += [0, 0, 0, 0, 0, UInt8(table >> 16), UInt8(table >> 8 & 0xFF), UInt8(table & 0xFF)]
    let folder = try Folder()
    try folder.write("en.lproj/A.strings", Data(list))
    #expect(folder.failure("en.lproj/A.strings").contains("objects that name each other without end"))
  }

  @Test func warningsOnOneLongLineTakeNoTime() throws {
    let keys = (0..<30_000).map { "\"K\($0)\":{\"localizations\":{\"de\":{}}}" }.joined(separator: ",")
    let result = try Folder([
      "A.xcstrings": #"{"sourceLanguage":"en","version":"1.0","strings":{"# + keys + "}}"
    ]).read()
    #expect(result.warnings.count == 30_000)
  }

  /// Each file is within its limit, and all together are not.
  @Test func boundsTheSumOfAFolder() throws {
    let text = "\"a\" = \"" + String(repeating: "x", count: 400) + "\";"
    let folder = try Folder([
      "de.lproj/A.strings": text, "en.lproj/A.strings": text, "en.lproj/B.strings": text,
    ])
    #expect(
      try CatalogReader.read(folder.path, sum: .catalogSum.with(count: 3 * text.utf8.count)).catalogs.count
        == 2)
    let limit = ReadingLimit.catalogSum.with(count: 1 << 10)
    let error = try #require(throws: CatalogError.self) {
      _ = try CatalogReader.read(folder.path, sum: limit)
    }
    #expect(error.message == "the folder has more than 1 KiB of texts with it; leave some out")
  }
}
