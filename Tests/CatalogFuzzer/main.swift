// Gives the readers of catalogs what nobody meant to write, and compiles and formats whatever they take.
//
// usage: CatalogFuzzer SECONDS [SEED]
//
// A crash ends the process, and so does an input that takes more than ten seconds; the input is in the folder that was
// printed at the start. Nothing is left there when all is well.

import Foundation
import Localization
import NotificationModel
import StringCatalogs

/// What mutations begin with: each has most constructs of its format.
func seeds() throws -> [(name: String, bytes: [UInt8])] {
  let catalog = #"""
    {"sourceLanguage":"en","version":"1.0","strings":{"A %@":{"comment":"c","extractionState":"manual","localizations":{
    "en":{"stringUnit":{"state":"new","value":"%1$@ %#@n@ %.2f 50% %%"},"substitutions":{"n":{"argNum":2,
    "formatSpecifier":"lld","variations":{"plural":{"one":{"stringUnit":{"state":"new","value":"%arg %#@n@"}},
    "other":{"stringUnit":{"state":"new","value":"%arg things \u00e9\n"}}}}}}},
    "pl":{"variations":{"plural":{"few":{"stringUnit":{"value":"%d"}},"other":{"stringUnit":{"value":"%lld"}}}}},
    "de":{"variations":{"device":{"mac":{"stringUnit":{"value":"x"}},"other":{"variations":{"plural":{"other":
    {"stringUnit":{"value":"%5d"}}}}}}}}}},"B":{"shouldTranslate":false},"C":{}}}
    """#
  let strings = #"""
    /* comment */ "key %@" = "value \"quoted\" \U00e9 \n %d"; // line
    plain = word; alone; 'single' = "\101 \Ud83d\ude00";
    { a = b; }
    """#
  let forms: [String: Any] = [
    "NSStringLocalizedFormatKey": "%#@n@ of %2$@",
    "n": [
      "NSStringFormatSpecTypeKey": "NSStringPluralRuleType", "NSStringFormatValueTypeKey": "lld",
      "one": "%lld file",
      "other": "%lld files",
    ],
  ]
  let list: [String: Any] = [
    "K": forms, "T": "text",
    "D": ["NSStringDeviceSpecificRuleType": ["mac": "Click", "other": forms] as [String: Any]],
    "W": ["NSStringVariableWidthRuleType": ["10": "s", "40": "longer"]],
  ]
  var seeds = [("a.xcstrings", Array(catalog.utf8)), ("a.strings", Array(strings.utf8))]
  for format in [PropertyListSerialization.PropertyListFormat.xml, .binary] {
    let dictionary = try PropertyListSerialization.data(fromPropertyList: list, format: format, options: 0)
    seeds.append(("a.stringsdict", Array(dictionary)))
    let texts = try PropertyListSerialization.data(
      fromPropertyList: ["a": "b", "ö": "😀"], format: format, options: 0)
    seeds.append(("a.strings", Array(texts)))
  }
  if let wide = strings.data(using: .utf16) { seeds.append(("a.strings", Array(wide))) }
  return seeds
}

func mutated(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
  let tokens = [
    "{", "}", "[", "]", "\"", "\\", ":", ",", ";", "=", "/*", "*/", "//", "<dict>", "</dict>", "<key>",
    "<string>", "&#0;",
    "&lt", "<!--", "<!DOCTYPE", "%", "%#@", "@", "%9999999999$@", "%arg", "null", "1e999", "-1", "\u{0}",
    "\u{FEFF}", "\\U",
    "\\uD800", "bplist00", "other", "zero", String(repeating: "{\"a\":", count: 40),
    String(repeating: "<dict>", count: 40),
  ]
  var bytes = bytes
  for _ in 0..<Int.random(in: 1...8, using: &random) {
    let at = Int.random(in: 0...bytes.count, using: &random)
    switch Int.random(in: 0...6, using: &random) {
    case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
    case 1 where at < bytes.count: bytes[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
    case 2: bytes.insert(contentsOf: (tokens.randomElement(using: &random) ?? "").utf8, at: at)
    case 3: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...40, using: &random)))
    case 4: bytes = Array(bytes[..<at])
    case 5 where at < bytes.count:
      let end = min(bytes.count, at + Int.random(in: 1...200, using: &random))
      bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
    default:
      if !bytes.isEmpty, at < bytes.count {
        bytes[at] = [0, 0x22, 0x25, 0x7F, 0xFF].randomElement(using: &random) ?? 0
      }
    }
  }
  return bytes
}

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 10
let seed = CommandLine.arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? UInt64(getpid())
var random = RandomSource(seed: seed)
let folder = FileManager.default.temporaryDirectory.appending(path: "catalog-fuzzer-\(getpid())/en.lproj")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
// Where it is a file, standard output is written when the process ends well.
FileHandle.standardError.write(Data("inputs are in \(folder.path), the seed is \(seed)\n".utf8))

let samples = try seeds()
// What was taken is mutated further.
var pool = samples
var (count, taken) = (0, 0)
let end = Date().addingTimeInterval(seconds)
while Date() < end {
  guard let sample = pool.randomElement(using: &random) else { break }
  let bytes = mutated(sample.bytes, &random)
  let path = folder.appending(path: sample.name).path
  guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else { break }
  // SIGALRM ends the process where one input takes too long.
  alarm(10)
  if let read = try? CatalogReader.read(path) {
    taken += 1
    for catalog in read.catalogs {
      _ = CatalogCheck.findings(catalog)
      let lookup = CatalogLookup([catalog], device: "mac")
      for entry in catalog.entries {
        for language in ["en", "pl", "de", "zz"] {
          _ = lookup.text(of: entry.key, table: nil, languages: [language], arguments: ["x", "2", "1.5"])
        }
      }
      var pseudo = catalog
      Pseudolocale.add(to: &pseudo)
      _ = LprojWriter(pseudo).files
      _ = XCStringsWriter.text(pseudo)
    }
    if bytes.count < 8192 {
      if pool.count < 500 {
        pool.append((sample.name, bytes))
      } else {
        pool[Int.random(in: samples.count..<pool.count, using: &random)] = (sample.name, bytes)
      }
    }
  }
  count += 1
}
alarm(0)
try FileManager.default.removeItem(at: folder.deletingLastPathComponent())
print("\(count) inputs, \(taken) of them read as catalogs")
