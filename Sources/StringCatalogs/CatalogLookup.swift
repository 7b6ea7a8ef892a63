import Localization

/// Looks texts up in catalogs as a plugin does, for people.
package final class CatalogLookup {
  /// A text, and where it came from.
  package struct Text: Sendable, Equatable {
    /// The text with its arguments; the key where no catalog has it.
    package var text: String
    /// The language that answered; nil where no catalog has the key.
    package var language: String?
    /// The path of the catalog that has the key.
    package var path: String?
    /// The oddities that were met, as sentences.
    package var problems: [String]
  }

  private let localizer: Localizer
  private let tables: [String]

  /// - Parameter device: whose variations are taken, by the names of string catalogs.
  package init(_ catalogs: [StringCatalog], device: String) {
    localizer =
      CompiledStrings.Memory(catalogs.map { CatalogCompiler.compile($0, device: device).catalog }).localizer
    tables = catalogs.map(\.table)
  }

  /// The text of a key.
  ///
  /// - Parameters:
  ///   - table: the catalog's name without its ending; nil is the first that has the key.
  ///   - languages: with the best first.
  package func text(
    of key: String, table: String?, languages: [String], arguments: [String], isolates: Bool = false
  ) -> Text {
    var result = Text(text: key, language: nil, path: nil, problems: ["no catalog has the key"])
    for table in table.map({ [$0] }) ?? tables {
      result = text(of: key, in: table, languages, arguments, isolates)
      if result.language != nil { break }
    }
    return result
  }

  private func text(
    of key: String, in table: String, _ languages: [String], _ arguments: [String], _ isolates: Bool
  ) -> Text {
    let bytes = arguments.map { Array($0.utf8) }
    var output: [UInt8] = []
    let answer = withPointers(bytes[...], []) { values in
      Array(key.utf8).withUnsafeBytes { key in
        Array(table.utf8).withUnsafeBytes { table in
          values.withUnsafeBufferPointer { values in
            localizer.localize(
              key, catalogs: Array(tables.indices), table: table,
              preferences: localizer.preferences(languages),
              arguments: values, isolates: isolates, to: &output)
          }
        }
      }
    }
    return Text(
      text: String(decoding: output, as: UTF8.self), language: answer.language,
      path: answer.catalog.map { localizer.path(of: $0) }, problems: answer.problems.map(\.description))
  }

  /// Gives `body` the arguments, whose bytes stay where they are meanwhile.
  private func withPointers<Result>(
    _ rest: ArraySlice<[UInt8]>, _ values: [FormatArgument], _ body: ([FormatArgument]) -> Result
  ) -> Result {
    guard let first = rest.first else { return body(values) }
    return first.withUnsafeBytes { withPointers(rest.dropFirst(), values + [.text($0)], body) }
  }
}
