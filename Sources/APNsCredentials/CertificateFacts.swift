import CCrypto
import Glibc
import NotificationModel

/// The contents of a push certificate (RFC 5280, and Apple's extensions under 1.2.840.113635.100.6.3).
package struct CertificateFacts: Sendable, Equatable {
  /// A topic that the certificate allows, and the kinds of pushes allowed for it.
  package struct Topic: Sendable, Equatable {
    /// The value of `apns-topic`.
    package var name: String
    /// Apple's words: `app`, `voip`, `complication`; empty where the certificate does not say.
    package var kinds: [String]

    /// Makes a value from its parts.
    package init(name: String, kinds: [String]) {
      self.name = name
      self.kinds = kinds
    }
  }

  /// The subject's CN; empty where it has none.
  package var commonName: String
  /// The subject's UID, 0.9.2342.19200300.100.1.1: the app's bundle id.
  package var bundleID: String?
  /// The subject's OU.
  package var teamID: String?
  /// Those that the extensions .6 and .4 list, else the bundle id alone; empty where there is neither.
  package var topics: [Topic]
  /// By the extensions .1 and .2, and never by the name, which does not tell.
  package var environments: Set<PushEnvironment>
  /// From when it is valid, in seconds since 1970.
  package var notBefore: Int64
  /// Until when it is valid, in seconds since 1970.
  package var notAfter: Int64
  /// SHA-256 of the whole certificate, in 64 hexadecimal digits.
  package var fingerprint: String

  /// True when the certificate is for both environments: "Sandbox & Production".
  package var isUniversal: Bool { environments.count == 2 }

  /// - Throws: ``CredentialError`` where `der` is not one certificate, or its list of topics is none.
  package init(der: [UInt8]) throws(CredentialError) {
    guard let certificate = Libcrypto.certificate(der) else {
      throw CredentialError("this is no certificate (X.509, DER); download the .cer anew")
    }
    defer { X509_free(certificate) }
    guard let notBefore = Self.seconds(X509_get0_notBefore(certificate)),
      let notAfter = Self.seconds(X509_get0_notAfter(certificate))
    else { throw CredentialError("the certificate's dates cannot be read; download the .cer anew") }
    self.notBefore = notBefore
    self.notAfter = notAfter
    let subject = X509_get_subject_name(certificate)
    commonName = Self.text(subject, NID_commonName) ?? ""
    bundleID = Self.text(subject, NID_userId)
    teamID = Self.text(subject, NID_organizationalUnitName)
    environments = []
    if Self.content(certificate, "1.2.840.113635.100.6.3.1") != nil { environments.insert(.sandbox) }
    if Self.content(certificate, "1.2.840.113635.100.6.3.2") != nil { environments.insert(.production) }
    topics = []
    if let list = Self.content(certificate, "1.2.840.113635.100.6.3.6") {
      guard let read = Self.topics(list) else {
        throw CredentialError("the certificate's list of topics cannot be read; download the .cer anew")
      }
      topics = read
    }
    if let list = Self.content(certificate, "1.2.840.113635.100.6.3.4") {
      // A mark without a list is about the app itself.
      var read = Self.topics(list) ?? []
      if read.isEmpty, let bundleID {
        read = [
          Topic(
            name: PushType(suffixOf: bundleID) == nil ? bundleID + ".voip" : bundleID, kinds: ["voip"])
        ]
      }
      for topic in read where !topics.contains(where: { $0.name == topic.name }) { topics.append(topic) }
    }
    if topics.isEmpty, let bundleID { topics = [Topic(name: bundleID, kinds: [])] }
    fingerprint = Hex.encode(Libcrypto.sha256(der))
    ERR_clear_error()
  }

  private static func seconds(_ time: OpaquePointer?) -> Int64? {
    time.flatMap { seconds(UnsafePointer<ASN1_TIME>($0)) }
  }

  private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
    var parts = tm()
    guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
    return Int64(timegm(&parts))
  }

  /// Returns the first value of an attribute of a name.
  private static func text(_ name: OpaquePointer?, _ attribute: Int32) -> String? {
    let index = X509_NAME_get_index_by_NID(name, attribute, -1)
    guard index >= 0, let value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)) else {
      return nil
    }
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = ASN1_STRING_to_UTF8(&bytes, value)
    guard count > 0, let bytes else { return nil }
    defer { notilua_free(bytes) }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
  }

  /// Returns the content of an extension; nil where the certificate does not have it.
  private static func content(_ certificate: OpaquePointer, _ identifier: String) -> [UInt8]? {
    guard let object = OBJ_txt2obj(identifier, 1) else { return nil }
    defer { ASN1_OBJECT_free(object) }
    let index = X509_get_ext_by_OBJ(certificate, object, -1)
    guard index >= 0, let data = X509_EXTENSION_get_data(X509_get_ext(certificate, index)) else { return nil }
    guard let start = ASN1_STRING_get0_data(data) else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(data))))
  }

  /// Returns `SEQUENCE { UTF8String topic, SEQUENCE { UTF8String kind … } … }`; nil for anything else.
  private static func topics(_ der: [UInt8]) -> [Topic]? {
    var outer = DERReader(der)
    guard let list = outer.next(), outer.isAtEnd, list.tag == DERReader.Tag.sequence else { return nil }
    var items = DERReader(list.content)
    var topics: [Topic] = []
    while !items.isAtEnd {
      guard let item = items.next() else { return nil }
      switch item.tag {
      case DERReader.Tag.utf8String, DERReader.Tag.ia5String:
        guard let name = String(validating: item.content, as: UTF8.self), !name.isEmpty else { return nil }
        topics.append(Topic(name: name, kinds: []))
      case DERReader.Tag.sequence where !topics.isEmpty:
        var kinds = DERReader(item.content)
        while !kinds.isAtEnd {
          guard let kind = kinds.next(), let word = String(validating: kind.content, as: UTF8.self) else {
            return nil
          }
          topics[topics.count - 1].kinds.append(word)
        }
      default: return nil
      }
    }
    return topics
  }
}
