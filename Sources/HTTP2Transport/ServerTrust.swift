import CCrypto
import Glibc

/// The rules that a server's certificates are checked by: trusted authorities, the present time, the purpose, and the
/// name or the address that was asked for.
///
/// libcrypto checks them, as it does for curl on Debian: it says which of them failed, and it never takes an address
/// for a name (RFC 9525 §6): SwiftNIO's own check accepts a certificate for the peer's IP address in place of one
/// for the host's name, and a common name where no other is there.
package final class ServerTrust {
  private let host: String
  private let isAddress: Bool
  private let store: OpaquePointer

  /// - Parameters:
  ///   - host: the name or the address that was asked for.
  ///   - roots: a PEM file to trust instead of the system's authorities.
  package init(host: String, isAddress: Bool, roots: String?) throws(ConnectionFailure) {
    guard let store = X509_STORE_new() else { throw ConnectionFailure(.tls, "no memory for TLS") }
    self.host = host
    self.isAddress = isAddress
    self.store = store
    defer { ERR_clear_error() }
    if let roots {
      guard X509_STORE_load_file(store, roots) == 1 else {
        throw ConnectionFailure(.authority, "'\(roots)' has no certificate that can be read")
      }
    } else {
      // The second is Debian's, also where the build of OpenSSL has another one.
      X509_STORE_set_default_paths(store)
      X509_STORE_load_path(store, "/etc/ssl/certs")
    }
  }

  deinit { X509_STORE_free(store) }

  /// Checks the certificates that a server sent, DER, its own first.
  ///
  /// - Returns: why they are not accepted; nil where they are.
  package func failure(of chain: [[UInt8]]) -> ConnectionFailure? {
    defer { ERR_clear_error() }
    let none = ConnectionFailure(.certificate, "its certificate cannot be read")
    var certificates = chain.map(Self.certificate)
    defer { for certificate in certificates { X509_free(certificate) } }
    guard let leaf = certificates.first ?? nil, let others = notilua_X509_stack() else { return none }
    defer { notilua_X509_stack_free(others) }
    for index in certificates.indices.dropFirst() {
      // One between that cannot be read may not be needed.
      guard let certificate = certificates[index] else { continue }
      if notilua_X509_push(others, certificate) == 0 { return none }
      certificates[index] = nil
    }
    guard let context = X509_STORE_CTX_new() else { return none }
    defer { X509_STORE_CTX_free(context) }
    guard X509_STORE_CTX_init(context, store, leaf, others) == 1, isSet(context) else { return none }
    if X509_verify_cert(context) == 1 { return nil }
    return failure(context, leaf)
  }

  private static func certificate(_ der: [UInt8]) -> OpaquePointer? {
    der.withUnsafeBufferPointer { bytes in
      var at = bytes.baseAddress
      return d2i_X509(nil, &at, bytes.count)
    }
  }

  /// Says what is asked of the certificates.
  private func isSet(_ context: OpaquePointer) -> Bool {
    guard let rules = X509_STORE_CTX_get0_param(context) else { return false }
    // As curl does: what the file of trusted certificates has is trusted, be it the top of a chain or not.
    X509_VERIFY_PARAM_set_flags(rules, UInt(X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN))
    // Debian's level for TLS: RSA of 2048 bits, SHA-256.
    X509_VERIFY_PARAM_set_auth_level(rules, 2)
    X509_VERIFY_PARAM_set_hostflags(
      rules, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    let isNamed =
      isAddress
      ? X509_VERIFY_PARAM_set1_ip_asc(rules, host)
      : X509_VERIFY_PARAM_set1_host(rules, host, host.utf8.count)
    return isNamed == 1 && X509_STORE_CTX_set_default(context, "ssl_server") == 1
  }

  // MARK: Causes

  private func failure(_ context: OpaquePointer, _ leaf: OpaquePointer) -> ConnectionFailure {
    let code = X509_STORE_CTX_get_error(context)
    let current = X509_STORE_CTX_get_current_cert(context)
    let whose =
      X509_STORE_CTX_get_error_depth(context) == 0
      ? "its certificate" : "the certificate of its authority \(Self.subject(current))"
    switch code {
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
      return ConnectionFailure(.identity, "its certificate is for \(Self.names(leaf)), not for \(host)")
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return ConnectionFailure(
        .validity, "\(whose) expired on \(Self.date(current.flatMap { X509_get0_notAfter($0) }))")
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return ConnectionFailure(
        .validity, "\(whose) is not valid before \(Self.date(current.flatMap { X509_get0_notBefore($0) }))")
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return ConnectionFailure(.authority, "its certificate is signed by itself, and is not a trusted one")
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return ConnectionFailure(
        .authority, "its certificate is of the authority \(Self.subject(current)), which is not trusted")
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED:
      return ConnectionFailure(
        .authority,
        "its certificate is of the authority \(Self.issuer(current)), which is not trusted; or a certificate"
          + " between the two was not sent")
    case X509_V_ERR_INVALID_PURPOSE, X509_V_ERR_CERT_REJECTED:
      return ConnectionFailure(.certificate, "\(whose) is not for servers")
    case X509_V_ERR_INVALID_CA, X509_V_ERR_PATH_LENGTH_EXCEEDED, X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      return ConnectionFailure(.certificate, "\(whose) may not sign certificates")
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return ConnectionFailure(.certificate, "\(whose) has a signature that does not fit")
    case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL:
      return ConnectionFailure(.certificate, "\(whose) has a key that is too short")
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return ConnectionFailure(.certificate, "\(whose) is signed with a digest that is too weak")
    default:
      let text = X509_verify_cert_error_string(Int(code)).map { String(cString: $0) } ?? "no reason"
      return ConnectionFailure(.certificate, "\(whose) is not accepted: \(text)")
    }
  }

  /// Returns the names that a certificate is for, of which a message has a few.
  private static func names(_ certificate: OpaquePointer) -> String {
    guard let names = notilua_alternative_names(certificate) else { return "no name" }
    defer { notilua_names_free(names) }
    var found: [String] = []
    for index in 0..<notilua_names_count(names) {
      var type: Int32 = 0
      guard let name = notilua_names_at(names, index),
        let value = GENERAL_NAME_get0_value(name, &type)
      else { continue }
      let text = OpaquePointer(value)
      switch type {
      case GEN_DNS: found.append(Self.name(Self.text(text)))
      case GEN_IPADD: found.append(Self.address(text))
      default: break
      }
    }
    if found.isEmpty { return "no name" }
    return found.prefix(5).joined(separator: ", ") + (found.count > 5 ? ", …" : "")
  }

  private static func bytes(_ text: OpaquePointer?) -> [UInt8] {
    let string = UnsafePointer<ASN1_STRING>(text)
    guard let start = ASN1_STRING_get0_data(string) else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
  }

  /// Returns a DNS name for a message, and says of one that looks like an address that it is none.
  private static func name(_ name: String) -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    let isLike = inet_pton(AF_INET, name, &bytes) == 1 || inet_pton(AF_INET6, name, &bytes) == 1
    return isLike ? "the name '\(name)'" : name
  }

  /// Returns text from outside, fit for a message: a word of ASCII.
  private static func text(_ text: OpaquePointer?) -> String { word(bytes(text)) }

  private static func word(_ bytes: [UInt8]) -> String {
    String(
      decoding: bytes.prefix(100).map { (0x20...0x7E).contains($0) && $0 != 0x27 ? $0 : 0x3F }, as: UTF8.self)
  }

  private static func address(_ value: OpaquePointer?) -> String {
    let bytes = bytes(value)
    guard bytes.count == 4 || bytes.count == 16 else { return "?" }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
    return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "?" }
  }

  private static func subject(_ certificate: OpaquePointer?) -> String {
    name(certificate.flatMap { X509_get_subject_name($0) })
  }

  private static func issuer(_ certificate: OpaquePointer?) -> String {
    name(certificate.flatMap { X509_get_issuer_name($0) })
  }

  private static func name(_ name: OpaquePointer?) -> String {
    guard let name else { return "without a name" }
    var text = [CChar](repeating: 0, count: 101)
    for part in [NID_commonName, NID_organizationName] {
      let count = X509_NAME_get_text_by_NID(name, part, &text, Int32(text.count))
      if count > 0 { return "'\(word(text.prefix(Int(count)).map { UInt8(bitPattern: $0) }))'" }
    }
    return "without a name"
  }

  private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> String {
    var parts = tm()
    guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return "a date that cannot be read" }
    func digits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
  }
}
