import FileReading
import Foundation
import Localization

// Folders of texts, as apps have them.

extension CatalogReader {
  static func readFolder(_ path: String, _ room: inout Room) throws(CatalogError) -> Result {
    var result = Result()
    // A folder of one language is read with the folders beside it, as an app has them.
    if kind(path) == "lproj" {
      throw CatalogError("'\(path)'", "the folder of one language; name the folder that it is in")
    }
    let names = try entries(path, &room)
    for name in names where kind(name) == "xcstrings" {
      result.append(try readAll(path + "/" + name, &room))
    }
    var folders = LanguageFolders(path: path)
    for name in names where kind(name) == "lproj" { try readNames(name, &folders, &result, &room) }
    guard !folders.files.isEmpty || !result.catalogs.isEmpty else {
      throw CatalogError(
        "'\(path)'",
        "no texts in it; a folder of texts has .xcstrings files, or LANGUAGE.lproj folders with .strings")
    }
    if !folders.files.isEmpty { try readTables(folders, &result, &room) }
    return result
  }

  /// The folders of languages in a folder, and their files.
  struct LanguageFolders {
    let path: String
    /// The languages of the folders, by their names.
    var names: [String: LprojName] = [:]
    var files: [File] = []

    struct File {
      var path: String
      /// The name of the folder that it is in.
      var folder: String
    }

    /// Returns the language of a folder, as catalogs name it.
    func language(_ folder: String, source: String) -> String {
      if case .language(let tag)? = names[folder] { tag } else { source }
    }
  }

  /// Reads which files a folder `NAME.lproj` has.
  private static func readNames(
    _ name: String, _ folders: inout LanguageFolders, _ result: inout Result, _ room: inout Room
  ) throws(CatalogError) {
    let folder = folders.path + "/" + name
    guard table(name) != "mul" else {
      // Xcode's folder for catalogs of interface files.
      for name in try entries(folder, &room) where kind(name) == "xcstrings" {
        result.append(try readAll(folder + "/" + name, &room))
      }
      return
    }
    guard let language = LprojName(table(name)) else {
      result.warnings.append(
        CatalogWarning(
          folder,
          "its name is no language; its texts are left out, so rename it with a tag such as 'de' or 'zh-Hant'"
        ))
      return
    }
    for file in try entries(folder, &room) where ["strings", "stringsdict"].contains(kind(file)) {
      folders.files.append(.init(path: folder + "/" + file, folder: name))
      folders.names[name] = language
    }
  }

  /// Reads the files of all languages as one catalog for each table.
  private static func readTables(
    _ folders: LanguageFolders, _ result: inout Result, _ room: inout Room
  ) throws(CatalogError) {
    let beside = Set(result.catalogs.map(\.sourceLanguage))
    let source = sourceLanguage(
      folders.path, Set(folders.names.values), catalog: beside.count == 1 ? beside.first : nil, &room)
    result.sources = [(folders.path, source)]
    result.warnings += warnings(of: folders.names, source, folders.path)
    for table in Set(folders.files.map { self.table($0.path) }).sorted() {
      var catalog = StringCatalog(
        table: table, path: "\(folders.path)/*.lproj/\(table).strings", sourceLanguage: source.name)
      for file in order(folders.files.filter { self.table($0.path) == table }, folders, source: source.name) {
        let language = folders.language(file.folder, source: source.name)
        try add(file.path, language: language, to: &catalog, &result.warnings, &room)
      }
      result.catalogs.append(catalog)
    }
  }

  /// Returns files of one table in the order in which the later ones stand over the earlier.
  ///
  /// Base stands in for what the source language does not say itself; forms stand over plain texts; and of two folders of
  /// one language the one that is named with the tag stands over the other.
  private static func order(
    _ files: [LanguageFolders.File], _ folders: LanguageFolders, source: String
  ) -> [LanguageFolders.File] {
    func rank(_ file: LanguageFolders.File) -> (Int, String, Int, String) {
      let isTag = table(file.folder) == folders.language(file.folder, source: source)
      return (folders.names[file.folder] == .base ? 0 : 1, kind(file.path), isTag ? 1 : 0, file.path)
    }
    return files.sorted { rank($0) < rank($1) }
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

  /// Returns warnings of what the names of an app's folders leave open.
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

  static func add(
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
