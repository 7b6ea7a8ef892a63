import CCrypto
import CredentialSamples

/// A P12 file of any keys and certificates in any order, as Keychain Access exports what a person has selected; libcrypto
/// makes it.
struct IdentityFile {
  /// A file in the folder of samples: `NAME.cer`, or `NAME.key` in PEM.
  enum Part {
    case certificate(String)
    case key(String)
  }

  let bytes: [UInt8]

  init(_ parts: [Part], in samples: CredentialSamples, passphrase: String = "secret") throws {
    var bags: OpaquePointer?
    var safes: OpaquePointer?
    for part in parts {
      switch part {
      case .certificate(let name):
        let der = try samples.bytes("\(name).cer")
        let certificate = der.withUnsafeBufferPointer { buffer in
          var at = buffer.baseAddress
          return d2i_X509(nil, &at, buffer.count)
        }
        PKCS12_add_cert(&bags, certificate)
        X509_free(certificate)
      case .key(let name):
        let pem = try samples.bytes("\(name).key")
        // The source reads the bytes where they stand.
        let key = pem.withUnsafeBytes { bytes in
          let source = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count))
          defer { BIO_free(source) }
          return PEM_read_bio_PrivateKey(source, nil, nil, nil)
        }
        PKCS12_add_key(&bags, key, 0, 2048, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, passphrase)
        EVP_PKEY_free(key)
      }
    }
    PKCS12_add_safe(&safes, bags, -1, 0, nil)
    let file = PKCS12_add_safes(safes, 0)
    PKCS12_set_mac(file, passphrase, -1, nil, 0, 2048, EVP_sha256())
    var out: UnsafeMutablePointer<UInt8>?
    let count = i2d_PKCS12(file, &out)
    bytes = Array(UnsafeBufferPointer(start: out, count: Int(max(0, count))))
    notilua_free(out)
    PKCS12_free(file)
    notilua_bag_stack_free(bags)
    notilua_PKCS7_stack_free(safes)
  }
}
