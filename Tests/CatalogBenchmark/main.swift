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

let memory = CompiledStrings.join([compiled])
memory.withUnsafeBytes { memory in
  let localizer = Localizer(memory)
  var output: [UInt8] = []
  let bytes = keys.map { Array($0.utf8) }
  let names = languages.map { Array($0.utf8) }
  var times: [Double] = []
  Array("Localizable".utf8).withUnsafeBytes { table in
    Array("Ann".utf8).withUnsafeBytes { name in
      for round in 0...rounds {
        let arguments: [FormatArgument] = [.integer(Int64(round)), .text(name)]
        let time = milliseconds {
          for (number, language) in names.enumerated() {
            language.withUnsafeBytes { language in
              arguments.withUnsafeBufferPointer { arguments in
                for key in bytes {
                  output.removeAll(keepingCapacity: true)
                  key.withUnsafeBytes { key in
                    _ = localizer.localize(
                      key, catalogs: [0], table: table,
                      preferences: localizer.preferences(json: language) { [languages[number]] },
                      arguments: arguments,
                      to: &output)
                  }
                }
              }
            }
          }
        }
        times.append(time * 1e3 / Double(bytes.count * names.count))
      }
    }
  }
  print("a look-up with two arguments, µs         \(shown(median(times), 3))")
}
