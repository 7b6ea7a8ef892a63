import Glibc

/// Reads folders, and counts what it finds: links may lead anywhere, and folders may have any number of files.
package struct FolderWalk {
  /// One entry of a folder.
  package struct Entry: Sendable {
    /// The name, with U+FFFD in place of what is not UTF-8.
    package let name: String
    /// True where the name is UTF-8, so that a path can be made of it.
    package let isUTF8: Bool
    /// The name as the kernel has it.
    package let bytes: [UInt8]
  }

  private let limit: ReadingLimit
  private let depthLimit: ReadingLimit
  private var count = 0
  /// The folders from the first to the one that is read.
  private var ancestors: [(device: dev_t, number: ino_t)] = []

  package init(_ limit: ReadingLimit = .folder, depth: ReadingLimit = .folderDepth) {
    self.limit = limit
    depthLimit = depth
  }

  /// Returns the entries of a folder by name, without `.` and `..`.
  package mutating func entries(_ folder: String) throws(FileProblem) -> [Entry] {
    guard let directory = opendir(folder) else { throw .refused(errno) }
    defer { closedir(directory) }
    var entries: [Entry] = []
    while let entry = readdir(directory) {
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if bytes == [0x2E] || bytes == [0x2E, 0x2E] { continue }
      count += 1
      guard count <= limit.count else { throw .isTooLarge(limit) }
      let name = String(validating: bytes, as: UTF8.self)
      entries.append(
        Entry(
          name: name ?? String(decoding: bytes, as: UTF8.self), isUTF8: name != nil, bytes: bytes))
    }
    return entries.sorted { $0.name < $1.name }
  }

  /// Begins with a folder below the one that is read, until ``leave()``.
  ///
  /// - Returns: false where there is no folder, or one that the walk is in already, which a link can lead to.
  package mutating func enter(_ folder: String) throws(FileProblem) -> Bool {
    var status = stat()
    guard stat(folder, &status) == 0, FileKind(status) == .folder else { return false }
    if ancestors.contains(where: { $0.device == status.st_dev && $0.number == status.st_ino }) {
      return false
    }
    guard ancestors.count < depthLimit.count else { throw .isTooLarge(depthLimit) }
    ancestors.append((status.st_dev, status.st_ino))
    return true
  }

  /// Returns to the folder above the one that ``enter(_:)`` began.
  package mutating func leave() { ancestors.removeLast() }
}
