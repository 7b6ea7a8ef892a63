import CCrypto
import Glibc

/// The blocks of a PEM text (RFC 7468).
struct PEMText {
  struct Block {
    /// What stands behind `BEGIN`, such as `PRIVATE KEY`.
    var label: String
    /// The old way to encrypt, `Proc-Type: 4,ENCRYPTED` (RFC 1421 §4.6.1.1).
    var isEncrypted: Bool
    var der: [UInt8]
  }

  /// In their order; empty where the text has none.
  private(set) var blocks: [Block] = []
  /// Whether a block begins that is not whole.
  private(set) var isDamaged = false

  init(_ text: [UInt8]) {
    // A BIO reads the memory that it was given; it is no copy.
    text.withUnsafeBytes { read($0) }
  }

  private mutating func read(_ text: UnsafeRawBufferPointer) {
    guard let bio = BIO_new_mem_buf(text.baseAddress, Int32(clamping: text.count)) else { return }
    defer {
      BIO_free(bio)
      ERR_clear_error()
    }
    // More blocks than this no credential has.
    while blocks.count < 64 {
      var (name, header): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?)
      var data: UnsafeMutablePointer<UInt8>?
      var count = 0
      ERR_clear_error()
      guard PEM_read_bio(bio, &name, &header, &data, &count) == 1 else {
        // Any other cause than that there is no further block.
        isDamaged = ERR_peek_last_error() & 0x7FFFFF != UInt(PEM_R_NO_START_LINE)
        return
      }
      defer {
        if let data { OPENSSL_cleanse(data, count) }
        notilua_free(name)
        notilua_free(header)
        notilua_free(data)
      }
      guard let name, let data else { return }
      blocks.append(
        Block(
          label: String(cString: name), isEncrypted: header.map { strlen($0) > 0 } ?? false,
          der: Array(UnsafeBufferPointer(start: data, count: count))))
    }
  }

  /// Whether bytes are meant to be PEM.
  static func isPEM(_ bytes: [UInt8]) -> Bool {
    let mark = Array("-----BEGIN ".utf8)
    return bytes.indices.dropLast(mark.count - 1).contains { start in
      bytes[start] == mark[0] && bytes[start..<start + mark.count].elementsEqual(mark)
    }
  }

  func first(_ label: String) -> Block? { blocks.first { $0.label == label } }

  /// The certificates, in their order.
  var certificates: [[UInt8]] { blocks.filter { $0.label == "CERTIFICATE" }.map(\.der) }

  /// The first private key, whichever way it is written; nil where there is none.
  ///
  /// - Throws: ``CredentialError`` where it is encrypted or is no key; its caller says where.
  func privateKey() throws(CredentialError) -> OpaquePointer? {
    for block in blocks where block.label.hasSuffix("PRIVATE KEY") {
      guard !block.isEncrypted, block.label != "ENCRYPTED PRIVATE KEY" else {
        throw CredentialError(
          "the private key is encrypted; write it without with 'openssl pkey -in FILE -out NEW', or make a .p12"
        )
      }
      let key =
        block.label == "PRIVATE KEY"
        ? Libcrypto.privateKey(pkcs8: block.der)
        : Libcrypto.decoded(block.der) { d2i_AutoPrivateKey_ex(nil, $0, $1, Libcrypto.context, nil) }?.result
      guard let key else {
        throw CredentialError("the private key cannot be read; take the file anew from where it was made")
      }
      return key
    }
    return nil
  }
}
