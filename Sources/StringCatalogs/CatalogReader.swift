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
    package var catalogs: [StringCatalog] = []
    package var warnings: [CatalogWarning] = []

    package init(catalogs: [StringCatalog] = [], warnings: [CatalogWarning] = []) {
      self.catalogs = catalogs
      self.warnings = warnings
    }
  }

  /// The amount that was read of one path's files: bytes, and entries of folders.
  private struct Room {
    var sum: ReadingLimit
    var bytes = 0
    var walk = FolderWalk(.catalogFiles)
  }

  /// Reads the catalogs at a path.
  ///
  /// - Parameter sum: the most bytes of all its files.
  /// - Throws: ``CatalogError`` that names the file, and the line or the key.
  package static func read(
    _ path: String, sum: ReadingLimit = .catalogSum
  ) throws(CatalogError) -> Result {
    var room = Room(sum: sum)
    let result = try readAll(path, &room)
    for catalog in result.catalogs { try check(catalog) }
    return result
  }

  private static func readAll(_ path: String, _ room: inout Room) throws(CatalogError) -> Result {
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
    case "strings", "stringsdict":
      let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
      var language = kind(folder) == "lproj" ? self.language(ofFolder: table(folder)) : nil
      var result = Result()
      if language == nil {
        language = "en"
        result.warnings.append(
          CatalogWarning(path, "it is not in a folder LANGUAGE.lproj; its texts are taken for English"))
      }
      let source = language == baseName ? "en" : language ?? "en"
      var catalog = StringCatalog(table: table(path), path: path, sourceLanguage: source)
      try add(path, language: source, to: &catalog, &result.warnings, &room)
      result.catalogs = [catalog]
      return result
    default:
      throw CatalogError(
        "'\(path)'", "no file of texts; name a .xcstrings, .strings or .stringsdict, or a folder")
    }
  }

  /// Reads the catalogs at a path for workers; what is odd about them is for whoever looks after them.
  ///
  /// - Parameter device: whose variations are taken, by the names of string catalogs.
  package static func compiled(_ path: String, device: String) throws(CatalogError) -> [CompiledCatalog] {
    try read(path).catalogs.map { CatalogCompiler.compile($0, device: device).catalog }
  }

  /// Refuses a catalog whose languages each would need a place for very many keys.
  private static func check(_ catalog: StringCatalog) throws(CatalogError) {
    guard catalog.entries.count * catalog.languages.count <= 1 << 23 else {
      throw CatalogError(
        catalog.path,
        "\(catalog.entries.count) keys in \(catalog.languages.count) languages are too many; split it")
    }
  }

  // MARK: Names

  private static let baseName = "Base"

  /// The names of languages before there were codes, which folders still have.
  private static let legacyNames = [
    "English": "en", "French": "fr", "German": "de", "Italian": "it", "Japanese": "ja", "Spanish": "es",
    "Dutch": "nl", "Swedish": "sv", "Danish": "da", "Norwegian": "nb", "Finnish": "fi", "Portuguese": "pt",
    "Korean": "ko", "Russian": "ru", "Polish": "pl", "Turkish": "tr",
  ]

  private static func kind(_ path: String) -> String { (path as NSString).pathExtension }
  private static func table(_ path: String) -> String {
    ((path as NSString).lastPathComponent as NSString).deletingPathExtension
  }

  /// The language of a folder `NAME.lproj`: `Base`, a tag, or nil where the name is neither.
  private static func language(ofFolder name: String) -> String? {
    if name == baseName { return baseName }
    if let code = legacyNames[name] { return code }
    return LanguageTag(name) == nil ? nil : name
  }

  private static func bytes(_ path: String, _ room: inout Room) throws(CatalogError) -> [UInt8] {
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

  // MARK: Folders

  private static func readFolder(_ path: String, _ room: inout Room) throws(CatalogError) -> Result {
    var result = Result()
    // A folder of one language is read with the folders beside it, as an app has them.
    if kind(path) == "lproj" {
      throw CatalogError("'\(path)'", "the folder of one language; name the folder that it is in")
    }
    let names = try entries(path, &room)
    for name in names where kind(name) == "xcstrings" {
      let read = try readAll(path + "/" + name, &room)
      result.catalogs += read.catalogs
      result.warnings += read.warnings
    }
    var files: [(file: String, language: String)] = []
    for name in names where kind(name) == "lproj" {
      let folder = path + "/" + name
      guard table(name) != "mul" else {
        // Xcode's folder for catalogs of interface files.
        for name in try entries(folder, &room) where kind(name) == "xcstrings" {
          let read = try readAll(folder + "/" + name, &room)
          result.catalogs += read.catalogs
          result.warnings += read.warnings
        }
        continue
      }
      guard let language = language(ofFolder: table(name)) else {
        result.warnings.append(CatalogWarning(folder, "named for no language; its texts are left out"))
        continue
      }
      for name in try entries(folder, &room) where ["strings", "stringsdict"].contains(kind(name)) {
        files.append((folder + "/" + name, language))
      }
    }
    let source = sourceLanguage(path, Set(files.map(\.language)), &room)
    for table in Set(files.map { self.table($0.file) }).sorted() {
      var catalog = StringCatalog(
        table: table, path: "\(path)/*.lproj/\(table).strings", sourceLanguage: source)
      let own = files.filter { self.table($0.file) == table }
      // Base stands in for what the source language does not say itself; forms stand over plain texts.
      let order = own.sorted {
        ($0.language == baseName ? 0 : 1, kind($0.file), $0.file) < (
          $1.language == baseName ? 0 : 1, kind($1.file), $1.file
        )
      }
      for (file, language) in order {
        try add(
          file, language: language == baseName ? source : language, to: &catalog, &result.warnings, &room)
      }
      result.catalogs.append(catalog)
    }
    guard !result.catalogs.isEmpty else {
      throw CatalogError(
        "'\(path)'",
        "no texts in it; a folder of texts has .xcstrings files, or LANGUAGE.lproj folders with .strings")
    }
    return result
  }

  private static func entries(_ folder: String, _ room: inout Room) throws(CatalogError) -> [String] {
    do throws(FileProblem) {
      return try room.walk.entries(folder).filter(\.isUTF8).map(\.name)
    } catch {
      throw CatalogError(error, folder)
    }
  }

  /// The language that an app was written in: as its Info.plist says, else English, else the only one that there is.
  private static func sourceLanguage(
    _ folder: String, _ languages: Set<String>, _ room: inout Room
  ) -> String {
    if let bytes = try? bytes(folder + "/Info.plist", &room),
      case .dictionary(let members)? = try? PropertyList.read(bytes, path: folder),
      case .text(let region)? = members["CFBundleDevelopmentRegion"], LanguageTag(region) != nil
    {
      return legacyNames[region] ?? region
    }
    if languages.contains("en") || languages.contains(baseName) { return "en" }
    return languages.sorted().first ?? "en"
  }

  private static func add(
    _ file: String, language: String, to catalog: inout StringCatalog, _ warnings: inout [CatalogWarning],
    _ room: inout Room
  ) throws(CatalogError) {
    let bytes = try bytes(file, &room)
    if kind(file) == "stringsdict" {
      let read = try StringsDictReader.read(bytes, path: file)
      warnings += read.warnings
      for (key, text) in read.texts.sorted(by: { $0.key < $1.key }) { catalog.set(text, key, language) }
    } else {
      let read = try StringsReader.read(bytes, path: file)
      warnings += read.warnings
      for pair in read.pairs {
        catalog.set(
          LocalizedText(value: .unit(StringUnit(pair.value))), pair.key, language, comment: pair.comment)
      }
    }
  }
}
