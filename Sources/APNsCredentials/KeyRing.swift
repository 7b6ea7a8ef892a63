import CCrypto
import Glibc
import NotificationModel

/// The private keys and the certificates of one file, and the choice among them.
final class KeyRing {
  /// A certificate whose key is there.
  struct Identity {
    var certificate: OpaquePointer
    var key: OpaquePointer
    var facts: CertificateFacts
  }

  private var keys: [OpaquePointer] = []
  private var certificates: [OpaquePointer] = []

  /// The name of the file in a sentence.
  private let place: String

  /// Makes one that has nothing yet.
  init(of place: String) { self.place = place }

  deinit {
    for key in keys { EVP_PKEY_free(key) }
    for certificate in certificates { X509_free(certificate) }
  }

  /// Adds a key, which it frees.
  func add(key: OpaquePointer) { keys.append(key) }

  /// Adds a certificate, which it frees.
  func add(certificate: OpaquePointer) { certificates.append(certificate) }

  /// Chooses the certificate for a use among those that have their key: the newest that serves it now.
  ///
  /// - Returns: the certificate, and the others with the reason why each was not chosen.
  /// - Throws: ``CredentialError`` where there is none, or more than one app has one.
  func choose(for use: CertificateUse) throws(CredentialError) -> (Identity, others: [String]) {
    let identities = try identities()
    let objections = identities.map { use.objection(to: $0.facts) }
    let serving = identities.indices.filter { objections[$0] == nil }
    guard let chosen = serving.max(by: { isBetter(identities[$1].facts, identities[$0].facts) }) else {
      return try chooseByNecessity(identities, objections)
    }
    let apps = Set(serving.map { use.apps(of: identities[$0].facts) })
    guard apps.count == 1 else {
      let names = apps.map { $0.sorted().joined(separator: " and ") }.sorted()
      throw CredentialError(
        "the file has certificates of \(names.count) apps: \(names.joined(separator: ", ")); choose one with --bundle-id"
      )
    }
    let others = identities.indices.filter { $0 != chosen }.map {
      Self.text(identities[$0].facts, objections[$0]?.message ?? "is older")
    }
    return (identities[chosen], others)
  }

  /// Chooses where none serves: the only one that is for pushes, else the newest of those that only their dates are
  /// against, so that its own sentence says what to do.
  private func chooseByNecessity(
    _ identities: [Identity], _ objections: [CertificateUse.Objection?]
  ) throws(CredentialError) -> (Identity, others: [String]) {
    let candidates = identities.indices.filter { objections[$0]?.isOfDates ?? false }
    let pushes = identities.indices.filter { objections[$0] != .noPushes }
    let only = identities.count == 1 ? 0 : pushes.count == 1 ? pushes[0] : nil
    let newest = candidates.max { isBetter(identities[$1].facts, identities[$0].facts) }
    guard let chosen = only ?? newest else {
      let texts = identities.indices.map { Self.text(identities[$0].facts, objections[$0]?.message ?? "") }
      throw CredentialError(
        "none of the \(identities.count) certificates that have their key serves here: \(texts.joined(separator: ", ")); export the one for pushes, or change --application, --environment or --bundle-id"
      )
    }
    let others = identities.indices.filter { $0 != chosen }.map {
      Self.text(identities[$0].facts, objections[$0]?.message ?? "")
    }
    return (identities[chosen], others)
  }

  private static func text(_ facts: CertificateFacts, _ reason: String) -> String {
    "'\(facts.commonName)' (\(reason))"
  }

  /// A certificate of the app itself goes before one of its suffixed topics alone, and a newer one before an older.
  private func isBetter(_ left: CertificateFacts, _ right: CertificateFacts) -> Bool {
    let (isLeftWhole, isRightWhole) = (hasBundleID(left), hasBundleID(right))
    if isLeftWhole != isRightWhole { return isLeftWhole }
    return (left.notBefore, left.notAfter) > (right.notBefore, right.notAfter)
  }

  private func hasBundleID(_ facts: CertificateFacts) -> Bool {
    facts.topics.contains { PushType(suffixOf: $0.name) == nil }
  }

  /// Returns all certificates whose key is there, each once.
  private func identities() throws(CredentialError) -> [Identity] {
    guard !keys.isEmpty else {
      throw CredentialError(
        "there is no private key in \(place); export the certificate together with its key, or use 'notilua credentials convert'"
      )
    }
    guard !certificates.isEmpty else {
      throw CredentialError("there is no certificate in it; make it anew with 'notilua credentials convert'")
    }
    var (found, fingerprints) = ([Identity](), Set<String>())
    for certificate in certificates {
      guard let key = keys.first(where: { Libcrypto.isCertificate(certificate, of: $0) }) else { continue }
      guard let der = Libcrypto.encoded({ i2d_X509(certificate, $0) }) else { continue }
      let facts = try CertificateFacts(der: der)
      if fingerprints.insert(facts.fingerprint).inserted {
        found.append(Identity(certificate: certificate, key: key, facts: facts))
      }
    }
    guard !found.isEmpty else {
      throw CredentialError(
        certificates.count == 1 && keys.count == 1
          ? "the private key does not match the certificate; use the key that the certificate was requested with"
          : "the private key does not match any certificate of the file: it has \(names()); use the key that the certificate was requested with"
      )
    }
    return found
  }

  private func names() -> String {
    certificates.compactMap { certificate in
      Libcrypto.encoded { i2d_X509(certificate, $0) }.flatMap { try? CertificateFacts(der: $0) }
    }.map { "'\($0.commonName)'" }.joined(separator: ", ")
  }

  /// Returns the certificate, then its issuers, up to one that has signed itself; the rest is left out.
  func chain(of leaf: OpaquePointer) -> [[UInt8]] {
    var chain = [leaf]
    var rest = certificates.filter { $0 != leaf }
    while let last = chain.last, let index = rest.firstIndex(where: { X509_check_issued($0, last) == 0 }) {
      chain.append(rest.remove(at: index))
    }
    ERR_clear_error()
    return chain.compactMap { certificate in Libcrypto.encoded { i2d_X509(certificate, $0) } }
  }
}
