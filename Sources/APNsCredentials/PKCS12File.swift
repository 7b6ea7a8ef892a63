import CCrypto
import Glibc

/// A P12 file (PKCS#12, RFC 7292), as Keychain Access, OpenSSL 1 to 3 and Windows write them.
final class PKCS12File {
  private let handle: OpaquePointer

  /// - Throws: ``CredentialError`` where it is none, or asks for too much work.
  init(_ bytes: [UInt8]) throws(CredentialError) {
    // With the context it has the ciphers of old files.
    var made = PKCS12_init_ex(NID_pkcs7_data, Libcrypto.context, nil)
    guard made != nil, let (file, isWhole) = Libcrypto.decoded(bytes, { d2i_PKCS12(&made, $0, $1) }) else {
      throw CredentialError("this is no .p12 file (PKCS#12), or it is damaged; export it anew")
    }
    handle = file
    guard isWhole else { throw CredentialError("the .p12 file has more behind its end; export it anew") }
    try checkRounds()
  }

  deinit { PKCS12_free(handle) }

  /// A Boolean value that indicates whether it needs a passphrase.
  var needsPassphrase: Bool {
    do throws(CredentialError) {
      return try opening(nil) == nil
    } catch {
      return false
    }
  }

  /// Reads all keys and certificates.
  ///
  /// - Parameter passphrase: in UTF-8; nil and empty are the same.
  func keyRing(passphrase: [UInt8]?) throws(CredentialError) -> KeyRing {
    guard let opening = try opening(passphrase) else {
      throw CredentialError(
        passphrase?.isEmpty ?? true
          ? "the .p12 is protected by a passphrase; give it with --passphrase-file or --passphrase-env"
          : "the passphrase does not open the .p12; give the one that it was exported with")
    }
    // The ciphers of PKCS#5 take the bytes of a passphrase whose characters the MAC was made of otherwise.
    let openings = [opening] + Self.candidates(passphrase).filter { $0 != opening }
    let ring = KeyRing(of: "the .p12")
    var rounds: [Int] = []
    try eachSafe { (safe, kind) throws(CredentialError) in
      var bags: OpaquePointer?
      ERR_clear_error()
      switch kind {
      case NID_pkcs7_data: bags = PKCS12_unpack_p7data(safe)
      case NID_pkcs7_encrypted:
        for opening in openings where bags == nil {
          bags = opening.withPointer { PKCS12_unpack_p7encdata(safe, $0, $1) }
        }
      default: return
      }
      guard let bags else { throw Self.failure }
      defer { notilua_bag_stack_free(bags) }
      try Self.read(bags, openings, to: ring, &rounds, depth: 0)
    }
    return ring
  }

  // MARK: Passphrases

  /// A passphrase as libcrypto wants it.
  private enum Opening: Equatable {
    case nothing
    case text([CChar])

    /// The length goes without the zero at the end, and 0 with a pointer is another passphrase than none.
    func withPointer<Result>(_ body: (UnsafePointer<CChar>?, Int32) -> Result) -> Result {
      switch self {
      case .nothing: body(nil, 0)
      case .text(let text):
        text.withUnsafeBufferPointer { body($0.baseAddress, Int32(clamping: text.count - 1)) }
      }
    }
  }

  /// Returns the forms of a passphrase: OpenSSL before 1.1 made a character of each byte of its UTF-8.
  private static func candidates(_ passphrase: [UInt8]?) -> [Opening] {
    guard let passphrase, !passphrase.isEmpty else { return [.nothing, .text([0])] }
    let text = { (bytes: [UInt8]) in Opening.text(bytes.map { CChar(bitPattern: $0) } + [0]) }
    guard passphrase.contains(where: { $0 >= 0x80 }) else { return [text(passphrase)] }
    let characters = passphrase.flatMap { Array(String(Character(Unicode.Scalar($0))).utf8) }
    return [text(passphrase), text(characters)]
  }

  /// Returns the form of the passphrase that the file's MAC was made with; nil where it is another passphrase.
  private func opening(_ passphrase: [UInt8]?) throws(CredentialError) -> Opening? {
    guard passphrase?.contains(0) != true else {
      throw CredentialError("the passphrase has a byte of zero, which no .p12 has; write it as text")
    }
    defer { ERR_clear_error() }
    guard PKCS12_mac_present(handle) == 1 else {
      throw CredentialError(
        "the .p12 has no MAC, so nobody can tell whether it is whole; export it anew with one")
    }
    let mac = try passwordMAC()
    for candidate in Self.candidates(passphrase) {
      ERR_clear_error()
      let isRight = candidate.withPointer { text, count in
        mac.map { $0.isRight(text, count) } ?? (PKCS12_verify_mac(handle, text, count) == 1)
      }
      if isRight { return candidate }
    }
    if Self.isUnsupported {
      throw CredentialError(
        "the .p12's MAC is of a kind that is not known here; export it anew with a MAC of SHA-256 or SHA-1")
    }
    return nil
  }

  /// Returns the MAC where it is PBMAC1; nil where it is of RFC 7292, which libcrypto checks.
  private func passwordMAC() throws(CredentialError) -> PasswordMAC? {
    var (digest, algorithm): (UnsafePointer<ASN1_OCTET_STRING>?, UnsafePointer<X509_ALGOR>?) = (nil, nil)
    PKCS12_get0_mac(&digest, &algorithm, nil, nil, handle)
    var (kind, object, value): (Int32, OpaquePointer?, UnsafeRawPointer?) = (0, nil, nil)
    X509_ALGOR_get0(&object, &kind, &value, algorithm)
    guard OBJ_obj2nid(object) == NID_pbmac1 else { return nil }
    let failure = CredentialError(
      "the .p12's MAC is a PBMAC1 whose parameters cannot be read; export it anew with a MAC of SHA-256")
    guard kind == V_ASN1_SEQUENCE, let value, let digest,
      let file = Libcrypto.encoded({ i2d_PKCS12(handle, $0) }),
      let mac = PasswordMAC(
        parameters: Self.bytes(value.assumingMemoryBound(to: ASN1_STRING.self)), value: Self.bytes(digest),
        file: file)
    else { throw failure }
    return mac
  }

  private static func bytes(_ text: UnsafePointer<ASN1_STRING>) -> [UInt8] {
    guard let start = ASN1_STRING_get0_data(text) else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(text))))
  }

  // MARK: Contents

  private func eachSafe(
    _ body: (UnsafeMutablePointer<PKCS7>, Int32) throws(CredentialError) -> Void
  ) throws(CredentialError) {
    guard let safes = PKCS12_unpack_authsafes(handle) else { throw Self.damage }
    defer {
      notilua_PKCS7_stack_free(safes)
      ERR_clear_error()
    }
    for index in 0..<max(0, notilua_PKCS7_count(safes)) {
      if let safe = notilua_PKCS7_at(safes, index) { try body(safe, OBJ_obj2nid(safe.pointee.type)) }
    }
  }

  private static func read(
    _ bags: OpaquePointer, _ openings: [Opening], to ring: KeyRing, _ rounds: inout [Int], depth: Int
  ) throws(CredentialError) {
    for index in 0..<max(0, notilua_bag_count(bags)) {
      guard let bag = notilua_bag_at(bags, index) else { continue }
      switch PKCS12_SAFEBAG_get_nid(bag) {
      case NID_keyBag:
        guard let key = EVP_PKCS82PKEY_ex(PKCS12_SAFEBAG_get0_p8inf(bag), Libcrypto.context, nil) else {
          throw failure
        }
        ring.add(key: key)
      case NID_pkcs8ShroudedKeyBag:
        // One in an encrypted safe was not counted before.
        rounds += Self.rounds(bag)
        try KeyDerivation.check(rounds, of: "the .p12")
        ring.add(key: try key(bag, openings))
      case NID_certBag where PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate:
        guard let certificate = PKCS12_SAFEBAG_get1_cert(bag) else { throw damage }
        ring.add(certificate: certificate)
      case NID_safeContentsBag where depth < 4:
        guard let inner = PKCS12_SAFEBAG_get0_safes(bag) else { continue }
        try read(inner, openings, to: ring, &rounds, depth: depth + 1)
      default: continue
      }
    }
  }

  private static func key(_ bag: OpaquePointer, _ openings: [Opening]) throws(CredentialError)
    -> OpaquePointer
  {
    ERR_clear_error()
    for opening in openings {
      guard let info = opening.withPointer({ PKCS12_decrypt_skey_ex(bag, $0, $1, Libcrypto.context, nil) })
      else { continue }
      defer { PKCS8_PRIV_KEY_INFO_free(info) }
      if let key = EVP_PKCS82PKEY_ex(info, Libcrypto.context, nil) { return key }
    }
    throw failure
  }

  /// A Boolean value that indicates whether the last failure was a missing cipher or digest.
  private static var isUnsupported: Bool {
    let code = ERR_peek_error()
    let reason = Int32(truncatingIfNeeded: code & 0x7F_FFFF)
    return code != 0 && (reason == ERR_R_UNSUPPORTED || reason == PKCS12_R_UNKNOWN_DIGEST_ALGORITHM)
  }

  private static var failure: CredentialError {
    defer { ERR_clear_error() }
    return isUnsupported
      ? CredentialError(
        "the .p12 uses a cipher that is not known here; export it anew with AES-256 or triple DES")
      : damage
  }

  private static let damage = CredentialError("the .p12 file is damaged inside; export it anew")

  // MARK: Rounds

  /// A hostile file must not keep the program busy for hours.
  private func checkRounds() throws(CredentialError) {
    defer { ERR_clear_error() }
    var counts: [Int] = []
    if PKCS12_mac_present(handle) == 1 {
      var (algorithm, iterations): (UnsafePointer<X509_ALGOR>?, UnsafePointer<ASN1_INTEGER>?) = (nil, nil)
      PKCS12_get0_mac(nil, &algorithm, nil, &iterations, handle)
      if let iterations { counts.append(Self.number(iterations)) }
      if let algorithm { counts += KeyDerivation.rounds(algorithm) }
    }
    try eachSafe { (safe, kind) throws(CredentialError) in
      switch kind {
      case NID_pkcs7_encrypted:
        // Either is absent in a file that is only half there.
        let encrypted: UnsafeMutablePointer<PKCS7_ENCRYPT>? = safe.pointee.d.encrypted
        let content: UnsafeMutablePointer<PKCS7_ENC_CONTENT>? = encrypted.flatMap { $0.pointee.enc_data }
        guard let algorithm = content?.pointee.algorithm else { throw Self.damage }
        counts += KeyDerivation.rounds(algorithm)
      case NID_pkcs7_data:
        guard let bags = PKCS12_unpack_p7data(safe) else { return }
        defer { notilua_bag_stack_free(bags) }
        for index in 0..<max(0, notilua_bag_count(bags)) {
          if let bag = notilua_bag_at(bags, index) { counts += Self.rounds(bag) }
        }
      default: break
      }
    }
    // Together: a file may want a few of very many things.
    try KeyDerivation.check(counts, of: "the .p12")
  }

  /// Returns the rounds of a key's bag; none of any other.
  private static func rounds(_ bag: OpaquePointer) -> [Int] {
    guard PKCS12_SAFEBAG_get_nid(bag) == NID_pkcs8ShroudedKeyBag,
      let shrouded = PKCS12_SAFEBAG_get0_pkcs8(bag)
    else { return [] }
    var algorithm: UnsafePointer<X509_ALGOR>?
    X509_SIG_get0(shrouded, &algorithm, nil)
    return algorithm.map(KeyDerivation.rounds) ?? []
  }

  private static func number(_ integer: UnsafePointer<ASN1_INTEGER>) -> Int {
    var number: Int64 = 0
    return ASN1_INTEGER_get_int64(&number, integer) == 1 ? Int(number) : -1
  }
}
