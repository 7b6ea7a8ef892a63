import FileReading
import Localization

/// The files that catalogs are about to be written as.
///
/// They are read again before the first is written, so that no command leaves a catalog that the next one refuses.
package struct CatalogFiles {
  /// A path and a text.
  package typealias File = (path: String, text: String)

  /// The files that have texts, in the order of their paths.
  package private(set) var files: [File] = []
  /// The parts of the catalogs that the format has no place for.
  package private(set) var losses: [CatalogWarning] = []

  /// Makes a string catalog.
  ///
  /// - Throws: ``CatalogError`` where it could not be read again.
  package init(_ catalog: StringCatalog, file: String) throws(CatalogError) {
    try self.init(catalog, file: file, text: XCStringsWriter.text(catalog))
  }

  /// Makes a string catalog of texts that were taken over into its file, of which all else stays byte for byte.
  ///
  /// - Parameter taken: where in the catalog those texts stand.
  /// - Throws: ``CatalogError`` where the file cannot be read, or could not be read again.
  package init(_ catalog: StringCatalog, taken: [StringCatalog.TakenText]) throws(CatalogError) {
    try self.init(
      catalog, file: catalog.path, text: try XCStringsEditor.text(of: catalog, taken: taken))
  }

  private init(_ catalog: StringCatalog, file: String, text: String) throws(CatalogError) {
    files = [(file, text)]
    let read = try XCStringsReader.read(Array(files[0].text.utf8), path: file, table: catalog.table).catalog
    guard read.languages == catalog.languages, Self.keys(read) == Self.keys(catalog) else {
      throw CatalogError(
        catalog.path, "two of its keys or languages would be one in '\(file)'; rename one of them")
    }
    try CatalogReader.check(read)
    try checkSizes()
  }

  /// Makes folders `LANGUAGE.lproj` of several tables.
  ///
  /// - Throws: ``CatalogError`` where they could not be read again.
  package init(_ catalogs: [StringCatalog], folder: String) throws(CatalogError) {
    var names: [LprojName: String] = [:]
    for catalog in catalogs {
      for language in catalog.languages {
        guard let name = LprojName(language), name != .base else {
          throw CatalogError(
            catalog.path,
            "'\(language)' is no language that a folder can be named for; write a tag such as 'de'")
        }
        if let other = names.updateValue(language, forKey: name), other != language {
          throw CatalogError(
            catalog.path, "'\(other)' and '\(language)' are one language to folders; take one of them out")
        }
      }
      let writer = LprojWriter(catalog)
      losses += writer.losses
      for (path, text) in writer.files.sorted(by: { $0.key < $1.key }) {
        let path = folder + "/" + path
        let bytes = Array(text.utf8)
        let warnings =
          path.hasSuffix(".stringsdict")
          ? try StringsDictReader.read(bytes, path: path).warnings
          : try StringsReader.read(bytes, path: path).warnings
        // Widths are warned of wherever they are read.
        if let warning = warnings.first(where: { $0.message.hasSuffix("the last one counts") }) {
          throw CatalogError(warning.place, warning.message)
        }
        files.append((path, text))
      }
    }
    guard !files.isEmpty else {
      throw CatalogError(
        catalogs.first?.path ?? folder, "it has no texts that folders have a place for; add one first")
    }
    try checkSizes()
  }

  private static func keys(_ catalog: StringCatalog) -> Set<[UInt8]> {
    Set(catalog.entries.map { Array($0.key.utf8) })
  }

  private func checkSizes() throws(CatalogError) {
    var sum = 0
    for (path, text) in files {
      sum += text.utf8.count
      for (size, limit) in [(text.utf8.count, ReadingLimit.catalog), (sum, ReadingLimit.catalogSum)]
      where size > limit.count {
        throw CatalogError(path, "it would have more than \(limit.text); \(limit.advice)")
      }
    }
  }
}
