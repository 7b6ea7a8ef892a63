import Localization
import Presentation
import StringCatalogs
import Synchronization

/// Texts of the operator's catalogs.
// Unchecked: the localizer, which remembers what it was asked, is used under the lock alone.
final class CatalogTexts: TextFinder, @unchecked Sendable {
  private let localizer: Localizer
  private let lock = Mutex(())
  private let count: Int
  private let languages: [String]

  init(_ catalogs: [CompiledCatalog], languages: [String]) {
    localizer = CompiledStrings.Memory(catalogs).localizer
    count = localizer.catalogCount
    self.languages = languages
  }

  func text(_ key: String, arguments: [String], languages: [String]) -> String? {
    if count == 0 || key.isEmpty { return nil }
    var key = key
    var table = "Localizable"
    let wanted = languages.filter { !$0.isEmpty && $0.utf8.count <= 100 }.prefix(32)
    // One piece of memory holds all arguments while the text is made.
    let bytes = arguments.map { Array($0.utf8) }
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, bytes.reduce(0) { $0 + $1.count }), alignment: 1)
    defer { memory.deallocate() }
    var values: [FormatArgument] = []
    var at = 0
    for argument in bytes {
      let slice = UnsafeMutableRawBufferPointer(rebasing: memory[at..<at + argument.count])
      slice.copyBytes(from: argument)
      at += argument.count
      if let number = Int64(String(decoding: argument, as: UTF8.self)), argument.first != 0x2B {
        values.append(.integer(number))
      } else {
        values.append(.text(UnsafeRawBufferPointer(slice)))
      }
    }
    var output: [UInt8] = []
    let language = lock.withLock { _ in
      let preferences = localizer.preferences(wanted.isEmpty ? self.languages : Array(wanted))
      return key.withUTF8 { keyBytes in
        table.withUTF8 { tableBytes in
          values.withUnsafeBufferPointer { values in
            localizer.localize(
              UnsafeRawBufferPointer(keyBytes), catalogs: Array(0..<count),
              table: UnsafeRawBufferPointer(tableBytes), preferences: preferences, arguments: values,
              to: &output
            ).language
          }
        }
      }
    }
    guard language != nil, !output.isEmpty else { return nil }
    return String(decoding: output, as: UTF8.self)
  }
}
