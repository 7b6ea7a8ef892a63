import CCrypto
import Glibc

/// P12 files (PKCS#12, RFC 7292), as Keychain Access, OpenSSL 1 to 3 and Windows write them.
extension PushCertificate {
  /// More rounds of key derivation than any program writes; each million takes about a second.
  private static let iterationLimit = 10_000_000

  /// Reads a P12 file.
  ///
  /// - Parameter passphrase: in UTF-8; nil and empty are the same.
  /// - Throws: ``CredentialError`` where it does not open, has no key or certificate, or they do not belong together.
  package init(p12: [UInt8], passphrase: [UInt8]?) throws(CredentialError) {
    let file = try Self.file(p12)
    defer { PKCS12_free(file) }
    try Self.checkIterations(file)
    guard let opening = try Self.opening(file, passphrase) else {
      throw CredentialError(
        passphrase?.isEmpty ?? true
          ? "the .p12 is protected by a passphrase; give it with --passphrase-file or --passphrase-env"
          : "the passphrase does not open the .p12; give the one that it was exported with")
    }
    var key: OpaquePointer?
    var leaf: OpaquePointer?
    var others: OpaquePointer?
    defer {
      EVP_PKEY_free(key)
      X509_free(leaf)
      notilua_X509_stack_free(others)
    }
    ERR_clear_error()
    let parsed = opening.withPointer { PKCS12_parse(file, $0, &key, &leaf, &others) }
    guard parsed == 1 else { throw Self.failure() }
    guard let key else {
      throw CredentialError(
        "there is no private key in the .p12; export the certificate together with its key, or use 'notilua credentials convert'"
      )
    }
    var certificates = leaf.map { [$0] } ?? []
    for index in 0..<max(0, others == nil ? 0 : notilua_X509_count(others)) {
      if let other = notilua_X509_at(others, index) { certificates.append(other) }
    }
    try self.init(key: key, certificates: certificates)
  }

  /// Whether a P12 file opens with a passphrase only; false where it is no such file.
  package static func needsPassphrase(p12: [UInt8]) -> Bool {
    guard let file = try? file(p12) else { return false }
    defer { PKCS12_free(file) }
    guard (try? checkIterations(file)) != nil else { return false }
    do throws(CredentialError) {
      return try opening(file, nil) == nil
    } catch {
      return false
    }
  }

  /// A passphrase as libcrypto wants it.
  private enum Opening: Equatable {
    case nothing
    case text([CChar])

    func withPointer<Result>(_ body: (UnsafePointer<CChar>?) -> Result) -> Result {
      switch self {
      case .nothing: body(nil)
      case .text(let text): text.withUnsafeBufferPointer { body($0.baseAddress) }
      }
    }
  }

  private static func file(_ p12: [UInt8]) throws(CredentialError) -> OpaquePointer {
    // With the context it has the ciphers of old files.
    var made = PKCS12_init_ex(NID_pkcs7_data, Libcrypto.context, nil)
    guard made != nil, let (file, isWhole) = Libcrypto.decoded(p12, { d2i_PKCS12(&made, $0, $1) }) else {
      throw CredentialError("this is no .p12 file (PKCS#12), or it is damaged; export it anew")
    }
    if isWhole { return file }
    PKCS12_free(file)
    throw CredentialError("the .p12 file has more behind its end; export it anew")
  }

  /// Which passphrase the file's MAC was made with; nil where it is another.
  private static func opening(_ file: OpaquePointer, _ passphrase: [UInt8]?) throws(CredentialError)
    -> Opening?
  {
    var candidates: [Opening] = [.nothing, .text([0])]
    if let passphrase, !passphrase.isEmpty {
      guard !passphrase.contains(0) else {
        throw CredentialError("the passphrase has a byte of zero, which no .p12 has; write it as text")
      }
      candidates = [.text(passphrase.map { CChar(bitPattern: $0) } + [0])]
    }
    defer { ERR_clear_error() }
    guard PKCS12_mac_present(file) == 1 else {
      throw CredentialError(
        "the .p12 has no MAC, so nobody can tell whether it is whole; export it anew with one")
    }
    for candidate in candidates {
      ERR_clear_error()
      // The length goes without the zero, and 0 with a pointer is another passphrase than none.
      let length: Int32 = if case .text(let text) = candidate { Int32(clamping: text.count - 1) } else { 0 }
      if candidate.withPointer({ PKCS12_verify_mac(file, $0, length) }) == 1 { return candidate }
    }
    if isUnsupported { throw failure() }
    return nil
  }

  /// Whether the last thing that failed did so for a cipher or a digest that is not there.
  private static var isUnsupported: Bool {
    let code = ERR_peek_error()
    let reason = Int32(truncatingIfNeeded: code & 0x7F_FFFF)
    return code != 0 && (reason == ERR_R_UNSUPPORTED || reason == PKCS12_R_UNKNOWN_DIGEST_ALGORITHM)
  }

  private static func failure() -> CredentialError {
    defer { ERR_clear_error() }
    return isUnsupported
      ? CredentialError(
        "the .p12 uses a cipher that is not known here; export it anew with AES-256 or triple DES")
      : CredentialError("the .p12 file is damaged inside; export it anew")
  }

  /// A file from a stranger must not keep the program busy for hours.
  private static func checkIterations(_ file: OpaquePointer) throws(CredentialError) {
    defer { ERR_clear_error() }
    var counts: [Int] = []
    if PKCS12_mac_present(file) == 1 {
      var iterations: UnsafePointer<ASN1_INTEGER>?
      PKCS12_get0_mac(nil, nil, nil, &iterations, file)
      if let iterations { counts.append(number(iterations)) }
    }
    guard let safes = PKCS12_unpack_authsafes(file) else {
      throw CredentialError("the .p12 file is damaged inside; export it anew")
    }
    defer { notilua_PKCS7_stack_free(safes) }
    for index in 0..<max(0, notilua_PKCS7_count(safes)) {
      guard let safe = notilua_PKCS7_at(safes, index) else { continue }
      switch OBJ_obj2nid(safe.pointee.type) {
      case NID_pkcs7_encrypted:
        // Either is absent in a file that is only half there.
        let encrypted: UnsafeMutablePointer<PKCS7_ENCRYPT>? = safe.pointee.d.encrypted
        let content: UnsafeMutablePointer<PKCS7_ENC_CONTENT>? = encrypted.flatMap { $0.pointee.enc_data }
        guard let algorithm = content?.pointee.algorithm else {
          throw CredentialError("the .p12 file is damaged inside; export it anew")
        }
        counts += iterations(algorithm)
      case NID_pkcs7_data:
        guard let bags = PKCS12_unpack_p7data(safe) else { continue }
        defer { notilua_bag_stack_free(bags) }
        for index in 0..<max(0, notilua_bag_count(bags)) {
          guard let bag = notilua_bag_at(bags, index), PKCS12_SAFEBAG_get_nid(bag) == NID_pkcs8ShroudedKeyBag,
            let shrouded = PKCS12_SAFEBAG_get0_pkcs8(bag)
          else { continue }
          var algorithm: UnsafePointer<X509_ALGOR>?
          X509_SIG_get0(shrouded, &algorithm, nil)
          if let algorithm { counts += iterations(algorithm) }
        }
      default: break
      }
    }
    // Together: a file may want a few of very many things.
    let sum = counts.reduce(0) {
      $0 < 0 || $1 < 0 ? -1 : $0.addingReportingOverflow($1).overflow ? -1 : $0 + $1
    }
    if let most = [sum].first(where: { $0 < 0 || $0 > iterationLimit }) {
      throw CredentialError(
        "the .p12 wants \(most < 0 ? "too many" : "\(most)") rounds of key derivation, and \(iterationLimit) are allowed; export it anew"
      )
    }
  }

  private static func iterations(_ algorithm: UnsafePointer<X509_ALGOR>) -> [Int] {
    var (kind, value): (Int32, UnsafeRawPointer?) = (0, nil)
    X509_ALGOR_get0(nil, &kind, &value, algorithm)
    guard kind == V_ASN1_SEQUENCE, let value else { return [] }
    let text = value.assumingMemoryBound(to: ASN1_STRING.self)
    guard let start = ASN1_STRING_get0_data(text) else { return [] }
    return iterations(
      in: DERReader(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(text)))), depth: 0)
  }

  /// Counts stand behind a salt, in PBES1 as in PBKDF2 (RFC 8018 §A).
  private static func iterations(in reader: DERReader, depth: Int) -> [Int] {
    var (reader, counts, followsSalt) = (reader, [Int](), false)
    while let (tag, content) = reader.next() {
      if tag == DERReader.Tag.sequence, depth < 8 {
        counts += iterations(in: DERReader(content), depth: depth + 1)
      } else if tag == DERReader.Tag.integer, followsSalt {
        counts.append(content.count > 5 ? -1 : content.reduce(0) { $0 << 8 | Int($1) })
      }
      followsSalt = tag == DERReader.Tag.octetString
    }
    return counts
  }

  private static func number(_ integer: UnsafePointer<ASN1_INTEGER>) -> Int {
    var number: Int64 = 0
    return ASN1_INTEGER_get_int64(&number, integer) == 1 ? Int(number) : -1
  }
}
