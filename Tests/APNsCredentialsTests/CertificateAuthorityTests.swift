import APNsCredentials
import CredentialSamples
import Foundation
import Testing

/// Certificates that are made, as `openssl` sees them.
struct CertificateAuthorityTests {
  private static let now = Int64(Date().timeIntervalSince1970)

  private static func authority(_ samples: CredentialSamples) throws -> CertificateAuthority {
    let authority = try CertificateAuthority(commonName: "Test CA", validity: now - 60..<now + 86_400)
    try samples.write("ca.pem", CertificateAuthority.pem("CERTIFICATE", authority.certificate))
    return authority
  }

  @Test func openSSLVerifiesAServer() throws {
    let samples = try CredentialSamples()
    let authority = try Self.authority(samples)
    var request = CertificateAuthority.Request(
      commonName: "server", validity: Self.now - 60..<Self.now + 3600)
    request.hosts = ["a.test", "*.b.test", "192.0.2.1", "2001:db8::1"]
    let issued = try authority.issue(request)
    try samples.write("s.pem", CertificateAuthority.pem("CERTIFICATE", issued.certificate))
    for (option, name) in [
      ("-verify_hostname", "a.test"), ("-verify_hostname", "x.b.test"), ("-verify_ip", "192.0.2.1"),
      ("-verify_ip", "2001:db8::1"),
    ] {
      let said = try samples.openssl(
        "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.pem", option, name, "s.pem")
      #expect(said.contains("s.pem: OK"))
    }
    #expect(throws: CredentialSamples.Failure.self) {
      try samples.openssl("verify", "-CAfile", "ca.pem", "-verify_hostname", "c.test", "s.pem")
    }
    try samples.write("s.key", CertificateAuthority.pem("PRIVATE KEY", issued.key))
    let key = try samples.openssl("pkey", "-in", "s.key", "-pubout")
    #expect(try samples.openssl("x509", "-in", "s.pem", "-noout", "-pubkey") == key)
  }

  @Test func aClientHasTheAppAndTheTeam() throws {
    let samples = try CredentialSamples()
    let authority = try Self.authority(samples)
    var request = CertificateAuthority.Request(commonName: "Push", validity: Self.now - 60..<Self.now + 3600)
    (request.bundleID, request.teamID) = ("com.example.app", "TEAMID0001")
    try samples.write(
      "c.pem", CertificateAuthority.pem("CERTIFICATE", try authority.issue(request).certificate))
    #expect(
      try samples.openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", "ca.pem", "c.pem")
        .contains("c.pem: OK"))
    let subject = try samples.openssl("x509", "-in", "c.pem", "-noout", "-subject", "-nameopt", "RFC2253")
    for part in ["UID=com.example.app", "OU=TEAMID0001", "CN=Push"] { #expect(subject.contains(part)) }
  }

  @Test func anAuthorityIsReadAgainWithItsOwnKeyOnly() throws {
    let samples = try CredentialSamples()
    let authority = try Self.authority(samples)
    let pem = CertificateAuthority.pem("CERTIFICATE", authority.certificate)
    let again = try CertificateAuthority(certificatePEM: pem, keyPEM: try authority.keyPEM())
    #expect(again.certificate == authority.certificate)
    let other = try Self.authority(try CredentialSamples())
    for (certificate, key) in [(pem, try other.keyPEM()), (pem, []), ([], try authority.keyPEM())] {
      #expect(throws: CredentialError.self) {
        try CertificateAuthority(certificatePEM: certificate, keyPEM: key)
      }
    }
  }

  @Test func aNewSigningKeyIsOfTheCurveThatAppleTakes() throws {
    let samples = try CredentialSamples()
    try samples.write("k.p8", try CertificateAuthority.makeP8())
    let text = try samples.openssl("pkey", "-in", "k.p8", "-noout", "-text")
    #expect(text.contains("prime256v1") || text.contains("P-256"))
  }
}
