import EventLoop
import Glibc
import NotificationModel

/// A folder of credentials: a file `NAME.json` of mode 0600 each, in a folder of mode 0700.
package struct CredentialStore: Sendable {
  /// The folder of the records, which may not exist yet.
  package let folder: String
  let sealingKey: SealingKey?

  /// - Parameters:
  ///   - folder: made by the first ``add(_:replace:)``.
  ///   - sealingKey: opens records that are sealed; those without it cannot be loaded.
  package init(folder: String, sealingKey: SealingKey?) {
    self.folder = folder
    self.sealingKey = sealingKey
  }

  /// `$NOTILUA_CREDENTIALS`, else `$XDG_CONFIG_HOME/notilua/credentials`, else `/etc/notilua/credentials` for root and
  /// `~/.config/notilua/credentials` for others.
  package static var defaultFolder: String {
    let value = { (name: String) in getenv(name).map { String(cString: $0) } ?? "" }
    let named = value("NOTILUA_CREDENTIALS")
    if !named.isEmpty { return named }
    // "All paths set in these environment variables must be absolute" (XDG Base Directory Specification).
    let settings = value("XDG_CONFIG_HOME")
    if settings.hasPrefix("/") { return settings + "/notilua/credentials" }
    return geteuid() == 0 ? "/etc/notilua/credentials" : value("HOME") + "/.config/notilua/credentials"
  }

  /// Returns the names of the credentials, sorted; none where there is no folder.
  package func names() throws(CredentialError) -> [String] {
    guard let entries = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw CredentialError("'\(folder)': \(systemMessage()); name a folder with --store")
    }
    defer { closedir(entries) }
    try checkFolder()
    var names: [String] = []
    while let entry = readdir(entries) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".json"), Self.isName(String(name.dropLast(5))) {
        names.append(String(name.dropLast(5)))
      }
    }
    return names.sorted()
  }

  /// Returns all records, sorted by name.
  package func records() throws(CredentialError) -> [Record] {
    var records: [Record] = []
    for name in try names() { records.append(try record(name)) }
    return records
  }

  /// Returns the contents of one record; the files that it names are not read.
  package func record(_ name: String) throws(CredentialError) -> Record {
    try Self.checkName(name)
    guard access(path(name), F_OK) == 0 || errno != ENOENT else {
      let known = (try? names()) ?? []
      let hint =
        Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
        ?? "'notilua credentials list' shows what there is"
      throw CredentialError("there is no credential '\(name)' in '\(folder)'; \(hint)")
    }
    try checkFolder()
    let json = try SecretFile.read(path(name))
    do throws(CredentialError) {
      return try Record(name: name, json: json)
    } catch {
      throw error.at("'\(path(name))'")
    }
  }

  /// Reads what a record is about.
  ///
  /// A certificate that has expired loads: ``Credential/expiryWarning(now:)`` says so.
  ///
  /// - Throws: ``CredentialError`` with the name in front.
  package func load(_ name: String) throws(CredentialError) -> Credential {
    try load(try record(name))
  }

  /// Returns all credentials, sorted by name.
  package func load() throws(CredentialError) -> [Credential] {
    var credentials: [Credential] = []
    for name in try names() { credentials.append(try load(name)) }
    return credentials
  }

  func load(_ record: Record) throws(CredentialError) -> Credential {
    do throws(CredentialError) {
      var (content, passphrase) = try opened(record)
      defer {
        erase(&content)
        if var bytes = passphrase {
          passphrase = nil
          erase(&bytes)
        }
      }
      return try Credential(record, content: content, passphrase: passphrase)
    } catch {
      throw error.at("credential '\(record.name)'")
    }
  }

  /// Returns the file's bytes, and its passphrase.
  private func opened(_ record: Record) throws(CredentialError) -> ([UInt8], [UInt8]?) {
    switch record.content {
    case .file(let path, let passphrase):
      let content = try SecretFile.read(path)
      switch passphrase {
      case .none: return (content, nil)
      case .source(let source): return (content, try source.passphrase())
      case .sealed(let sealed):
        return (content, try SealedContent(sealed, name: record.name, key: sealingKey).passphrase)
      }
    case .sealed(let sealed):
      let opened = try SealedContent(sealed, name: record.name, key: sealingKey)
      return (opened.file, opened.passphrase)
    }
  }

  func path(_ name: String) -> String { "\(folder)/\(name).json" }

  /// Fails where others may enter the folder.
  func checkFolder() throws(CredentialError) {
    var status = stat()
    guard stat(folder, &status) == 0 else {
      throw CredentialError("'\(folder)': \(systemMessage()); name a folder with --store")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw CredentialError("'\(folder)' may be entered by others; run 'chmod 700' on it")
    }
  }

  /// Returns whether a text can name a credential: up to 64 letters, digits, '.', '_' and '-', the first a
  /// letter or digit.
  package static func isName(_ name: String) -> Bool {
    let isWord = { (byte: UInt8) in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    guard let first = name.utf8.first, isWord(first), name.utf8.count <= 64 else { return false }
    return name.utf8.allSatisfy { isWord($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
  }

  static func checkName(_ name: String) throws(CredentialError) {
    guard isName(name) else {
      throw CredentialError(
        "'\(name)' cannot name a credential; use up to 64 letters, digits, '.', '_' and '-', the first a letter or digit"
      )
    }
  }
}

extension Credential {
  /// Makes what a record is about of its file.
  init(
    _ record: CredentialStore.Record, content: [UInt8], passphrase: [UInt8]?
  ) throws(CredentialError) {
    var use = CertificateUse()
    (use.bundleIDs, use.application, use.environment) = (
      record.bundleIDs, record.application, record.environment
    )
    let secret: Secret
    switch record.kind {
    case .p8:
      secret = .key(
        try SigningKey(p8: content, passphrase: passphrase), keyID: record.keyID ?? "",
        teamID: record.teamID ?? "")
    case .p12: secret = .certificate(try PushCertificate(p12: content, passphrase: passphrase, use: use))
    case .pem: secret = .certificate(try PushCertificate(pem: content, passphrase: passphrase, use: use))
    }
    try self.init(
      name: record.name, secret: secret, bundleIDs: record.bundleIDs, application: record.application,
      environment: record.environment)
  }
}
