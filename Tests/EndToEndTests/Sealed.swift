import CCrypto

/// What only the host can open: AES-256-GCM, with the nonce in front and the tag behind.
enum Sealed {
  static func bytes(of text: [UInt8], key: [UInt8]) -> [UInt8]? {
    guard let context = EVP_CIPHER_CTX_new() else { return nil }
    defer { EVP_CIPHER_CTX_free(context) }
    let nonce = [UInt8](repeating: 7, count: 12)
    var ciphertext = [UInt8](repeating: 0, count: text.count)
    var tag = [UInt8](repeating: 0, count: 16)
    var length: Int32 = 0
    guard EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1,
      EVP_EncryptUpdate(context, &ciphertext, &length, text, Int32(text.count)) == 1,
      EVP_EncryptFinal_ex(context, nil, &length) == 1,
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, &tag) == 1
    else { return nil }
    return nonce + ciphertext + tag
  }
}
