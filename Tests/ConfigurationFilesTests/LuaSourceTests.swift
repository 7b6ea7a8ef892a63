import ConfigurationFiles
import Foundation
import Notilua
import Testing

/// How files of Lua may be saved.
struct LuaSourceTests {
  private static func code(_ bytes: [UInt8]) throws -> String {
    String(decoding: try LuaSource.code(bytes, path: "p.lua"), as: UTF8.self)
  }

  @Test func marksAndTheFirstLineOfAScriptAreLeftOut() throws {
    #expect(try Self.code(Array("return 1".utf8)) == "return 1")
    #expect(try Self.code([0xEF, 0xBB, 0xBF] + Array("return 1".utf8)) == "return 1")
    // `lua` skips such a line, also behind a mark; the lines keep their numbers.
    #expect(try Self.code(Array("#!/usr/bin/lua\nreturn 1".utf8)) == "\nreturn 1")
    #expect(try Self.code([0xEF, 0xBB, 0xBF] + Array("#[[ x\r\nreturn 1".utf8)) == "\nreturn 1")
    #expect(try Self.code(Array("#!lua".utf8)) == "")
    #expect(try Self.code([]) == "")
    #expect(try Self.code(Array("-- Käse 🧀\nreturn '\u{2068}'".utf8)) == "-- Käse 🧀\nreturn '\u{2068}'")
  }

  /// The encodings are those of Foundation.
  @Test(
    arguments: [
      (.isoLatin1, "p.lua:2: the file is not UTF-8 (perhaps Latin-1 or Windows-1252); save it as UTF-8"),
      (.windowsCP1252, "p.lua:2: the file is not UTF-8 (perhaps Latin-1 or Windows-1252); save it as UTF-8"),
      (.utf16, "p.lua:1: the file is UTF-16; save it as UTF-8"),
      (.utf16LittleEndian, "p.lua:1: the file is UTF-16; save it as UTF-8"),
      (.utf16BigEndian, "p.lua:1: the file is UTF-16; save it as UTF-8"),
    ] as [(String.Encoding, String)])
  func anotherEncodingIsNamed(_ encoding: String.Encoding, _ message: String) throws {
    let bytes = try #require("local a = 1\nreturn 'Köln'".data(using: encoding))
    #expect {
      try LuaSource.code(Array(bytes), path: "p.lua")
    } throws: {
      ($0 as? HostError)?.message == message
    }
  }

  /// Table 3-7 of the Unicode Standard: what is no character of UTF-8.
  @Test(
    arguments: [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF], [0x80]]
      as [[UInt8]])
  func whatIsNoCharacterIsFoundInItsLine(_ bytes: [UInt8]) {
    #expect {
      try LuaSource.code(Array("-- é\n\n--".utf8) + bytes, path: "p.lua")
    } throws: {
      ($0 as? HostError)?.message.hasPrefix("p.lua:3: the file is not UTF-8") == true
    }
  }
}
