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
  private struct Room {
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
    default:
      throw CatalogError(
        "'\(path)'", "no file of texts; name a .xcstrings, .strings or .stringsdict, or a folder")
    }
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

  /// Refuses a catalog whose languages each would need a place for very many keys.
  static func check(_ catalog: StringCatalog) throws(CatalogError) {
    guard catalog.entries.count * catalog.languages.count <= 1 << 23 else {
      throw CatalogError(
        catalog.path,
        "\(catalog.entries.count) keys in \(catalog.languages.count) languages are too many; split it")
    }
  }

  // MARK: Names

  private static func kind(_ path: String) -> String { (path as NSString).pathExtension }
  private static func table(_ path: String) -> String {
    ((path as NSString).lastPathComponent as NSString).deletingPathExtension
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
      result.append(try readAll(path + "/" + name, &room))
    }
    var folders: [String: LprojName] = [:]
    var files: [(file: String, folder: String)] = []
    for name in names where kind(name) == "lproj" {
      let folder = path + "/" + name
      guard table(name) != "mul" else {
        // Xcode's folder for catalogs of interface files.
        for name in try entries(folder, &room) where kind(name) == "xcstrings" {
          result.append(try readAll(folder + "/" + name, &room))
        }
        continue
      }
      guard let language = LprojName(table(name)) else {
        result.warnings.append(
          CatalogWarning(
            folder,
            "its name is no language; its texts are left out, so rename it with a tag such as 'de' or 'zh-Hant'"
          ))
        continue
      }
      for file in try entries(folder, &room) where ["strings", "stringsdict"].contains(kind(file)) {
        files.append((folder + "/" + file, name))
        folders[name] = language
      }
    }
    guard !files.isEmpty || !result.catalogs.isEmpty else {
      throw CatalogError(
        "'\(path)'",
        "no texts in it; a folder of texts has .xcstrings files, or LANGUAGE.lproj folders with .strings")
    }
    if files.isEmpty { return result }
    let beside = Set(result.catalogs.map(\.sourceLanguage))
    let source = sourceLanguage(
      path, Set(folders.values), catalog: beside.count == 1 ? beside.first : nil, &room)
    result.sources = [(path, source)]
    result.warnings += warnings(of: folders, source, path)
    func language(_ folder: String) -> String {
      if case .language(let tag)? = folders[folder] { return tag }
      return source.name
    }
    for table in Set(files.map { self.table($0.file) }).sorted() {
      var catalog = StringCatalog(
        table: table, path: "\(path)/*.lproj/\(table).strings", sourceLanguage: source.name)
      // Base stands in for what the source language does not say itself; forms stand over plain texts; and of two folders
      // of one language the one that is named with the tag stands over the other.
      func order(_ file: (file: String, folder: String)) -> (Int, String, Int, String) {
        let isTag = self.table(file.folder) == language(file.folder)
        return (folders[file.folder] == .base ? 0 : 1, kind(file.file), isTag ? 1 : 0, file.file)
      }
      for (file, folder) in files.filter({ self.table($0.file) == table }).sorted(by: {
        order($0) < order($1)
      }) {
        try add(file, language: language(folder), to: &catalog, &result.warnings, &room)
      }
      result.catalogs.append(catalog)
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

  /// The language that an app was written in, as a setting or its Info.plist says, or as its folders show.
  private static func sourceLanguage(
    _ folder: String, _ names: Set<LprojName>, catalog: String?, _ room: inout Room
  ) -> SourceLanguage {
    var region: String?
    if room.source == nil, let bytes = try? bytes(folder + "/Info.plist", &room),
      case .dictionary(let members)? = try? PropertyList.read(bytes, path: folder),
      case .text(let value)? = members["CFBundleDevelopmentRegion"]
    {
      region = SourceLanguage.region(value)
    }
    var languages: Set<String> = []
    for case .language(let tag) in names { languages.insert(tag) }
    return SourceLanguage(
      among: languages, hasBase: names.contains(.base), setting: room.source, region: region, catalog: catalog
    )
  }

  /// What the names of an app's folders leave open.
  private static func warnings(
    of folders: [String: LprojName], _ source: SourceLanguage, _ path: String
  ) -> [CatalogWarning] {
    var warnings: [CatalogWarning] = []
    var names: [String: [String]] = [:]
    for case (let folder, .language(let tag)) in folders { names[tag, default: []].append(folder) }
    for (tag, folders) in names.sorted(by: { $0.key < $1.key }) where folders.count > 1 {
      let last = folders.contains(tag + ".lproj") ? tag + ".lproj" : folders.max() ?? tag
      let others = folders.filter { $0 != last }.sorted().joined(separator: "' and '")
      warnings.append(
        CatalogWarning(
          "\(path)/\(last)",
          "its language, '\(tag)', is also that of '\(others)', whose texts give way; keep one folder"))
    }
    if source.origin == .first {
      warnings.append(
        CatalogWarning(
          path,
          "the language that the texts were written in is not known; '\(source.name)' is taken, the first by name."
            + " Name it with --source, or with 'strings: { source: TAG }' in notilua.yaml"))
    }
    return warnings
  }

  private static func add(
    _ file: String, language: String, to catalog: inout StringCatalog, _ warnings: inout [CatalogWarning],
    _ room: inout Room
  ) throws(CatalogError) {
    let bytes = try bytes(file, &room)
    if kind(file) == "stringsdict" {
      let read = try StringsDictReader.read(bytes, path: file)
      warnings += read.warnings
      for (key, text) in read.texts.sorted(by: { $0.key < $1.key }) {
        catalog.set(text, key, language, place: CatalogPlace(file: file))
      }
    } else {
      let read = try StringsReader.read(bytes, path: file)
      warnings += read.warnings
      for pair in read.pairs {
        catalog.set(
          LocalizedText(value: .unit(StringUnit(pair.value))), pair.key, language, comment: pair.comment,
          place: CatalogPlace(file: file, line: pair.line))
      }
    }
  }
}
