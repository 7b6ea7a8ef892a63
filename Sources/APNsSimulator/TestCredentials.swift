import APNsCredentials
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
    let authority: CertificateAuthority
    if let certificate = files.read("ca.pem"), let key = files.read("ca-key.pem") {
      authority = try CertificateAuthority(certificatePEM: certificate, keyPEM: key)
    } else {
      authority = try CertificateAuthority(
        commonName: "Notilua APNs simulator CA", validity: now - Self.day..<now + 3650 * Self.day)
      try files.write("ca.pem", CertificateAuthority.pem("CERTIFICATE", authority.certificate))
      try files.write("ca-key.pem", try authority.keyPEM(), isSecret: true)
    }
    self.authority = authority.certificate
    identity = try Self.identity(authority, hosts, at: now)
    keys = []
    let kinds: [(keyID: String, environment: PushEnvironment?)] = [
      (names.keyID, nil), ("OTHERKEY01", nil), ("SANDBOXK01", .sandbox), ("PRODUCTK01", .production),
    ]
    for (keyID, environment) in kinds {
      let name = "AuthKey_\(keyID).p8"
      let p8: [UInt8]
      if let found = files.read(name) {
        p8 = found
      } else {
        p8 = try CertificateAuthority.makeP8()
        try files.write(name, p8, isSecret: true)
      }
      keys.append(
        ProviderTokenCheck.Key(
          keyID: keyID, teamID: names.teamID, key: try VerificationKey(p8: p8), environment: environment))
    }
    for kind in Kind.allCases {
      let (pemName, p12Name) = ("\(kind.rawValue).pem", "\(kind.rawValue).p12")
      var pem = files.read(pemName)
      let isMade = pem == nil || files.read(p12Name) == nil
      if isMade {
        let issued = try authority.issue(kind.request(names, at: now))
        pem =
          CertificateAuthority.pem("CERTIFICATE", issued.certificate)
          + CertificateAuthority.pem("PRIVATE KEY", issued.key)
        try files.write(pemName, pem ?? [], isSecret: true)
      }
      // The files of a start without --legacy do not say so.
      if let pem, isMade || form == .tripleDES {
        let p12 = try PKCS12Writer(key: pem, certificates: [pem])
          .bytes(passphrase: Array(Self.password.utf8), form: form)
        try files.write(p12Name, p12, isSecret: true)
      }
    }
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
