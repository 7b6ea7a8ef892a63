import Foundation
import Localization
import NotificationModel
import StringCatalogs
import Testing

/// No command leaves a catalog that the next one refuses.
struct CatalogFilesTests {
  private static let folders = [
    "en", "de", "Base", "sr@latin", "ca@valencia", "uz_UZ@cyrillic", "en@pirate", "English", "German",
    "zh_CN", "zh-Hant",
    "zh_TW", "iw", "in", "no", "sh", "tl", "fil", "pt_BR", "pt-br", "es-419", "de_DE.UTF-8", "de-1901", "Foo",
    "Foobar",
    "nonsense!", "..", "-", "x", "é", "de@", "en-u-ca-gregory",
  ]

  private static let pieces = [
    "a", "Hello", " ", "\"", "\\", "\\U00e9", "\n", "\r\n", "\t", "\u{0}", "\u{7}", "\u{1B}", "\u{7F}",
    "\u{85}", "é",
    "e\u{301}", "😀", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}", "\u{FFFD}", "\u{2028}", "\u{200F}", "\u{202E}", "%@",
    "%lld", "%2$@",
    "%%", "%", "% d", "%#@n@", "%#@gone@", "%arg", "/*", "*/", "//", ";", "=", "{", "}", "<", ">", "&", "]]>",
    "<?xml",
    "bplist00", "'", "@", "%1$(name)lld", "\u{300}", "$",
  ]

  private static func text(_ random: inout RandomSource) -> String {
    (0..<Int.random(in: 0...5, using: &random)).map { _ in random.one(of: pieces) }.joined()
  }

  private static func unit(_ random: inout RandomSource) -> TextVariation {
    .unit(
      StringUnit(
        text(&random), state: random.one(of: [nil, nil, "translated", "new", "needs_review", "x\"y"])))
  }

  private static func variation(_ random: inout RandomSource, depth: Int) -> TextVariation {
    if depth == 0 || random.isTrue(50) { return unit(&random) }
    func forms<Name: Hashable>(_ names: [Name]) -> [Name: TextVariation] {
      var forms: [Name: TextVariation] = [:]
      for name in names where random.isTrue(50) { forms[name] = variation(&random, depth: depth - 1) }
      forms[names[0]] = forms[names[0]] ?? unit(&random)
      return forms
    }
    switch Int.random(in: 0..<4, using: &random) {
    case 0, 1: return .plural(forms(PluralCategory.allCases))
    case 2: return .device(forms(["other", "iphone", "mac", "a \"new\" device"]))
    default: return .width(forms([20, 1, 300]))
    }
  }

  private static func localized(_ random: inout RandomSource, depth: Int) -> LocalizedText {
    var substitutions: [String: LocalizedText.Substitution] = [:]
    for name in ["n", "m\"<&", "gone"] where random.isTrue(15) {
      substitutions[name] = .init(
        argument: random.one(of: [nil, 1, 2, 250]),
        specifier: random.one(of: ["lld", "@", "d", "", "%", "\"<&"]),
        value: variation(&random, depth: min(depth, 1)))
    }
    return LocalizedText(value: variation(&random, depth: depth), substitutions: substitutions)
  }

  private static func catalog(_ random: inout RandomSource) -> StringCatalog {
    // Of two spellings in one catalog the reader makes one language, so that these are refused.
    let languages =
      [
        random.one(of: ["en", "EN"]), random.one(of: ["de", "DE"]), "sr-Latn", "zh-Hant", "zh_CN",
        "ca-valencia", "en-x-pirate", "iw", random.one(of: ["pt-br", "xx-yy-zz"]),
      ] + (random.isTrue(30) ? ["klingon", "zh_TW", "zh-TW"] : [])
    var catalog = StringCatalog(
      table: random.one(of: ["A", "Localizable", "ä b"]), path: "random",
      sourceLanguage: random.one(of: languages))
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      let key = text(&random)
      for language in languages where random.isTrue(25) {
        catalog.set(
          localized(&random, depth: random.one(of: [0, 0, 1, 2, 3, 12])), key, language,
          comment: random.isTrue(30) ? text(&random) : nil)
      }
    }
    return catalog
  }

  /// Writes files if they are taken, and reads them as the next command does; false where they were refused.
  private func write(_ folder: Folder, _ catalogs: [StringCatalog], _ name: String) throws -> Bool {
    let files: CatalogFiles
    do throws(CatalogError) {
      files =
        name.hasSuffix(".xcstrings")
        ? try CatalogFiles(catalogs[0], file: name) : try CatalogFiles(catalogs, folder: name)
    } catch {
      #expect(!error.place.isEmpty && error.message.count > 10)
      return false
    }
    for (path, text) in files.files { try folder.write(path, Data(text.utf8)) }
    let read = try folder.read(name).catalogs
    #expect(!read.isEmpty)
    for catalog in read {
      _ = CatalogCheck.findings(catalog)
      _ = CatalogCompiler.compile(catalog, device: "mac")
    }
    // What is plain text says the same in any format.
    for catalog in catalogs {
      let isFile = name.hasSuffix(".xcstrings")
      let other = try #require(read.first { isFile || $0.table == catalog.table })
      let entries = Dictionary(other.entries.map { (Array($0.key.utf8), $0.texts) }) { $1 }
      for entry in catalog.entries {
        for (language, text) in entry.texts where text.substitutions.isEmpty && !text.isBlank {
          guard case .unit(let unit) = text.value else { continue }
          var tag = language
          if !isFile, case .language(let folder)? = LprojName(language) { tag = folder }
          let found = entries[Array(entry.key.utf8)]?[tag]?.value.units.first?.value
          #expect(
            found.map { Array($0.utf8) } == Array(unit.value.utf8),
            "\(entry.key.debugDescription) \(language)")
        }
      }
    }
    if name.hasSuffix(".xcstrings") {
      #expect(
        Set(read[0].entries.map { Array($0.key.utf8) }) == Set(catalogs[0].entries.map { Array($0.key.utf8) })
      )
      #expect(read[0].languages == catalogs[0].languages)
    }
    return true
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func whatIsWrittenIsRead(_ seed: UInt64) throws {
    var random = RandomSource(seed: seed &* 0x1234_5678_9ABC_DEF1)
    var written = 0
    for _ in 0..<25 {
      let folder = try Folder()
      let catalog = Self.catalog(&random)
      if try write(folder, [catalog], "x/A.xcstrings") {
        written += 1
        // From there to folders, and back.
        if try write(folder, [catalog], "y") {
          _ = try write(folder, try folder.read("y").catalogs, "z/A.xcstrings")
        }
        var pseudo = catalog
        Pseudolocale.add(to: &pseudo)
        #expect(try write(folder, [pseudo], "p/A.xcstrings"))
      }
    }
    #expect(written > 12)
  }

  /// Folders of any name, with files as people and tools write them.
  @Test(arguments: 100..<106 as Range<UInt64>)
  func foldersOfAnyNameBecomeACatalog(_ seed: UInt64) throws {
    var random = RandomSource(seed: seed &* 0x1234_5678_9ABC_DEF1)
    var converted = 0
    for _ in 0..<20 {
      let folder = try Folder()
      for name in Self.folders where random.isTrue(30) {
        let pairs = (0..<Int.random(in: 0...3, using: &random)).map { _ in
          (Self.text(&random), Self.text(&random))
        }
        if random.isTrue(50) {
          let list = Dictionary(pairs) { $1 }
          try folder.write(
            "in/\(name).lproj/A.strings",
            try PropertyListSerialization.data(fromPropertyList: list, format: .binary, options: 0))
        } else {
          let text = pairs.map { pair in
            "\(Self.quoted(pair.0)) = \(Self.quoted(pair.1));\n"
          }.joined()
          try folder.write("in/\(name).lproj/A.strings", Data(text.utf8))
        }
        if random.isTrue(40) {
          let forms: [String: Any] = [
            "NSStringLocalizedFormatKey": "%#@n@" + Self.text(&random),
            "n": [
              "NSStringFormatSpecTypeKey": "NSStringPluralRuleType",
              "NSStringFormatValueTypeKey": random.one(of: ["d", "", "@"]),
              "other": Self.text(&random), "one": Self.text(&random),
            ],
          ]
          try folder.write(
            "in/\(name).lproj/A.stringsdict",
            try PropertyListSerialization.data(
              fromPropertyList: [Self.text(&random): forms], format: .binary, options: 0))
        }
      }
      guard let read = try? folder.read("in"), let catalog = read.catalogs.first else { continue }
      if try write(folder, [catalog], "x/A.xcstrings") { converted += 1 }
      // And into a catalog that is there.
      var taker = Self.catalog(&random)
      _ = taker.take(catalog)
      _ = try write(folder, [taker], "t/A.xcstrings")
      _ = try write(folder, read.catalogs, "y")
    }
    #expect(converted > 10)
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
  }

  @Test func whatCannotBeReadAgainIsRefused() throws {
    func failure(_ body: () throws(CatalogError) -> CatalogFiles) -> String {
      do {
        _ = try body()
        return "no error"
      } catch {
        return "\(error)"
      }
    }
    var catalog = StringCatalog(table: "A", path: "a", sourceLanguage: "en")
    #expect(
      failure { () throws(CatalogError) in try CatalogFiles([catalog], folder: "x") }.contains(
        "it has no texts"))
    let text = LocalizedText(value: .unit(StringUnit("x")))
    catalog.set(text, "K", "klingon")
    #expect(
      failure { () throws(CatalogError) in try CatalogFiles([catalog], folder: "x") }
        == "a: 'klingon' is no language that a folder can be named for; write a tag such as 'de'")
    catalog = StringCatalog(table: "A", path: "a", sourceLanguage: "en")
    catalog.set(text, "K", "zh-TW")
    catalog.set(text, "K", "zh_TW")
    #expect(
      failure { () throws(CatalogError) in try CatalogFiles([catalog], folder: "x") }
        == "a: 'zh-TW' and 'zh_TW' are one language to folders; take one of them out")
    #expect(
      failure { () throws(CatalogError) in try CatalogFiles(catalog, file: "x.xcstrings") }.hasSuffix(
        "'K' has two texts in 'zh-TW', here as 'zh_TW'; take one of them out"))
    catalog = StringCatalog(table: "A", path: "a", sourceLanguage: "en")
    catalog.set(text, "K", "sr@latin")
    #expect(
      failure { () throws(CatalogError) in try CatalogFiles(catalog, file: "x.xcstrings") }.contains(
        "would be one in"))
    catalog.set(text, "K", "not a language")
    #expect(
      failure { () throws(CatalogError) in try CatalogFiles(catalog, file: "x.xcstrings") }.contains(
        "is no language"))
  }

  @Test func foldersDoNotSayWhichLanguageWasFirst() throws {
    var catalog = StringCatalog(table: "A", path: "a", sourceLanguage: "de")
    for language in ["de", "en"] { catalog.set(LocalizedText(value: .unit(StringUnit("x"))), "K", language) }
    #expect(
      try CatalogFiles([catalog], folder: "x").losses.map(\.description) == [
        "a: folders do not say that the texts were written in 'de', and 'en' would be taken; name it where they are read, "
          + "with --source or 'strings: { source: de }'"
      ])
  }
}

extension RandomSource {
  fileprivate mutating func one<Element>(of elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &self)]
  }

  fileprivate mutating func isTrue(_ chance: Int) -> Bool { Int.random(in: 0..<100, using: &self) < chance }
}
