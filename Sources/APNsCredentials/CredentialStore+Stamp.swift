import Glibc

extension CredentialStore {
  /// The state of the store's files; two stamps are equal while no file has changed.
  package struct Stamp: Sendable, Equatable {
    fileprivate struct File: Sendable, Equatable {
      var path: String
      var device: dev_t
      var number: ino_t
      var size: off_t
      // A file that is written twice within one tick keeps its time; its number or its change time is then another.
      var modified: [Int]
    }

    fileprivate var files: [File] = []
  }

  /// Looks at every record, and at every file that one refers to; a few system calls each, and nothing is decrypted.
  ///
  /// Never fails: what is not there, or is no record, is a state as well.
  package func stamp() -> Stamp {
    var stamp = Stamp()
    for name in (try? names()) ?? [] {
      stamp.files.append(Self.file(path(name)))
      guard let record = try? record(name), case .file(let path, let passphrase) = record.content else {
        continue
      }
      stamp.files.append(Self.file(path))
      if case .source(.file(let path)) = passphrase { stamp.files.append(Self.file(path)) }
    }
    return stamp
  }

  private static func file(_ path: String) -> Stamp.File {
    var status = stat()
    // Links are followed: a folder whose contents are swapped by a link has other files then.
    guard stat(path, &status) == 0 else {
      return Stamp.File(path: path, device: 0, number: 0, size: -1, modified: [])
    }
    return Stamp.File(
      path: path, device: status.st_dev, number: status.st_ino, size: status.st_size,
      modified: [
        status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        Int(status.st_mode),
      ])
  }
}
