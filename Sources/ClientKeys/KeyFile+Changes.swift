import APNsCredentials
import EventLoop
import Glibc

extension KeyFile {
  /// Adds a key behind the others; a service that reads the file accepts it within two seconds.
  ///
  /// - Throws: ``CredentialError`` where the key id is taken, or the file has a fault or cannot be written.
  package func add(_ key: Key) throws(CredentialError) {
    try locked { () throws(CredentialError) in
      let bytes = try bytes() ?? []
      if try keys(in: bytes).contains(where: { $0.keyID == key.keyID }) {
        throw CredentialError(
          "'\(path)' has the key '\(key.keyID)' already; remove it, or choose another key id")
      }
      let separator: [UInt8] = bytes.isEmpty || bytes.last == 0x0A ? [] : [0x0A]
      try replace(with: bytes + separator + Array("\(key.line)\n".utf8))
    }
  }

  /// Takes a key out; a service that reads the file refuses it within two seconds.
  ///
  /// - Throws: ``CredentialError`` where there is no such key, or the file has a fault or cannot be written.
  package func remove(_ keyID: String) throws(CredentialError) {
    try edit(keyID) { _ in nil }
  }

  /// Puts another key in the place of one, in its line.
  ///
  /// - Parameter change: returns the new key, which has the same key id.
  /// - Throws: ``CredentialError`` where there is no such key, or the file has a fault or cannot be written.
  package func replace(_ keyID: String, _ change: (Key) -> Key) throws(CredentialError) {
    try edit(keyID) { change($0) }
  }

  private func edit(_ keyID: String, _ change: (Key) -> Key?) throws(CredentialError) {
    try locked { () throws(CredentialError) in
      guard let bytes = try bytes() else { throw missing }
      // A file with a fault is not changed: what is in force may be another one.
      guard try keys(in: bytes).contains(where: { $0.keyID == keyID }) else {
        throw CredentialError("'\(path)' has no key '\(keyID)'; '\(Key.command) list' shows what it has")
      }
      let kept = Self.lines(bytes).compactMap { line -> ArraySlice<UInt8>? in
        guard !Self.isSilent(line), let key = try? Key(line: line), key.keyID == keyID else { return line }
        return change(key).map { Array($0.line.utf8)[...] }
      }
      try replace(with: Array(kept.joined(separator: [0x0A])))
    }
  }

  /// The error for a file that is not there.
  package var missing: CredentialError {
    CredentialError("'\(path)': there is no such file; make it with '\(Key.command) add'")
  }

  // MARK: Writing

  /// The file itself where the path is a symbolic link, which stays.
  private var target: String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private var folder: String {
    guard let slash = target.lastIndex(of: "/") else { return "." }
    return slash == target.startIndex ? "/" : String(target[..<slash])
  }

  /// Does something while no other command changes a file of the folder.
  private func locked(_ body: () throws(CredentialError) -> Void) throws(CredentialError) {
    let folder = folder
    let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw CredentialError("'\(folder)': \(systemMessage()); make the folder first") }
    defer { close(file) }
    while flock(file, LOCK_EX) != 0 {
      guard errno == EINTR else {
        throw CredentialError("'\(folder)': \(systemMessage()); use a folder of a local file system")
      }
    }
    try body()
  }

  /// Atomically: a service that reads meanwhile sees the old file or the new one.
  private func replace(with bytes: [UInt8]) throws(CredentialError) {
    let target = target
    var old = stat()
    let isThere = stat(target, &old) == 0
    // The file stays readable for the service, also where another user changes it.
    let owner = isThere && geteuid() == 0 ? (user: old.st_uid, group: old.st_gid) : nil
    let code = bytes.withUnsafeBytes {
      replaceFile(target, $0, mode: isThere ? old.st_mode & 0o777 : 0o644, owner: owner, isDurable: true)
    }
    guard code == 0 else {
      throw CredentialError(
        "'\(path)': \(systemMessage(code)); check the disk, and who may write to the folder")
    }
  }
}
