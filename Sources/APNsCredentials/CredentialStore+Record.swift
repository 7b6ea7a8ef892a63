import Applications
import LosslessJSON
import NotificationModel

extension CredentialStore {
  /// The contents of the file `NAME.json`: the place of a credential, and its purposes.
  package struct Record: Sendable, Equatable, CustomStringConvertible {
    /// The place that a passphrase comes from at each load.
    package enum Passphrase: Sendable, Equatable {
      case none
      case source(PassphraseSource)
      /// In the record, as ``SealingKey`` seals it.
      case sealed([UInt8])
    }

    /// The place of the secret itself.
    package enum Content: Sendable, Equatable {
      /// The absolute path of the file.
      case file(String, Passphrase)
      /// The file and its passphrase, as ``SealingKey`` seals them.
      case sealed([UInt8])
    }

    /// The name of the record's file, without `.json`.
    package var name: String
    /// The form that the file is read in.
    package var kind: CredentialKind
    /// The place of the secret itself.
    package var content: Content
    /// Of a signing key only.
    package var keyID: String?
    /// Of a signing key only.
    package var teamID: String?
    /// The bundle ids of the apps that it is for; empty for all of the certificate or team.
    package var bundleIDs: [String]
    /// The state of the app.
    package var application: ApplicationKind
    /// The environment that it pushes to, where the rules leave a choice.
    package var environment: PushEnvironment?

    /// Tells nothing secret.
    package var description: String { "Record(\(name), \(kind.rawValue))" }

    init(
      name: String, kind: CredentialKind, content: Content, keyID: String?, teamID: String?,
      bundleIDs: [String],
      application: ApplicationKind, environment: PushEnvironment?
    ) {
      self.name = name
      self.kind = kind
      self.content = content
      self.keyID = keyID
      self.teamID = teamID
      self.bundleIDs = bundleIDs
      self.application = application
      self.environment = environment
    }

    /// Reads the text of a record.
    ///
    /// - Throws: ``CredentialError`` where it is not as ``json`` writes it; its caller says where.
    package init(name: String, json: [UInt8]) throws(CredentialError) {
      var document = JSONDocument(depthLimit: 8)
      let parsed: Void? = json.withUnsafeBytes { try? document.parse($0) }
      guard parsed != nil, document.kind(of: document.top) == .object else {
        throw Self.damage("is not a JSON object")
      }
      let top = document.top
      guard let version = document.member(top, "version"), document.integer(of: version) == 1 else {
        throw Self.damage("is of another version of Notilua")
      }
      guard let kind = document.stringMember(top, "kind").flatMap(CredentialKind.init) else {
        throw Self.damage("has no 'kind' p8, p12 or pem")
      }
      guard let application = document.stringMember(top, "application").flatMap(ApplicationKind.init)
      else { throw Self.damage("has no 'application' development or production") }
      self.name = name
      self.kind = kind
      self.application = application
      if document.member(top, "environment") != nil {
        environment = document.stringMember(top, "environment").flatMap(PushEnvironment.init)
        guard environment != nil else { throw Self.damage("has an 'environment' that is none") }
      }
      keyID = document.stringMember(top, "key_id")
      teamID = document.stringMember(top, "team_id")
      bundleIDs = try Self.bundleIDs(document)
      content = try Self.content(document)
    }

    private static func bundleIDs(_ document: borrowing JSONDocument) throws(CredentialError) -> [String] {
      guard let list = document.member(document.top, "bundle_ids") else { return [] }
      var bundleIDs: [String] = []
      for item in document.elements(of: list) {
        guard document.kind(of: item) == .string else { throw damage("has a 'bundle_ids' that is no text") }
        bundleIDs.append(document.swiftString(of: item))
      }
      return bundleIDs
    }

    private static func content(_ document: borrowing JSONDocument) throws(CredentialError) -> Content {
      let top = document.top
      if let sealed = document.stringMember(top, "sealed") { return .sealed(try bytes(sealed)) }
      guard let file = document.stringMember(top, "file"), file.hasPrefix("/"), !file.utf8.contains(0) else {
        throw damage("has neither 'sealed' nor the absolute path 'file'")
      }
      return .file(file, try passphrase(document))
    }

    private static func passphrase(
      _ document: borrowing JSONDocument
    ) throws(CredentialError) -> Passphrase {
      let top = document.top
      if let path = document.stringMember(top, "passphrase_file") { return .source(.file(path)) }
      if let variable = document.stringMember(top, "passphrase_env") { return .source(.variable(variable)) }
      if let sealed = document.stringMember(top, "passphrase_sealed") { return .sealed(try bytes(sealed)) }
      return .none
    }

    private static func bytes(_ text: String) throws(CredentialError) -> [UInt8] {
      guard let bytes = Base64URL.decode(text.utf8) else {
        throw damage("has sealed bytes that are cut short")
      }
      return bytes
    }

    private static func damage(_ cause: String) -> CredentialError {
      CredentialError("the record \(cause); add the credential anew with 'notilua credentials add --replace'")
    }

    /// The text of the record's file.
    package var json: String {
      var writer = JSONWriter()
      writer.beginObject()
      writer.member("version", 1)
      writer.member("kind", kind.rawValue)
      writer.member("application", application.rawValue)
      if let environment { writer.member("environment", environment.rawValue) }
      if let keyID { writer.member("key_id", keyID) }
      if let teamID { writer.member("team_id", teamID) }
      if !bundleIDs.isEmpty { writer.member("bundle_ids", bundleIDs) }
      switch content {
      case .sealed(let bytes): writer.member("sealed", Base64URL.encode(bytes))
      case .file(let path, let passphrase):
        writer.member("file", path)
        switch passphrase {
        case .none: break
        case .source(.file(let path)): writer.member("passphrase_file", path)
        case .source(.variable(let name)): writer.member("passphrase_env", name)
        case .sealed(let bytes): writer.member("passphrase_sealed", Base64URL.encode(bytes))
        }
      }
      writer.endObject()
      return writer.text + "\n"
    }
  }
}
