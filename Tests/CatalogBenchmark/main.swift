// Prints what catalogs cost: reading, compiling, looking up, memory.
//
// usage: CatalogBenchmark [ROUNDS]
//
// The catalog has the size and the mixture of a large app's: 19 languages, plurals, parts with forms, 2 MB.

import Foundation
import Localization
import StringCatalogs

let languages = [
  "ar", "be", "ca", "de", "en", "en-GB", "es", "eu", "fr", "it", "ja", "ko", "nb", "nl", "pl", "pt-BR", "tr",
  "uk",
  "zh-Hans",
]

/// A catalog as Xcode writes it.
func makeCatalog() -> StringCatalog {
  var catalog = StringCatalog(table: "Localizable", path: "benchmark", sourceLanguage: "en")
  let words = [
    "account", "message", "зображення", "paramètres", "通知", "الرسائل", "einstellungen", "friends", "lists",
  ]
  func text(_ key: Int, _ language: Int, _ rest: String) -> StringUnit {
    let count = 2 + key % 5
    let body = (0..<count).map { words[($0 * 7 + key + language) % words.count] }.joined(separator: " ")
    return StringUnit("\(body) \(rest)", state: "translated")
  }
  for key in 0..<760 {
    for (number, language) in languages.enumerated() {
      let rules = LanguageTag(language).map { PluralRules($0) }
      let categories = rules?.categories ?? [.other]
      let value: LocalizedText
      switch key % 20 {
      case 0, 1:
        value = LocalizedText(
          value: .plural(
            Dictionary(uniqueKeysWithValues: categories.map { ($0, .unit(text(key, number, "%1$lld %2$@"))) })
          ))
      case 2:
        value = LocalizedText(
          value: .unit(text(key, number, "%#@n@ of %2$@")),
          substitutions: [
            "n": .init(
              argument: 1, specifier: "lld",
              value: .plural(
                Dictionary(uniqueKeysWithValues: categories.map { ($0, .unit(text(key, number, "%arg"))) })))
          ])
      case 3...8: value = LocalizedText(value: .unit(text(key, number, "%1$@ and %2$lld")))
      default: value = LocalizedText(value: .unit(text(key, number, "")))
      }
      catalog.set(value, "screen.\(key % 30).label.\(key)", language)
    }
  }
  return catalog
}

func milliseconds(_ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  let (seconds, attoseconds) = try clock.measure(body).components
  return Double(seconds) * 1e3 + Double(attoseconds) / 1e15
}

func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }

func shown(_ number: Double, _ digits: Int) -> String { String(format: "%8.\(digits)f", number) }

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 9
let folder = FileManager.default.temporaryDirectory.appending(path: "catalog-benchmark-\(getpid())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
let path = folder.appending(path: "Localizable.xcstrings").path
let text = XCStringsWriter.text(makeCatalog())
try Data(text.utf8).write(to: URL(fileURLWithPath: path))

var reading: [Double] = []
var compiling: [Double] = []
var compiled = CompiledCatalog(path: path, bytes: [])
var keys: [String] = []
for _ in 0...rounds {
  var catalogs: [StringCatalog] = []
  reading.append(try milliseconds { catalogs = try CatalogReader.read(path).catalogs })
  compiling.append(milliseconds { compiled = CatalogCompiler.compile(catalogs[0], device: "iphone").catalog })
  keys = catalogs[0].entries.map(\.key)
}
print(
  "catalog of \(text.utf8.count) bytes, \(keys.count) keys, \(languages.count) languages; medians of \(rounds) rounds"
)
print("reading, ms                              \(shown(median(reading), 1))")
print("compiling, ms                            \(shown(median(compiling), 1))")
print("both together, ms                        \(shown(median(zip(reading, compiling).map(+)), 1))")
print("compiled, KiB                            \(shown(Double(compiled.bytes.count) / 1024, 0))")

/// Microseconds that a look-up of a text with two arguments takes, when one list of preferences follows another.
func lookUps(
  _ localizer: Localizer, _ keys: [String], _ lists: [[String]], rounds: Int
) -> Double {
  var output: [UInt8] = []
  var times: [Double] = []
  let keys = keys.map { Array($0.utf8) }
  let names = lists.map { Array("[\($0.map { "\"\($0)\"" }.joined(separator: ","))]".utf8) }
  let count = max(20_000, lists.count)
  Array("Localizable".utf8).withUnsafeBytes { table in
    Array("Ann".utf8).withUnsafeBytes { name in
      let arguments: [FormatArgument] = [.integer(12_345), .text(name)]
      arguments.withUnsafeBufferPointer { arguments in
        for _ in 0...rounds {
          let time = milliseconds {
            for number in 0..<count {
              let list = number % lists.count
              names[list].withUnsafeBytes { json in
                keys[number % keys.count].withUnsafeBytes { key in
                  output.removeAll(keepingCapacity: true)
                  _ = localizer.localize(
                    key, catalogs: [0], table: table,
                    preferences: localizer.preferences(json: json) { lists[list] }, arguments: arguments,
                    to: &output)
                }
              }
            }
          }
          times.append(time * 1e3 / Double(count))
        }
      }
    }
  }
  return median(Array(times.dropFirst()))
}

let localizer = CompiledStrings.Memory([compiled]).localizer
let ordinary = lookUps(localizer, keys, languages.map { [$0] }, rounds: rounds)
print("a look-up with two arguments, µs         \(shown(ordinary, 3))")

/// As many languages as the widest of real apps has, and lists of preferences of which hardly one comes twice.
let many =
  """
  af am an ar ast az be bg bn br bs ca cs cy da de de-AT de-CH el en en-AU en-GB eo es es-419 es-AR es-CL es-CO es-CR
  es-DO es-EC es-GT es-HN es-MX es-NI es-PA es-PE es-PR es-PY es-SV es-UY et eu fa fi fo fr fr-CA ga gd gl gu gsw he
  hi hr hu hy ia id ig is it ja ka kab kk km kn ko ku la lb lo lt lv mk ml mn mr ms my nb ne nl nn oc or pa pl ps
  pt-BR pt-PT ro ru sc si sk sl sq sr sr-Latn sv sw ta te th tk tr ug uk ur uz vi zh-HK zh-Hans zh-Hant zu
  """.split(whereSeparator: \.isWhitespace).map(String.init)
var wide = StringCatalog(table: "Localizable", path: "wide", sourceLanguage: "en")
for key in 0..<100 {
  for language in many {
    wide.set(
      LocalizedText(value: .unit(StringUnit("\(language) \(key) %1$lld %2$@", state: "translated"))),
      "key.\(key)",
      language)
  }
}
let wideKeys = (0..<100).map { "key.\($0)" }
let wideLocalizer = CompiledStrings.Memory([CatalogCompiler.compile(wide, device: "iphone").catalog])
  .localizer
let regions = [
  "US", "GB", "DE", "FR", "MX", "BR", "IN", "CN", "RU", "CH", "AT", "CA", "AU", "ZA", "AR", "CL",
]
let lists = (0..<20_000).map { number in
  [31, 47, 89].map { step in
    let language = many[(number * step + number / many.count) % many.count]
    return language.contains("-") ? language : "\(language)-\(regions[(number / step) % regions.count])"
  }
}
let one = lookUps(wideLocalizer, wideKeys, [lists[0]], rounds: rounds)
let different = lookUps(wideLocalizer, wideKeys, lists, rounds: rounds)
print("\(many.count) languages, one list of preferences, µs \(shown(one, 3))")
print("  \(Set(lists).count) different lists of three, µs    \(shown(different, 3))")
