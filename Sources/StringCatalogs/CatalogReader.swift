import FileReading
import Foundation
import Glibc
import Localization

/// Finds and reads catalogs in the shapes that apps keep them in.
///
/// A catalog is a file `NAME.xcstrings`, or a folder with such files and with folders `LANGUAGE.lproj` of `NAME.strings`
/// and `NAME.stringsdict`.
package enum CatalogReader {
  /// Catalogs, and what there is to say of them.
  package struct Result: Sendable {
    /// The catalogs that were read, in the order of the paths.
    package var catalogs: [StringCatalog] = []
    /// Mistakes that do not keep the texts from being read.
    package var warnings: [CatalogWarning] = []
    /// The language that each folder's texts were written in; a string catalog says its own.
    package var sources: [(path: String, language: SourceLanguage)] = []

    /// Creates a result.
    package init(catalogs: [StringCatalog] = [], warnings: [CatalogWarning] = []) {
      self.catalogs = catalogs
      self.warnings = warnings
    }

    /// Adds the catalogs of another path.
    package mutating func append(_ other: Result) {
      catalogs += other.catalogs
      warnings += other.warnings
      sources += other.sources
    }
  }

  /// The amount that was read of one path's files: bytes, and entries of folders.
  struct Room {
    var sum: ReadingLimit
    /// The language that folders were written in, where it is set.
    var source: String?
    var bytes = 0
    var walk = FolderWalk(.catalogFiles)
  }

  /// Reads the catalogs at a path.
  ///
  /// - Parameters:
  ///   - source: the language that folders of texts were written in; nil leaves it to their `Info.plist`, or to English.
  ///   - sum: the most bytes of all its files.
  /// - Throws: ``CatalogError`` that names the file, and the line or the key.
  package static func read(
    _ path: String, source: String? = nil, sum: ReadingLimit = .catalogSum
  ) throws(CatalogError) -> Result {
    var room = Room(sum: sum, source: source)
    let result = try readAll(path, &room)
    for catalog in result.catalogs { try check(catalog) }
    return result
  }

  static func readAll(_ path: String, _ room: inout Room) throws(CatalogError) -> Result {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CatalogError(
        "'\(path)'", "there is no such file or folder; name a .xcstrings, or a folder with .lproj folders")
    }
    if isFolder.boolValue { return try readFolder(path, &room) }
    switch kind(path) {
    case "xcstrings":
      let read = try XCStringsReader.read(try bytes(path, &room), path: path, table: table(path))
      return Result(catalogs: [read.catalog], warnings: read.warnings)
    case "strings", "stringsdict": return try readFile(path, &room)
    default:
      throw CatalogError(
        "'\(path)'", "no file of texts; name a .xcstrings, .strings or .stringsdict, or a folder")
    }
  }

  /// Reads a file of one language, which the folder that it is in names.
  private static func readFile(_ path: String, _ room: inout Room) throws(CatalogError) -> Result {
    let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
    let source: String
    var result = Result()
    switch kind(folder) == "lproj" ? LprojName(table(folder)) : nil {
    case .language(let tag): source = tag
    case .base: source = room.source ?? "en"
    case nil:
      source = room.source ?? "en"
      result.warnings.append(
        CatalogWarning(
          path,
          "it is not in a folder LANGUAGE.lproj; its texts are taken for "
            + (source == "en" ? "English" : "'\(source)'")))
    }
    var catalog = StringCatalog(table: table(path), path: path, sourceLanguage: source)
    try add(path, language: source, to: &catalog, &result.warnings, &room)
    result.catalogs = [catalog]
    return result
  }

  /// Reads the catalogs at a path for workers; what is odd about them is for whoever looks after them.
  ///
  /// - Parameters:
  ///   - device: whose variations are taken, by the names of string catalogs.
  ///   - source: as of ``read(_:source:sum:)``.
  package static func compiled(
    _ path: String, device: String, source: String? = nil
  ) throws(CatalogError) -> [CompiledCatalog] {
    try read(path, source: source).catalogs.map { CatalogCompiler.compile($0, device: device).catalog }
  }

  /// Reads a string catalog that is in memory.
  ///
  /// - Parameter path: the name that errors have.
  package static func catalog(
    _ bytes: [UInt8], path: String, table: String
  ) throws(CatalogError) -> StringCatalog {
    let catalog = try XCStringsReader.read(bytes, path: path, table: table).catalog
    try check(catalog)
    return catalog
  }

  /// Refuses a catalog whose languages each would need a place for very many keys.
  static func check(_ catalog: StringCatalog) throws(CatalogError) {
    guard catalog.entries.count * catalog.languages.count <= 1 << 23 else {
      throw CatalogError(
        catalog.path,
        "\(catalog.entries.count) keys in \(catalog.languages.count) languages are too many; split it")
    }
  }

  // MARK: Names

  static func kind(_ path: String) -> String { (path as NSString).pathExtension }
  static func table(_ path: String) -> String {
    ((path as NSString).lastPathComponent as NSString).deletingPathExtension
  }

  static func bytes(_ path: String, _ room: inout Room) throws(CatalogError) -> [UInt8] {
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try InputFile.bytes(path, .catalog)
    } catch {
      throw CatalogError(error, path)
    }
    room.bytes += bytes.count
    guard room.bytes <= room.sum.count else {
      throw CatalogError(
        "'\(path)'", "the folder has more than \(room.sum.text) of texts with it; \(room.sum.advice)")
    }
    return bytes
  }
}
