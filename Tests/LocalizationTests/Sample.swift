import Localization

/// An argument that owns its bytes.
enum SampleArgument: Sendable {
  case missing
  case text(String)
  case integer(Int64)
  case number(Double)
  case boolean(Bool)
  case structure(String)
}

/// A text of one key, formatted.
struct Sample: Equatable {
  var text: String
  var language: String?
  var problems: [LocalizationProblem]
}

/// Formats a text that stands in one language.
func sample(
  _ format: String, _ arguments: [SampleArgument] = [], language: String = "en", isolates: Bool = false
) throws -> Sample {
  try sample(
    LocalizedText(value: .unit(StringUnit(format))), arguments, language: language, isolates: isolates)
}

func sample(
  _ text: LocalizedText, _ arguments: [SampleArgument] = [], key: String = "KEY", language: String = "en",
  device: String = "iphone", isolates: Bool = false
) throws -> Sample {
  var catalog = StringCatalog(table: "Localizable", path: "sample", sourceLanguage: language)
  catalog.set(text, key, language)
  return try lookUp(key, [catalog], [language], arguments, device: device, isolates: isolates)
}

/// Looks a key up in catalogs.
func lookUp(
  _ key: String, _ catalogs: [StringCatalog], _ preferences: [String], _ arguments: [SampleArgument] = [],
  table: String = "Localizable", device: String = "iphone", isolates: Bool = false
) throws -> Sample {
  let compiled = CompiledStrings.join(catalogs.map { CatalogCompiler.compile($0, device: device).catalog })
  var texts: [[UInt8]] = []
  for argument in arguments {
    switch argument {
    case .text(let text), .structure(let text): texts.append(Array(text.utf8))
    default: break
    }
  }
  // All bytes stand in one place, which does not move meanwhile.
  let bytes = texts.flatMap { $0 }
  return bytes.withUnsafeBytes { bytes in
    compiled.withUnsafeBytes { memory in
      var at = 0
      func take(_ text: String) -> UnsafeRawBufferPointer {
        defer { at += text.utf8.count }
        return UnsafeRawBufferPointer(rebasing: bytes[at..<at + text.utf8.count])
      }
      let values = arguments.map { argument -> FormatArgument in
        switch argument {
        case .missing: .missing
        case .text(let text): .text(take(text))
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .boolean(let value): .boolean(value)
        case .structure(let json): .structure(take(json))
        }
      }
      let localizer = Localizer(memory)
      var output: [UInt8] = []
      let answer = Array(key.utf8).withUnsafeBytes { key in
        Array(table.utf8).withUnsafeBytes { table in
          values.withUnsafeBufferPointer { values in
            localizer.localize(
              key, catalogs: Array(catalogs.indices), table: table,
              preferences: localizer.preferences(preferences),
              arguments: values, isolates: isolates, to: &output)
          }
        }
      }
      return Sample(
        text: String(decoding: output, as: UTF8.self), language: answer.language, problems: answer.problems)
    }
  }
}
