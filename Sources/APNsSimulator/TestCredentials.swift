import APNsCredentials
import APNsProtocol
import EventLoop
import Glibc
import NotificationModel

/// Keys and certificates to push with to a simulator, in a folder; no other program is needed to make them.
package struct TestCredentials: Sendable {
  /// The passphrase of the .p12 files.
  package static let password = "notilua"

  /// The team, key and app that test credentials are made for.
  package struct Names: Sendable {
    package var teamID = "TEAMID0001"
    package var keyID = "KEYID00001"
    package var bundleID = "com.example.app"

    package init() {}
  }

  /// The key of ``Names/keyID``, a second one of the team, and one for the sandbox only.
  package var keys: [ProviderTokenCheck.Key]
  /// The authority's certificate, DER.
  package var authority: [UInt8]
  /// The server's own certificate.
  package var identity: CertificateAuthority.Issued

  private static let day: Int64 = 86400

  /// Makes an authority and a server's certificate, nothing else.
  package init(hosts: [String], at now: Int64) throws(CredentialError) {
    let authority = try CertificateAuthority(
      commonName: "Notilua APNs simulator CA", validity: now - Self.day..<now + 3650 * Self.day)
    self.authority = authority.certificate
    identity = try Self.identity(authority, hosts, at: now)
    keys = []
  }

  /// Returns whether a certificate can have a name: a DNS name (RFC 1123 §2.1), its first label perhaps '*', or an address.
  package static func isServerName(_ name: String) -> Bool {
    var address = in6_addr()
    if name.contains(":") { return inet_pton(AF_INET6, name, &address) == 1 }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    return name.utf8.count <= 253
      && labels.enumerated().allSatisfy { index, label in
        index == 0 && label == "*" && labels.count > 2
          || (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy {
              (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D
            }
      }
  }

  private static func identity(
    _ authority: CertificateAuthority, _ hosts: [String], at now: Int64
  ) throws(CredentialError) -> CertificateAuthority.Issued {
    var request = CertificateAuthority.Request(
      commonName: "Notilua APNs simulator", validity: now - day..<now + 800 * day)
    let always = ["localhost", "127.0.0.1", "::1"]
    request.hosts = hosts.reduce(into: always) { known, host in
      if !host.isEmpty, !known.contains(host) { known.append(host) }
    }
    return try authority.issue(request)
  }

  /// Reads the folder's authority and keys, so that clients go on across restarts, and makes what is not there.
  ///
  /// - Parameter form: of the .p12 files; those of the older form are written anew.
  package init(
    folder: String, names: Names = Names(), hosts: [String], form: PKCS12Writer.Form = .modern, at now: Int64
  ) throws(CredentialError) {
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
      throw CredentialError("'\(folder)': \(systemMessage()); name another folder")
    }
    let files = CredentialFolder(path: folder)
    let authority = try Self.authority(files, at: now)
    self.authority = authority.certificate
    identity = try Self.identity(authority, hosts, at: now)
    keys = []
    let kinds: [(keyID: String, environment: PushEnvironment?)] = [
      (names.keyID, nil), ("OTHERKEY01", nil), ("SANDBOXK01", .sandbox), ("PRODUCTK01", .production),
    ]
    for (keyID, environment) in kinds {
      let key = try VerificationKey(p8: try Self.p8(files, "AuthKey_\(keyID).p8"))
      keys.append(
        ProviderTokenCheck.Key(keyID: keyID, teamID: names.teamID, key: key, environment: environment))
    }
    for kind in Kind.allCases {
      try Self.prepare(kind, files, authority, form) { kind.request(names, at: now) }
    }
  }

  /// Returns the folder's authority, or a new one that is written there.
  private static func authority(
    _ files: CredentialFolder, at now: Int64
  ) throws(CredentialError) -> CertificateAuthority {
    if let certificate = try files.read("ca.pem"), let key = try files.read("ca-key.pem") {
      return try CertificateAuthority(certificatePEM: certificate, keyPEM: key)
    }
    let authority = try CertificateAuthority(
      commonName: "Notilua APNs simulator CA", validity: now - day..<now + 3650 * day)
    try files.write("ca.pem", CertificateAuthority.pem("CERTIFICATE", authority.certificate))
    try files.write("ca-key.pem", try authority.keyPEM(), isSecret: true)
    return authority
  }

  /// Returns the key of a file, or a new one that is written there.
  private static func p8(_ files: CredentialFolder, _ name: String) throws(CredentialError) -> [UInt8] {
    if let found = try files.read(name) { return found }
    let p8 = try CertificateAuthority.makeP8()
    try files.write(name, p8, isSecret: true)
    return p8
  }

  /// Makes a certificate's files where one of them is missing.
  private static func prepare(
    _ kind: Kind, _ files: CredentialFolder, _ authority: CertificateAuthority, _ form: PKCS12Writer.Form,
    _ request: () -> CertificateAuthority.Request
  ) throws(CredentialError) {
    let (pemName, p12Name) = ("\(kind.rawValue).pem", "\(kind.rawValue).p12")
    if let pem = try files.read(pemName), try files.read(p12Name) != nil {
      // The files of a start without --legacy do not say so.
      if form == .tripleDES { try files.write(p12Name, try p12(pem, form), isSecret: true) }
      return
    }
    let issued = try authority.issue(request())
    let pem =
      CertificateAuthority.pem("CERTIFICATE", issued.certificate)
      + CertificateAuthority.pem("PRIVATE KEY", issued.key)
    try files.write(pemName, pem, isSecret: true)
    try files.write(p12Name, try p12(pem, form), isSecret: true)
  }

  private static func p12(_ pem: [UInt8], _ form: PKCS12Writer.Form) throws(CredentialError) -> [UInt8] {
    try PKCS12Writer(key: pem, certificates: [pem])
      .bytes(passphrase: Array(password.utf8), form: form)
  }

  /// The certificates that are made.
  package enum Kind: String, Sendable, CaseIterable {
    case sandbox
    case production
    case universal
    case voip
    case expired
    case nextMonth = "expires-soon"

    /// Apple's marks and lists, as its own certificates have them.
    func request(_ names: Names, at now: Int64) -> CertificateAuthority.Request {
      let end =
        switch self {
        case .expired: now - day
        case .nextMonth: now + 7 * day
        default: now + 365 * day
        }
      let title =
        switch self {
        case .sandbox: "Apple Development IOS Push Services"
        case .production: "Apple Production IOS Push Services"
        case .voip: "VoIP Services"
        default: "Apple Push Services"
        }
      var request = CertificateAuthority.Request(
        commonName: "\(title): \(names.bundleID)", validity: end - 365 * day..<end)
      request.bundleID = names.bundleID
      request.teamID = names.teamID
      let apple = "1.2.840.113635.100.6.3"
      if self != .production { request.extensions.append(("\(apple).1", DERWriter.null)) }
      if self != .sandbox { request.extensions.append(("\(apple).2", DERWriter.null)) }
      let topics: [(String, String)] =
        switch self {
        case .sandbox, .production: []
        case .voip: [("\(names.bundleID).voip", "voip")]
        default:
          [
            (names.bundleID, "app"), ("\(names.bundleID).voip", "voip"),
            ("\(names.bundleID).complication", "complication"),
          ]
        }
      if !topics.isEmpty {
        let list = topics.flatMap { DERWriter.text($0.0) + DERWriter.sequence(DERWriter.text($0.1)) }
        request.extensions.append(("\(apple).\(self == .voip ? 4 : 6)", DERWriter.sequence(list)))
      }
      return request
    }
  }
}
