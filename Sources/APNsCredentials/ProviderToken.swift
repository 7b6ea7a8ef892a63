import LosslessJSON
import NotificationModel

/// A provider token: a JSON Web Token (RFC 7519) signed with ES256 (RFC 7518 §3.4), as APNs takes it.
package struct ProviderToken: Sendable, Equatable, CustomStringConvertible {
  /// Longer texts are no provider tokens, which have about 200 bytes.
  package static let textLimit = 4096

  /// The header, the claims and the signature, in base 64 for URLs, with dots between them.
  package var text: String
  /// `kid` of the header, 10 characters.
  package var keyID: String
  /// `iss` of the claims, 10 characters.
  package var teamID: String
  /// `iat` of the claims, in seconds since 1970.
  package var issuedAt: Int64

  /// Hides the signature.
  package var description: String { "ProviderToken(key \(keyID), team \(teamID), issued at \(issuedAt))" }

  /// Makes and signs a token; nil where libcrypto fails.
  package init?(signedBy key: SigningKey, keyID: String, teamID: String, issuedAt: Int64) {
    var header = JSONWriter()
    header.beginObject()
    header.member("alg", "ES256")
    header.member("kid", keyID)
    header.endObject()
    var claims = JSONWriter()
    claims.beginObject()
    claims.member("iss", teamID)
    claims.member("iat", issuedAt)
    claims.endObject()
    let signed = "\(Base64URL.encode(Array(header.text.utf8))).\(Base64URL.encode(Array(claims.text.utf8)))"
    guard let signature = key.signature(of: Array(signed.utf8)) else { return nil }
    text = "\(signed).\(Base64URL.encode(signature))"
    self.keyID = keyID
    self.teamID = teamID
    self.issuedAt = issuedAt
  }

  /// Reads the header and the claims of a token, strictly; its signature is for ``isSigned(by:)`` to check.
  ///
  /// `iat` may be a fraction, which RFC 7519 allows, or a number in a text, which providers in use send.
  ///
  /// - Throws: ``CredentialError`` that quotes nothing of the token.
  package init(reading text: String) throws(CredentialError) {
    let next = "make a token as Apple's 'Establishing a token-based connection to APNs' says"
    guard text.utf8.count <= Self.textLimit else {
      throw CredentialError("the token has more than \(Self.textLimit) bytes; \(next)")
    }
    let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard parts.count == 3 else {
      throw CredentialError("the token has not three parts with dots between them; \(next)")
    }
    guard let header = Base64URL.decode(parts[0]), let claims = Base64URL.decode(parts[1]) else {
      throw CredentialError("the token is not in base 64 for URLs without padding; \(next)")
    }
    var document = JSONDocument(depthLimit: 8)
    try Self.parse(header, "header", &document)
    guard document.stringMember(document.top, "alg") == "ES256" else {
      throw CredentialError("the token's 'alg' is not 'ES256'; \(next)")
    }
    // RFC 7515 §4.1.11: what must be understood, and is not, makes a token invalid.
    guard document.member(document.top, "crit") == nil else {
      throw CredentialError("the token's 'crit' asks for what APNs does not have; \(next)")
    }
    guard let keyID = document.stringMember(document.top, "kid"), Identifier.isValid(keyID) else {
      throw CredentialError("the token's 'kid' is no key id of 10 letters and digits; \(next)")
    }
    try Self.parse(claims, "claims", &document)
    guard let teamID = document.stringMember(document.top, "iss"), Identifier.isValid(teamID) else {
      throw CredentialError("the token's 'iss' is no team id of 10 letters and digits; \(next)")
    }
    guard let issuedAt = Self.seconds(document) else {
      throw CredentialError("the token's 'iat' is no number of seconds since 1970; \(next)")
    }
    self.text = text
    self.keyID = keyID
    self.teamID = teamID
    self.issuedAt = issuedAt
  }

  private static func parse(
    _ bytes: [UInt8], _ part: String, _ document: inout JSONDocument
  ) throws(CredentialError) {
    let parsed: Void? = bytes.withUnsafeBytes { try? document.parse($0) }
    guard parsed != nil, document.kind(of: document.top) == .object else {
      throw CredentialError("the token's \(part) is not a JSON object; make the token anew")
    }
  }

  /// Returns `iat` of the claims, without a fraction of a second.
  private static func seconds(_ document: borrowing JSONDocument) -> Int64? {
    guard let node = document.member(document.top, "iat") else { return nil }
    switch document.kind(of: node) {
    case .number:
      return document.integer(of: node) ?? Int64(exactly: document.double(of: node).rounded(.down))
    case .string:
      let text = document.swiftString(of: node)
      // Double reads "0x1p9" and "inf" as well.
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }) else { return nil }
      return Int64(text) ?? Double(text).flatMap { Int64(exactly: $0.rounded(.down)) }
    default: return nil
    }
  }

  /// Returns whether the token's text is signed by `key`.
  package func isSigned(by key: VerificationKey) -> Bool {
    guard let dot = text.utf8.lastIndex(of: 0x2E),
      let signature = Base64URL.decode(text.utf8[text.utf8.index(after: dot)...])
    else { return false }
    return key.isSignature(signature, of: Array(text.utf8[..<dot]))
  }
}
