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
    #expect(catalog.languages == ["de", "en", "iw", "zh-TW"])
    let texts = Dictionary(uniqueKeysWithValues: catalog.entries.map { ($0.key, $0.texts) })
    #expect(texts["A"]?["en"]?.value == .unit(StringUnit("english")))
    #expect(texts["B"]?["en"]?.value == .unit(StringUnit("base")))
    #expect(
      result.warnings.map(\.description) == [
        "nonsense!.lproj: its name is no language; its texts are left out, so rename it with a tag such as 'de' or 'zh-Hant'",
        "de.lproj: its language, 'de', is also that of 'German.lproj', whose texts give way; keep one folder",
      ])
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

  /// The region that an app names, English in any region, and what there is.
  @Test(
    arguments: [
      (nil, ["ar", "da", "en-US"], "en-US", .english), (nil, ["ar", "en-GB", "en-US"], "en-US", .english),
      (nil, ["ar", "en", "en-US"], "en", .english), (nil, ["ar", "en-AU", "en-GB"], "en-AU", .english),
      (nil, ["ar", "en_US"], "en-US", .english), (nil, ["ar", "English"], "en", .english),
      (nil, ["ar", "Base"], "en", .english), (nil, ["Base", "ar", "en-GB"], "en-GB", .english),
      (nil, ["en@pirate", "en-GB"], "en-GB", .english), (nil, ["ar", "de"], "ar", .first),
      (nil, ["de"], "de", .only),
      ("$(DEVELOPMENT_LANGUAGE)", ["ar", "en-US"], "en-US", .english),
      ("${DEVELOPMENT_LANGUAGE}", ["ar", "de"], "ar", .first), ("", ["ar", "en"], "en", .english),
      ("en-US", ["ar", "en-US"], "en-US", .infoPlist), ("en_US", ["ar", "en-US"], "en-US", .infoPlist),
      ("English", ["ar", "en-US"], "en-US", .infoPlist),
      ("en", ["ar", "en-GB", "en-US"], "en-US", .infoPlist),
      ("en-US", ["ar", "en"], "en", .infoPlist), ("de", ["ar", "de", "en"], "de", .infoPlist),
      ("German", ["ar", "German", "en"], "de", .infoPlist),
      ("zh-Hans", ["en", "zh_CN"], "zh-CN", .infoPlist),
      ("zh-Hant", ["en", "zh-Hans"], "zh-Hant", .infoPlist), ("fr", ["Base", "en"], "fr", .infoPlist),
    ] as [(String?, [String], String, SourceLanguage.Origin)])
  func theSourceLanguageIsFoundInApplesOrder(
    _ region: String?, _ folders: [String], _ expected: String, _ origin: SourceLanguage.Origin
  ) throws {
    let folder = try Folder(
      Dictionary(uniqueKeysWithValues: folders.map { ("\($0).lproj/Localizable.strings", "A = x;") }))
    if let region {
      try folder.write(
        "Info.plist",
        try PropertyListSerialization.data(
          fromPropertyList: ["CFBundleDevelopmentRegion": region], format: .xml, options: 0))
    }
    let result = try folder.read()
    #expect(result.catalogs[0].sourceLanguage == expected)
    #expect(result.sources.map(\.language.origin) == [origin])
    #expect(
      result.warnings.contains { $0.message.contains("strings: { source: TAG }") } == (origin == .first))
    // A setting stands over all of it.
    #expect(try CatalogReader.read(folder.path, source: "ar").catalogs[0].sourceLanguage == "ar")
  }

  /// Of an app that has a string catalog, and older folders for the names in its Info.plist.
  @Test func stringCatalogsBesideNameTheLanguage() throws {
    let catalog = #"{"sourceLanguage":"en","version":"1.0","strings":{"K":{}}}"#
    let result = try Folder([
      "Localizable.xcstrings": catalog, "ar.lproj/InfoPlist.strings": "A = x;",
      "de.lproj/InfoPlist.strings": "A = x;",
    ]).read()
    #expect(result.catalogs.map(\.sourceLanguage) == ["en", "en"])
    #expect(result.sources.map(\.language.text) == ["en (that of the string catalogs beside)"])
    #expect(result.warnings == [])
  }

  @Test(
    arguments: [
      ("sr@latin", "sr-Latn"), ("sr_RS@latin", "sr-Latn-RS"), ("uz@cyrillic", "uz-Cyrl"),
      ("ca@valencia", "ca-valencia"), ("ca_ES@valencia", "ca-ES-valencia"), ("en@pirate", "en-x-pirate"),
      ("be@tarask", "be-tarask"), ("de_AT@euro", "de-AT"), ("de_DE.UTF-8", "de-DE"),
      ("de_DE.UTF-8@euro", "de-DE"), ("sr-Latn@latin", "sr-Latn"), ("zh_CN", "zh-CN"), ("zh_TW", "zh-TW"),
      ("zh_Hant_HK", "zh-Hant-HK"), ("zh-hant", "zh-Hant"), ("pt_br", "pt-BR"), ("PT-br", "pt-BR"),
      ("iw", "iw"), ("in", "in"), ("no", "no"), ("sh", "sh"), ("tl", "tl"), ("fil", "fil"), ("kab", "kab"),
      ("es-419", "es-419"), ("English", "en"), ("German", "de"), ("Farsi", "fa"), ("Nynorsk", "nn"),
      ("de-1901", "de-1901"), ("en-u-ca-gregory", "en-u-ca-gregory"),
    ])
  func namesOfFoldersAreReadAsTags(_ name: String, _ tag: String) throws {
    #expect(LprojName(name) == .language(tag))
    #expect(LprojName.isTag(tag))
    let folder = try Folder(["\(name).lproj/A.strings": "A = x;"])
    let read = try folder.read()
    #expect(read.catalogs[0].languages == [tag])
    #expect(try folder.read("\(name).lproj/A.strings").catalogs[0].sourceLanguage == tag)
  }

  @Test(
    arguments: [
      "", ".", "..", "Foobar", "Resources", "english", "GERMAN", "1", "x", "de-", "-de", "de--AT", "de AT",
      "dé",
      "de@", "de@a b", "de@latin@cyrillic", "@latin", "C", "POSIX", "zh_TW_", "de-toolongsubtag", "base",
      "d/e",
    ])
  func otherNamesOfFoldersAreNoLanguage(_ name: String) { #expect(LprojName(name) == nil) }

  @Test func twoFoldersOfOneLanguageAreOne() throws {
    let result = try Folder([
      "de.lproj/A.strings": "A = de;", "German.lproj/A.strings": "A = german; B = german;",
      "pt-BR.lproj/A.strings": "A = hyphen;", "pt_BR.lproj/A.strings": "A = line;",
    ]).read()
    let texts = result.catalogs[0].entries.map { $0.texts.mapValues { $0.value.units[0].value } }
    #expect(texts == [["de": "de", "pt-BR": "hyphen"], ["de": "german"]])
    #expect(
      result.warnings.map(\.description).filter { !$0.contains("source: TAG") } == [
        "de.lproj: its language, 'de', is also that of 'German.lproj', whose texts give way; keep one folder",
        "pt-BR.lproj: its language, 'pt-BR', is also that of 'pt_BR.lproj', whose texts give way; keep one folder",
      ])
  }

  /// What an earlier version wrote, and could not read.
  @Test func aLocaleInAStringCatalogIsReadAsItsTag() throws {
    let text = #"""
      {"sourceLanguage":"en","version":"1.0","strings":{"k":{"localizations":{
      "sr@latin":{"stringUnit":{"value":"Zdravo"}}}},"l":{"localizations":{
      "sr@latin":{"stringUnit":{"value":"L"}}}}}}
      """#
    let result = try Folder(["A.xcstrings": text]).read("A.xcstrings")
    #expect(result.catalogs[0].languages == ["en", "sr-Latn"])
    #expect(
      result.warnings.map(\.description) == [
        "A.xcstrings:2:1: 'sr@latin' of 'k' is no tag; it is read as 'sr-Latn', so write that"
      ])
    let both = text.replacing(
      #""sr@latin":{"stringUnit":{"value":"L"}}"#,
      with: #""sr@latin":{"stringUnit":{"value":"L"}},"sr-Latn":{"stringUnit":{"value":"M"}}"#)
    #expect(
      try Folder(["A.xcstrings": both]).failure("A.xcstrings").hasSuffix(
        "'l' has two texts in 'sr-Latn'; take one of them out"))
    let spelled = text.replacing(
      #""sr@latin":{"stringUnit":{"value":"L"}}"#,
      with: #""pt-br":{"stringUnit":{"value":"L"}},"pt_BR":{"stringUnit":{"value":"M"}}"#)
    #expect(
      try Folder(["A.xcstrings": spelled]).failure("A.xcstrings").hasSuffix(
        "'l' has two texts in 'pt-br', here as 'pt_BR'; take one of them out"))
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
