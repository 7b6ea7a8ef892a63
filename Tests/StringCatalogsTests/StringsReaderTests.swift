import Foundation
import Localization
import StringCatalogs
import Testing

struct StringsReaderTests {
  private func texts(_ folder: Folder) throws -> [String: String] {
    let catalog = try #require(try folder.read("en.lproj/A.strings").catalogs.first)
    return Dictionary(
      uniqueKeysWithValues: catalog.entries.map {
        ($0.key, $0.texts["en"]?.value.units.first?.value ?? "none")
      })
  }

  private func texts(_ text: String) throws -> [String: String] {
    try texts(Folder(["en.lproj/A.strings": text]))
  }

  @Test func theNotationIsRead() throws {
    let read = try texts(
      #"""
      /* A comment */ "k1" = "one"; // another
      k2=two; 'k 3' = 'it''s'; "alone";
      "esc" = "a\"b\\c\n\t\U00e9\UE9;\Ud83d\Ude00\101";
      "lines" = "first
      second";
      "a/b" = x.y-z;
      "semi;colon" = "/* no comment */ // neither";
      """#
      .replacing("'it''s'", with: "\"it's\""))
    #expect(
      read == [
        "k1": "one", "k2": "two", "k 3": "it's", "alone": "alone", "esc": "a\"b\\c\n\téé;😀A",
        "lines": "first\nsecond",
        "a/b": "x.y-z", "semi;colon": "/* no comment */ // neither",
      ])
  }

  @Test func commentsBelongToWhatFollows() throws {
    let folder = try Folder([
      "en.lproj/A.strings":
        "/* one */\n\"a\" = \"1\"; /* same line */\n\"b\" = \"2\";\n// three\n\"c\" = \"3\";"
    ])
    let entries = try #require(try folder.read("en.lproj/A.strings").catalogs.first).entries
    #expect(entries.map(\.comment) == ["one", nil, "three"])
  }

  @Test(arguments: ["", "\n", "/* only */", "{}", "{ }\n"])
  func emptyFilesHaveNothing(_ text: String) throws { #expect(try texts(text) == [:]) }

  @Test func bracesMayStandAround() throws {
    #expect(try texts("{ a = b; \"c\" = d }") == ["a": "b", "c": "d"])
  }

  @Test(arguments: [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian, .utf8])
  func encodingsAreTold(_ encoding: String.Encoding) throws {
    let folder = try Folder()
    let data = try #require("\"größe\" = \"😀\";\n".data(using: encoding))
    try folder.write("en.lproj/A.strings", data)
    #expect(try texts(folder) == ["größe": "😀"])
    try folder.write("en.lproj/A.strings", Data([0xEF, 0xBB, 0xBF]) + Data("a = b;".utf8))
    #expect(try texts(folder) == ["a": "b"])
  }

  @Test(arguments: [PropertyListSerialization.PropertyListFormat.xml, .binary])
  func propertyListsAreRead(_ format: PropertyListSerialization.PropertyListFormat) throws {
    let folder = try Folder()
    let list = ["a": "b & c", "größe": "😀"]
    try folder.write(
      "en.lproj/A.strings",
      try PropertyListSerialization.data(fromPropertyList: list, format: format, options: 0))
    #expect(try texts(folder) == list)
    try folder.write(
      "en.lproj/A.strings",
      try PropertyListSerialization.data(fromPropertyList: ["a": 3], format: format, options: 0))
    #expect(folder.failure("en.lproj/A.strings").contains("'a' is not a text"))
    try folder.write(
      "en.lproj/A.strings",
      try PropertyListSerialization.data(fromPropertyList: ["a"], format: format, options: 0))
    #expect(folder.failure("en.lproj/A.strings").contains("not a dictionary"))
  }

  @Test func xmlIsReadAsItIsWritten() throws {
    let read = try texts(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
      <!-- a comment --><plist version="1.0"><dict>
        <key>a</key><string>1 &lt; 2 &amp;&#32;&#x1F600;<!-- gone --> <![CDATA[<b>]]></string >
        <key>empty</key><string/><!-- here -->
      </dict></plist>
      """)
    #expect(read == ["a": "1 < 2 & 😀 <b>", "empty": ""])
  }

  /// Foundation's reader crashes on some of these.
  @Test func damagedBinariesAreRefused() throws {
    let whole = Array(
      try PropertyListSerialization.data(
        fromPropertyList: ["a": "b", "größe": "😀", "c": ["d": ["e"]]] as [String: Any], format: .binary,
        options: 0))
    let folder = try Folder()
    for at in whole.indices {
      for change in [UInt8(1), 0x0F, 0x80, 0xFF] {
        var bytes = whole
        bytes[at] ^= change
        try folder.write("en.lproj/A.strings", Data(bytes))
        _ = folder.failure("en.lproj/A.strings")
      }
      try folder.write("en.lproj/A.strings", Data(whole[..<at]))
      #expect(at < 6 || folder.failure("en.lproj/A.strings").contains("not a property list"))
    }
  }

  @Test(arguments: [
    ("\"a\" = \"b\"\n\"c\" = \"d\";", "en.lproj/A.strings:2: 'a' has no ; behind its value"),
    ("\n\n\"a\" = \"b", "en.lproj/A.strings:3: a text begins here that does not end"),
    ("/* a", "en.lproj/A.strings:1: a comment begins here that does not end"),
    ("\"a\" = ;", "';' stands where the value of 'a' should be"),
    ("\"a\" =", "the file ends where the value of 'a' should be"),
    ("= \"a\";", "'=' stands where a key should be"),
    ("\"a\" = (1, 2);", "a list or a dictionary stands where"),
    ("{ a = b; ", "the file ends before its }"), ("{ a = b; } c", "something stands behind the }"),
    ("\"a\" = \"\\Ux\";", "\\U is followed by no hexadecimal digit"),
    ("\"a\" = \"\\Ud83d\\ude00\";", "write both halves with a capital U"),
    ("\"a\" = \"\\Ud800\";", "half of a surrogate pair"),
    ("bplist00", "not a property list"),
    (
      "<?xml version=\"1.0\"?>\n<plist><dict><key>a</key>",
      ":2: not a property list: the file ends where an element should be"
    ),
    (
      "<plist><dict>\n<string>a</string></dict></plist>",
      ":2: not a property list: <string> stands where a <key> should be"
    ),
    ("<plist><dict><key>a</key><string>b</dict></plist>", "</string> should stand here, and not </dict>"),
    ("<plist><dict><key>a & b</key><string>b</string></dict></plist>", "'&' begins no character here"),
    ("<plist><dict><key>&x;</key><string>b</string></dict></plist>", "'&x;' is no character"),
    ("<!DOCTYPE plist [<!ENTITY a 'b'>]><plist><dict/></plist>", "the document type has declarations"),
    ("<plist><moon/></plist>", "<moon> is no element of property lists"), ("<plist/>", "an empty <plist>"),
    ("<plist><dict/>", "</plist> is missing here"), ("<!-- x", "a comment begins here that does not end"),
  ])
  func whatIsWrongHasAPlaceAndACause(_ text: String, _ expected: String) throws {
    let failure = try Folder(["en.lproj/A.strings": text]).failure("en.lproj/A.strings")
    #expect(failure.contains(expected), "\(failure)")
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    let folder = try Folder()
    try folder.write("en.lproj/A.strings", Data("\"a\" = \"".utf8) + Data([0xFF, 0x41]) + Data("\";".utf8))
    #expect(
      folder.failure("en.lproj/A.strings")
        == "en.lproj/A.strings:1:8: neither UTF-8 nor UTF-16; save the file as UTF-8")
    try folder.write("en.lproj/A.strings", Data([0xFF, 0xFE, 0x41]))
    #expect(folder.failure("en.lproj/A.strings").contains("half a character"))
    try folder.write("en.lproj/A.strings", Data([0xFF, 0xFE, 0x00, 0xD8]))
    #expect(folder.failure("en.lproj/A.strings").contains("half of a surrogate pair"))
  }

  /// Apple's parser is the judge of every escape, of words with slashes, and of what ends a comment.
  @Test func textsAreThoseOfApplesParser() throws {
    var escapes = (0..<512).map { "\\" + String($0, radix: 8) + "z" }
    escapes += (0x20..<0x7F).filter { $0 != 0x55 && !(0x30...0x37).contains($0) }.map {
      "\\\(Unicode.Scalar(UInt8($0)))z"
    }
    escapes += [
      "\\u203A", "\\u203a x", "\\u12", "\\U203A", "\\U203a9", "\\UE9;", "\\U4g", "\\Ud83d\\Ude00", "\\\n",
      "\\é",
      "\\😀", "\\8", "\\18", "\\118", "\\1118",
    ]
    for escape in escapes {
      try expectAsApple("\"k\" = \"a\(escape)b\";")
      try expectAsApple("'k' = 'a\(escape)b';")
    }
    for text in [
      "http://x = \"b\";", "a//b=c;", "a = b//c;", "a = /b;", "a = b/;", "// c\u{2028}a = b;",
      "// c\u{2029}a = b;",
      "// c\ra = b;", "a = b;\u{2028}c = d;", "a\u{B}=\u{C}b;", "a='it';", "'a' = \"b\nc\";",
      "a = b-c.d_e$f:g;",
      "\"k\" = \"a\u{0}b\";", "/* a */ k /* b */ = /* c */ v /* d */; /* e */", "a; b = c;",
    ] { try expectAsApple(text) }
  }

  private func expectAsApple(_ text: String) throws {
    let list = try PropertyListSerialization.propertyList(
      from: Data("\(text) \"end\" = \"e\";".utf8), format: nil)
    let expected = try #require(list as? [String: String], "\(text)")
    let folder = try Folder(["en.lproj/A.strings": "\(text) \"end\" = \"e\";"])
    #expect(
      try texts(folder).mapValues { Array($0.unicodeScalars) }
        == expected.mapValues { Array($0.unicodeScalars) }, "\(text)")
  }

  @Test func aSmallUIsToldOfWithTheCapitalOne() throws {
    let result = try Folder(["en.lproj/A.strings": "\n\"k\" = \"Settings \\u203A %@\"; \"l\" = \"\\up\";"])
      .read("en.lproj/A.strings")
    #expect(
      result.warnings.map(\.description) == [
        "en.lproj/A.strings:2: '\\u203A' is 'u203A' to Apple's systems and here; write \\U203A, or the character itself"
      ])
  }

  /// Of an app that was released with them.
  @Test func furtherByteOrderMarksAreNoKeys() throws {
    let folder = try Folder()
    let text = "\"k\" = \"Hallo\";\n\"l\" = \"L\";\n"
    for marks in 1...3 {
      for (mark, data) in [
        ([0xEF, 0xBB, 0xBF], Data(text.utf8)), ([0xFF, 0xFE], text.data(using: .utf16LittleEndian)),
        ([0xFE, 0xFF], text.data(using: .utf16BigEndian)),
      ] as [([UInt8], Data?)] {
        let head = Data(repeatElement(mark, count: marks).joined())
        try folder.write("en.lproj/A.strings", head + (try #require(data)))
        #expect(try texts(folder) == ["k": "Hallo", "l": "L"])
        let warnings = try folder.read("en.lproj/A.strings").warnings.map(\.description)
        #expect(warnings.count == marks - 1)
        #expect(
          warnings.allSatisfy { $0.hasPrefix("en.lproj/A.strings:1: another byte order mark (U+FEFF)") })
      }
    }
    // Where files were put together.
    try folder.write("en.lproj/A.strings", Data("a = b;\n\u{FEFF}c = d;".utf8))
    #expect(try texts(folder) == ["a": "b", "c": "d"])
    #expect(try folder.read("en.lproj/A.strings").warnings.map(\.place) == ["en.lproj/A.strings:2"])
    let marks = "\u{FEFF}\u{FEFF}"
    try folder.write(
      "en.lproj/A.strings", Data((marks + "<plist><dict><key>a</key><string>b</string></dict></plist>").utf8))
    #expect(try texts(folder) == ["a": "b"])
    try folder.write(
      "A.xcstrings", Data((marks + #"{"sourceLanguage":"en","version":"1.0","strings":{"K":{}}}"#).utf8))
    #expect(try folder.read("A.xcstrings").catalogs[0].entries.map(\.key) == ["K"])
  }

  @Test func aKeyThatStandsTwiceIsWarnedOf() throws {
    let result = try Folder(["en.lproj/A.strings": "a = b;\na = c;"]).read("en.lproj/A.strings")
    #expect(
      result.warnings.map(\.description) == ["en.lproj/A.strings:2: 'a' stands twice; the last one counts"])
    #expect(result.catalogs.first?.entries.first?.texts["en"]?.value == .unit(StringUnit("c")))
  }
}
