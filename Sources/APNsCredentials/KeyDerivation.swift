import CCrypto

/// The work that a passphrase's key asks for (RFC 8018 §A, RFC 7292 §C, RFC 7914).
enum KeyDerivation {
  /// More rounds than any program writes; each million takes about a second.
  private static let limit = 10_000_000

  /// Refuses more rounds in sum than a program writes: a file must not keep this one busy for hours.
  ///
  /// - Parameter counts: negative for a count that no integer holds.
  static func check(_ counts: [Int], of what: String) throws(CredentialError) {
    let sum = counts.reduce(0) {
      $0 < 0 || $1 < 0 ? -1 : $0.addingReportingOverflow($1).overflow ? -1 : $0 + $1
    }
    guard sum >= 0, sum <= limit else {
      throw CredentialError(
        "\(what) wants \(sum < 0 ? "too many" : "\(sum)") rounds of key derivation, and \(limit) are allowed; export it anew"
      )
    }
  }

  /// Returns the counts of rounds that an algorithm's parameters have.
  static func rounds(_ algorithm: UnsafePointer<X509_ALGOR>) -> [Int] {
    var (kind, value): (Int32, UnsafeRawPointer?) = (0, nil)
    X509_ALGOR_get0(nil, &kind, &value, algorithm)
    guard kind == V_ASN1_SEQUENCE, let value else { return [] }
    let text = value.assumingMemoryBound(to: ASN1_STRING.self)
    guard let start = ASN1_STRING_get0_data(text) else { return [] }
    return rounds(
      in: DERReader(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(text)))), isScrypt: false,
      depth: 0)
  }

  /// id-scrypt, 1.3.6.1.4.1.11591.4.11.
  private static let scrypt: [UInt8] = [0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x04, 0x0B]

  /// Counts stand behind a salt, in PBES1 as in PBKDF2; scrypt has a cost, a block size and a parallelization there.
  private static func rounds(in reader: DERReader, isScrypt: Bool, depth: Int) -> [Int] {
    var (reader, counts, followsSalt, isNamed) = (reader, [Int](), false, false)
    while let (tag, content) = reader.next() {
      switch tag {
      case DERReader.Tag.objectIdentifier:
        isNamed = content.elementsEqual(scrypt)
        followsSalt = false
      case DERReader.Tag.sequence where depth < 8:
        followsSalt = false
        counts += rounds(in: DERReader(content), isScrypt: isNamed, depth: depth + 1)
      case DERReader.Tag.integer where followsSalt:
        let count = content.count > 5 ? -1 : content.reduce(0) { $0 << 8 | Int($1) }
        if isScrypt, let last = counts.last {
          let (product, isTooLarge) = last.multipliedReportingOverflow(by: count)
          counts[counts.count - 1] = last < 0 || count < 0 || isTooLarge ? -1 : product
        } else {
          counts.append(count)
        }
        followsSalt = isScrypt
      default: followsSalt = tag == DERReader.Tag.octetString
      }
    }
    return counts
  }
}
