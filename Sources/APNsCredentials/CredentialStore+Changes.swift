import Applications
import EventLoop
import Glibc
import NotificationModel

extension CredentialStore {
  /// A credential to be stored, with its name and purposes.
  package struct Addition: Sendable {
    /// The name of the credential in the store.
    package var name: String
    /// The path of the .p8, .p12 or PEM; a relative one begins at the working folder.
    package var file: String
    /// Guessed from a name like `AuthKey_XXXXXXXXXX.p8` where it is nil.
    package var keyID: String?
    /// A .p8 needs one; 10 characters.
    package var teamID: String?
    /// The bundle ids of the apps that it is for; empty for all of the certificate or team.
    package var bundleIDs: [String] = []
    /// The state of the app, where it is stated: a certificate without it is for one in production.
    package var application: ApplicationKind?
    /// The environment that it pushes to, where the rules leave a choice.
    package var environment: PushEnvironment?
    /// The source of the passphrase of a .p12 or an encrypted key, at each load as well.
    package var passphrase: PassphraseSource?
    /// The passphrase that was typed, where ``passphrase`` is nil; it is stored sealed, or not at all.
    package var typedPassphrase: [UInt8]?
    /// True when the file and its passphrase are stored in the record, sealed.
    package var seals = false

    /// Takes what every credential needs.
    package init(name: String, file: String, application: ApplicationKind?) {
      self.name = name
      self.file = file
      self.application = application
    }
  }

  /// Checks a credential, and stores it.
  ///
  /// - Throws: ``CredentialError`` where the file is unusable, the rules are against it, or the name is taken and
  ///   `replace` is false.
  @discardableResult
  package func add(
    _ addition: Addition, replace: Bool = false, now: Int64
  ) throws(CredentialError) -> Credential {
    try Self.checkName(addition.name)
    let path = try Self.absolute(addition.file)
    var content = try SecretFile.read(path)
    defer { erase(&content) }
    var passphrase = addition.typedPassphrase
    if let source = addition.passphrase {
      // A pipe is gone at the next load, unless the record has what came out of it.
      passphrase = try source.passphrase(mayBePipe: addition.seals)
    }
    let credential: Credential
    var record: Record
    do throws(CredentialError) {
      let kind = try CredentialKind(of: content)
      record = Record(
        name: addition.name, kind: kind, content: .file(path, .none), keyID: nil, teamID: nil,
        bundleIDs: addition.bundleIDs, application: addition.application ?? .production,
        environment: addition.environment)
      // Before what it needs besides: a file that is no signing key has another cause.
      if kind == .p8 { _ = try SigningKey(p8: content, passphrase: passphrase) }
      try Self.setIdentifiers(&record, addition, content)
      if kind == .p8 { try Self.checkEnvironment(addition) }
      credential = try Credential(record, content: content, passphrase: passphrase)
    } catch {
      throw error.at("'\(addition.file)'")
    }
    if let warning = credential.expiryWarning(now: now), warning.isError {
      let others = credential.otherCertificates
      let rest = others.isEmpty ? "" : "; the file has also \(others.joined(separator: ", "))"
      throw CredentialError("'\(addition.file)': the certificate \(warning.message)\(rest)")
    }
    if addition.seals {
      record.content = .sealed(
        try SealedContent(file: content, passphrase: passphrase).sealed(name: record.name, key: sealingKey))
    } else if record.kind == .p12 || CredentialKind.needsPassphrase(content) {
      record.content = .file(path, try kept(addition))
    }
    if var bytes = passphrase {
      passphrase = nil
      erase(&bytes)
    }
    try write(record, replace: replace)
    return credential
  }

  private func kept(_ addition: Addition) throws(CredentialError) -> Record.Passphrase {
    switch addition.passphrase {
    case .file(let path): return .source(.file(try Self.absolute(path)))
    case .variable(let name): return .source(.variable(name))
    case nil: break
    }
    guard let typed = addition.typedPassphrase, !typed.isEmpty else { return .none }
    guard sealingKey != nil else {
      throw CredentialError(
        "a passphrase that was typed is kept sealed only; give it with --passphrase-file or --passphrase-env, or set $\(SealingKey.variable)"
      )
    }
    return .sealed(
      try SealedContent(file: [], passphrase: typed).sealed(name: addition.name, key: sealingKey))
  }

  private static func setIdentifiers(
    _ record: inout Record, _ addition: Addition, _ content: [UInt8]
  ) throws(CredentialError) {
    guard record.kind == .p8 else {
      guard addition.keyID == nil, addition.teamID == nil else {
        throw CredentialError(
          "this is a certificate, which has no key id and no team id; leave --key-id and --team-id out")
      }
      return
    }
    guard
      addition.passphrase == nil && addition.typedPassphrase == nil || CredentialKind.needsPassphrase(content)
    else {
      throw CredentialError("this is a .p8, which has no passphrase; leave it out")
    }
    let file = addition.file.split(separator: "/").last.map(String.init) ?? ""
    record.keyID = addition.keyID
    if record.keyID == nil, file.hasPrefix("AuthKey_"), file.hasSuffix(".p8") {
      let middle = String(file.dropFirst(8).dropLast(3))
      if Identifier.isValid(middle) { record.keyID = middle }
    }
    guard record.keyID != nil else {
      throw CredentialError(
        "a .p8 needs its key id, which is not in the file's name; give the one of 'Keys' with --key-id")
    }
    record.teamID = addition.teamID
    guard record.teamID != nil else {
      throw CredentialError("a .p8 needs the team id; give the one of 'Membership details' with --team-id")
    }
  }

  /// Fails where the rules are against the environment of a signing key for a stated application.
  ///
  /// Without an environment the key serves both: it is its team's, and may serve other applications.
  private static func checkEnvironment(_ addition: Addition) throws(CredentialError) {
    guard let kind = addition.application, let choice = addition.environment else { return }
    do throws(EnvironmentBreach) {
      _ = try EnvironmentRule.environment(kind, .signingKey, choice: choice)
    } catch {
      throw CredentialError(error.sentence(.options))
    }
  }

  /// Takes a credential out of the store; the file that it refers to stays where it is.
  package func remove(_ name: String) throws(CredentialError) {
    try Self.checkName(name)
    // For its sentence where there is none; one that is damaged goes, too.
    if access(path(name), F_OK) != 0 { _ = try record(name) }
    try locked { () throws(CredentialError) in
      guard unlink(path(name)) == 0 else {
        throw CredentialError("'\(path(name))': \(systemMessage()); check who may write to the folder")
      }
      try syncFolder()
    }
  }

  /// Atomically: whoever reads meanwhile sees the old record or the new one.
  private func write(_ record: Record, replace: Bool) throws(CredentialError) {
    try makeFolder()
    try locked { () throws(CredentialError) in
      guard replace || access(path(record.name), F_OK) != 0 else {
        throw CredentialError(
          "there is a credential '\(record.name)' already; give another name, or --replace")
      }
      let temporary = "\(folder)/.\(record.name).new"
      // Of somebody who was killed; the lock says that nobody is at it now.
      unlink(temporary)
      try SecretFile.create(temporary, Array(record.json.utf8))
      guard rename(temporary, path(record.name)) == 0 else {
        let cause = systemMessage()
        unlink(temporary)
        throw CredentialError("'\(path(record.name))': \(cause); check who may write to the folder")
      }
      try syncFolder()
    }
  }

  private func makeFolder() throws(CredentialError) {
    var made = folder.hasPrefix("/") ? "" : "."
    for part in folder.split(separator: "/") {
      made += "/\(part)"
      if mkdir(made, 0o700) != 0, errno != EEXIST, access(made, F_OK) != 0 {
        throw CredentialError("'\(made)': \(systemMessage()); name another folder with --store")
      }
    }
    // Before a record is written that nothing would read.
    try checkFolder()
  }

  private func locked(_ body: () throws(CredentialError) -> Void) throws(CredentialError) {
    let file = open("\(folder)/.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else {
      throw CredentialError("'\(folder)/.lock': \(systemMessage()); check who may write to the folder")
    }
    defer { close(file) }
    while flock(file, LOCK_EX) != 0 {
      guard errno == EINTR else {
        throw CredentialError("'\(folder)/.lock': \(systemMessage()); use a folder of a local file system")
      }
    }
    try body()
  }

  /// A name is on the disk when its folder is.
  private func syncFolder() throws(CredentialError) {
    let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw CredentialError("'\(folder)': \(systemMessage()); check the folder") }
    defer { close(file) }
    guard fsync(file) == 0 else { throw CredentialError("'\(folder)': \(systemMessage()); check the disk") }
  }

  /// A record must say the same from wherever it is read.
  static func absolute(_ path: String) throws(CredentialError) -> String {
    guard !path.isEmpty else { throw CredentialError("the file's name is empty; name a file") }
    if path.hasPrefix("/") { return path }
    guard let folder = getcwd(nil, 0) else {
      throw CredentialError("'\(path)': \(systemMessage()); give the path from / on")
    }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }
}
