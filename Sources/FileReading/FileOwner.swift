import Glibc

/// The owner of a file, or of the link that stands in its place.
package enum FileOwner {
  /// Returns the number of the user who owns a path; nil where nothing is there.
  package static func of(_ path: String) -> uid_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_uid : nil
  }
}
