import APNsCredentials
import CredentialSamples
import Foundation
import Testing

/// Tokens that APNs takes, and texts that are none.
struct ProviderTokenTests {
  private static func key() throws -> SigningKey {
    let samples = try CredentialSamples()
    try samples.signingKey("a")
    return try SigningKey(p8: try samples.bytes("a.p8"))
  }

  private static func base64(_ text: String) -> String { base64(Data(text.utf8)) }

  private static func base64(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  private static let signature = base64(Data(repeating: 7, count: 64))
  private static let header = #"{"alg":"ES256","kid":"ABC123DEFG"}"#
  private static let claims = #"{"iss":"DEF123GHIJ","iat":1700000000}"#

  private static func sentence(_ text: String) -> String {
    do throws(CredentialError) {
      _ = try ProviderToken(reading: text)
      return "taken"
    } catch {
      #expect(!error.message.contains(text) || text.count < 4)
      return error.message
    }
  }

  @Test func aTokenIsWhatAppleDescribes() throws {
    let key = try Self.key()
    let token = try #require(
      ProviderToken(signedBy: key, keyID: "ABC123DEFG", teamID: "DEF123GHIJ", issuedAt: 1_700_000_000))
    let parts = token.text.split(separator: ".").map(String.init)
    #expect(parts.count == 3)
    #expect(parts[0] == Self.base64(Self.header))
    #expect(parts[1] == Self.base64(Self.claims))
    #expect(try ProviderToken(reading: token.text) == token)
    #expect(token.isSigned(by: key.publicKey))
    #expect(try !token.isSigned(by: Self.key().publicKey))
    #expect("\(token)" == "ProviderToken(key ABC123DEFG, team DEF123GHIJ, issued at 1700000000)")
    // Of every signature one bit is another, and of every text one character.
    let other = try #require(
      ProviderToken(signedBy: key, keyID: "ABC123DEFG", teamID: "DEF123GHIJ", issuedAt: 1_700_000_001))
    let mixed = other.text.split(separator: ".")[0...1].joined(separator: ".") + "." + parts[2]
    #expect(try !ProviderToken(reading: mixed).isSigned(by: key.publicKey))
  }

  @Test(arguments: [
    ("", "three parts"), ("a.b", "three parts"), ("a.b.c.d", "three parts"),
    ("\(base64(header))=.\(base64(claims)).\(signature)", "base 64"),
    ("\(base64("[]")).\(base64(claims)).\(signature)", "header is not a JSON object"),
    ("\(base64(header)).\(base64("{")).\(signature)", "claims is not a JSON object"),
    ("\(base64(#"{"alg":"none","kid":"ABC123DEFG"}"#)).\(base64(claims)).\(signature)", "'alg'"),
    (
      "\(base64(#"{"alg":"ES256","alg":"none","kid":"ABC123DEFG"}"#)).\(base64(claims)).\(signature)",
      "header"
    ),
    ("\(base64(#"{"alg":"ES256","kid":"ABC123DEF"}"#)).\(base64(claims)).\(signature)", "'kid'"),
    ("\(base64(#"{"alg":"ES256"}"#)).\(base64(claims)).\(signature)", "'kid'"),
    ("\(base64(header)).\(base64(#"{"iss":"DEF123GHI!","iat":1}"#)).\(signature)", "'iss'"),
    ("\(base64(header)).\(base64(#"{"iss":"DEF123GHIJ","iat":""}"#)).\(signature)", "'iat'"),
    ("\(base64(header)).\(base64(#"{"iss":"DEF123GHIJ","iat":"0x10"}"#)).\(signature)", "'iat'"),
    ("\(base64(header)).\(base64(#"{"iss":"DEF123GHIJ","iat":"inf"}"#)).\(signature)", "'iat'"),
    ("\(base64(header)).\(base64(#"{"iss":"DEF123GHIJ","iat":" 1"}"#)).\(signature)", "'iat'"),
    ("\(base64(header)).\(base64(#"{"iss":"DEF123GHIJ","iat":true}"#)).\(signature)", "'iat'"),
    ("\(base64(header)).\(base64(#"{"iss":"DEF123GHIJ","iat":1e99}"#)).\(signature)", "'iat'"),
    ("\(base64(header)).\(base64(#"{"iss":"DEF123GHIJ"}"#)).\(signature)", "'iat'"),
    (String(repeating: "A", count: 5000), "more than 4096 bytes"),
  ])
  func everyOtherTextHasItsSentence(_ text: String, _ cause: String) {
    let sentence = Self.sentence(text)
    #expect(sentence.contains(cause), "\(sentence)")
  }

  @Test func whatRFC7519AllowsBesidesIsTaken() throws {
    let header = Self.base64(#"{"typ":"JWT","kid":"ABC123DEFG","alg":"ES256"}"#)
    let claims = Self.base64(#"{"iat":1700000000.5,"iss":"DEF123GHIJ","exp":1}"#)
    #expect(try ProviderToken(reading: "\(header).\(claims).\(Self.signature)").issuedAt == 1_700_000_000)
  }

  /// APNSwift and kalyke send `iat` as a text.
  @Test(arguments: ["1700000000", "1700000000.9", #""1700000000""#, #""1700000000.5""#, "17e8"])
  func theTimeMayBeATextOrAFraction(_ time: String) throws {
    let claims = Self.base64(#"{"iss":"DEF123GHIJ","iat":\#(time)}"#)
    let token = try ProviderToken(reading: "\(Self.base64(Self.header)).\(claims).\(Self.signature)")
    #expect(token.issuedAt == 1_700_000_000)
  }

  /// `openssl dgst -sign` writes DER, and so do Java and Ruby; RFC 7518 has `r` and `s` of 32 bytes each.
  @Test func aSignatureMayBeInDER() throws {
    let samples = try CredentialSamples()
    try samples.signingKey("a")
    let key = try SigningKey(p8: try samples.bytes("a.p8"))
    let signed = "\(Self.base64(Self.header)).\(Self.base64(Self.claims))"
    try samples.write("m", signed)
    for _ in 0..<4 {
      try samples.openssl("dgst", "-sha256", "-sign", "a.p8", "-out", "s", "m")
      let der = try samples.bytes("s")
      let token = try ProviderToken(reading: "\(signed).\(Self.base64(Data(der)))")
      #expect(token.isSigned(by: key.publicKey))
      #expect(try !token.isSigned(by: Self.key().publicKey))
      for other in [der + [0], Array(der.dropLast()), [], [0x30, 0], Array(repeating: 0x30, count: 64)] {
        let text = "\(signed).\(Self.base64(Data(other)))"
        #expect(try !ProviderToken(reading: text).isSigned(by: key.publicKey))
      }
    }
  }
}
