import Glibc

/// The state of a file or a folder by which a change is seen: another one in its place, other bytes, another name.
package struct FileStamp: Equatable, Sendable {
  private let device: dev_t
  private let number: ino_t
  private let size: Int
  private let modifiedAt: [Int]
  private let changedAt: [Int]
  /// The kind of the thing.
  package let kind: FileKind

  /// Reads the state of what is at a path; nil where nothing is there.
  ///
  /// - Parameter followsLinks: false for a symbolic link itself.
  package init?(_ path: String, followsLinks: Bool = true) {
    var status = stat()
    guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    (device, number, size) = (status.st_dev, status.st_ino, Int(status.st_size))
    modifiedAt = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    // A rename changes this time alone.
    changedAt = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
    kind = FileKind(status)
  }
}
