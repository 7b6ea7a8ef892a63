import FileReading

/// The files and folders that a generation is read from, as they are at a moment.
///
/// Two that are equal have the same files in the same places: no folder was replaced in between, by a rename or by a link.
struct FileSet: Equatable, Sendable {
  private var stamps: [String: FileStamp] = [:]
  /// The folders, each by the path that leads to it.
  private(set) var folders: Set<String> = []

  /// Looks at paths, at the links that lead to them, and at all that is in those that are folders.
  init(_ paths: [String]) {
    for path in paths {
      addLinks(to: path)
      var walk = FolderWalk()
      add(path, &walk)
    }
  }

  private mutating func addLinks(to path: String) {
    for link in PathTrail(path).links {
      stamps["\(link.path) ->"] = FileStamp(link.path, followsLinks: false)
    }
  }

  private mutating func add(_ path: String, _ walk: inout FolderWalk) {
    stamps[path] = FileStamp(path)
    if FileStamp(path, followsLinks: false) != stamps[path] { addLinks(to: path) }
    // Where a folder cannot be read, reading the generation says so.
    guard (try? walk.enter(path)) == true else { return }
    defer { walk.leave() }
    folders.insert(path)
    for entry in (try? walk.entries(path)) ?? [] where !entry.name.hasPrefix(".") && entry.isUTF8 {
      add("\(path)/\(entry.name)", &walk)
    }
  }
}
