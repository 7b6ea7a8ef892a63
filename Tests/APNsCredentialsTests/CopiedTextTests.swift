import APNsCredentials
import CredentialSamples
import Foundation
import Testing

/// Keys as editors, chat programs, environment variables and secret stores leave them.
struct CopiedTextTests {
  /// A key, and the text of its file.
  private static func key() throws -> (key: VerificationKey, text: String) {
    let samples = try CredentialSamples()
    try samples.signingKey("a")
    try samples.openssl("pkey", "-in", "a.p8", "-pubout", "-out", "a.pub")
    let bytes = try samples.bytes("a.p8")
    return (
      try VerificationKey(pem: try samples.bytes("a.pub")), String(decoding: bytes, as: UTF8.self)
    )
  }

  /// The same with a key whose PKCS#8 has no public half, so that its base 64 ends with '=='.
  private static func shortKey() throws -> (key: VerificationKey, text: String) {
    let (key, text) = try key()
    let der = try #require(Data(base64Encoded: body(text)))
    // SEQUENCE { 0, SEQUENCE of 19 bytes, OCTET STRING { SEQUENCE { 1, OCTET STRING of 32 bytes } } }.
    let head: [UInt8] = [0x30, 0x41, 0x02, 0x01, 0x00]
    let middle: [UInt8] = [0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20]
    let short = Data(head) + der[6..<27] + Data(middle) + der[36..<68]
    let lines = short.base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return (key, "-----BEGIN PRIVATE KEY-----\n\(lines)\n-----END PRIVATE KEY-----\n")
  }

  /// What stands between the markers, in one line.
  private static func body(_ text: String) -> String {
    text.split(separator: "\n").dropFirst().dropLast().joined()
  }

  private static func url(_ text: String) -> String {
    text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  private static func html(_ text: String) -> String {
    text.map { $0.isLetter || $0.isNumber ? String($0) : "&#\($0.asciiValue ?? 0);" }.joined()
  }

  private static func percent(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }

  private static func base64(_ text: String) -> String {
    Data(text.utf8).base64EncodedString(options: .lineLength76Characters)
  }

  private static func json(_ text: String) throws -> String {
    String(decoding: try JSONSerialization.data(withJSONObject: ["private_key": text]), as: UTF8.self)
  }

  /// Each with what makes it, of the text of a file.
  private static let changes: [(String, @Sendable (String) throws -> String)] = [
    ("one line", { $0.replacing("\n", with: "") }),
    ("spaces for line breaks", { $0.replacing("\n", with: " ") }),
    ("no white space at all", { $0.filter { !$0.isWhitespace } }),
    ("indented", { $0.split(separator: "\n").map { "    \($0)\n" }.joined() }),
    ("tabs", { $0.split(separator: "\n").map { "\t\($0)\n" }.joined() }),
    ("in double quotes", { "\"\($0)\"" }), ("in single quotes", { "'\($0)'" }),
    ("in typographic quotes", { "\u{201C}\($0)\u{201D}" }),
    ("literal \\n", { $0.replacing("\n", with: #"\n"#) }),
    ("literal \\n, quoted", { #""\#($0.replacing("\n", with: #"\n"#))""# }),
    ("literal \\r\\n", { $0.replacing("\n", with: #"\r\n"#) }),
    ("escaped twice", { $0.replacing("\n", with: #"\\n"#) }),
    ("PowerShell", { $0.replacing("\n", with: "`r`n") }),
    ("lines continued", { $0.replacing("\n", with: "\\\n") }),
    ("JSON", json), ("JSON in JSON", { try json(json($0)) }),
    ("a leading space", { " \($0)" }), ("trailing spaces", { $0.replacing("\n", with: "  \n") }),
    ("CR only", { $0.replacing("\n", with: "\r") }), ("CRLF", { $0.replacing("\n", with: "\r\n") }),
    ("empty lines", { $0.replacing("\n", with: "\n\n") }),
    ("line separators", { $0.replacing("\n", with: "\u{2028}") }),
    ("a byte order mark", { "\u{FEFF}\($0)" }), ("no last line break", { String($0.dropLast()) }),
    ("no-break spaces", { $0.replacing(" ", with: "\u{A0}").replacing("\n", with: "\u{A0}\n") }),
    ("zero width spaces", { $0.replacing("M", with: "\u{200B}M\u{2060}") }),
    ("soft hyphens", { $0.replacing("E", with: "\u{AD}E") }),
    ("marks of direction", { "\u{202A}\($0)\u{202C}" }),
    ("em dashes", { $0.replacing("-----", with: "\u{2014}\u{2014}-") }),
    ("an em dash and hyphens", { $0.replacing("-----", with: "\u{2014}--") }),
    ("en dashes", { $0.replacing("-----", with: "\u{2013}\u{2013}\u{2013}\u{2013}\u{2013}") }),
    ("minus signs", { $0.replacing("-----", with: "\u{2212}\u{2212}\u{2212}\u{2212}\u{2212}") }),
    ("two hyphens", { $0.replacing("-----", with: "--") }),
    ("full width", { String(String.UnicodeScalarView($0.unicodeScalars.map { wide($0) })) }),
    ("HTML", html), ("HTML twice", { html($0).replacing("&", with: "&amp;") }),
    ("HTML with <br>", { $0.replacing("\n", with: "<br/>").replacing("+", with: "&plus;") }),
    ("a paragraph for each line", { $0.split(separator: "\n").map { "<p>\($0)</p>" }.joined() }),
    ("percent", percent), ("percent, + for spaces", { percent($0).replacing("%20", with: "+") }),
    ("quoted in a mail", { $0.split(separator: "\n").map { "> \($0)\n" }.joined() }),
    (
      "quoted-printable",
      { $0.replacing("=", with: "=3D").replacing("M", with: "=\nM").replacing(" ", with: "=20") }
    ),
    ("a code fence", { "```pem\n\($0)```\n" }),
    ("text around it", { "APNS_KEY=\($0)# the key of 2024\n" }),
    ("base 64", base64), ("base 64 in one line", { base64($0).replacing("\r\n", with: "") }),
    ("base 64 of base 64", { base64(base64($0)) }), ("base 64 for URLs", { url(base64($0)) }),
    ("a variable of base 64", { "APNS_KEY=\"\(base64($0).replacing("\r\n", with: ""))\"\n" }),
    ("base 64 of CRLF", { base64($0.replacing("\n", with: "\r\n")) }),
    ("no markers", body),
    ("no markers, in lines", { $0.split(separator: "\n").dropFirst().dropLast().joined(separator: "\n") }),
    ("no markers, for URLs", { url(body($0)) }),
    ("no markers, no padding", { body($0).filter { $0 != "=" } }),
    ("no markers, quoted", { "'\(body($0))'" }),
    (
      "the alphabet for URLs",
      { text in text.replacing(body(text).prefix(64), with: url(String(body(text).prefix(64)))) }
    ),
    ("no padding", { text in text.filter { $0 != "=" } }),
    (
      "base 16 of DER",
      { try #require(Data(base64Encoded: body($0))).map { String(format: "%02x", $0) }.joined() }
    ),
    ("the end twice", { $0 + "-----END PRIVATE KEY-----\n" }),
  ]

  private static func wide(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    (0x21...0x7E).contains(scalar.value) ? Unicode.Scalar(scalar.value + 0xFEE0) ?? scalar : scalar
  }

  @Test(arguments: changes.map(\.0))
  func theKeyIsReadAllTheSame(_ name: String) throws {
    let change = try #require(Self.changes.first { $0.0 == name }).1
    // Some keys have no '+' or '/', which are what URLs and HTML change.
    for index in 0..<4 {
      let (key, text) = try index == 3 ? Self.shortKey() : Self.key()
      let changed = Array(try change(text).utf8)
      #expect(try CredentialKind(of: changed) == .p8, "\(name)")
      #expect(try SigningKey(p8: changed).publicKey == key, "\(name)")
    }
  }

  @Test func everyEncodingIsRead() throws {
    let (key, text) = try Self.key()
    for encoding in [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32, .isoLatin1] {
      let bytes = Array(try #require(text.data(using: encoding)))
      #expect(try SigningKey(p8: bytes).publicKey == key, "\(encoding)")
    }
    let dashes = text.replacing("-----", with: "\u{2014}-").replacing(" ", with: "\u{A0}")
    let windows = Array(try #require(dashes.data(using: .windowsCP1252)))
    #expect(try SigningKey(p8: windows).publicKey == key)
    let der = Array(try #require(Data(base64Encoded: Self.body(text))))
    #expect(try SigningKey(p8: der).publicKey == key)
    #expect(try CredentialKind(of: der) == .p8)
  }

  /// What is lost cannot be read, and the sentence says what it is.
  private static let losses: [(String, @Sendable (String) -> String)] = [
    ("it is cut short", { text in text.replacing(text.split(separator: "\n")[2] + "\n", with: "") }),
    ("something was added", { text in text.replacing("\n-----END", with: "\nAAAAAAAA\n-----END") }),
    ("its last line", { String($0.prefix(200)) }),
    ("its first line", { $0.split(separator: "\n").dropFirst().joined(separator: "\n") }),
    ("masked", { text in text.replacing(body(text).prefix(64), with: "****") }),
    ("masked", { text in text.replacing(body(text).prefix(64), with: "MIGH\u{2026}") }),
    ("changed to one case", { $0.uppercased() }), ("changed to one case", { $0.lowercased() }),
    ("were changed", { text in text.replacing("\nM", with: "\nN") }),
  ]

  @Test(arguments: losses.indices)
  func theSentenceSaysWhatIsLost(_ index: Int) throws {
    let (cause, change) = Self.losses[index]
    let changed = Array(change(try Self.key().text).utf8)
    do throws(CredentialError) {
      _ = try SigningKey(p8: changed)
      Issue.record("it was read: \(cause)")
    } catch {
      #expect(error.message.hasPrefix("the private key cannot be read: "), "\(error)")
      #expect(error.message.contains(cause), "\(error)")
      #expect(!error.message.contains("MIGH"))
    }
  }

  /// Other files than keys are told by their kind, or by what they are not.
  @Test(arguments: [
    ("<!DOCTYPE html><html></html>", "a web page"), ("{\\rtf1\\ansi MIGH}", "RTF"), ("%PDF-1.7", "a PDF"),
    ("PK\u{3}\u{4}aa", "a ZIP file"), ("hello, world", "neither a .p8 nor a .p12 nor PEM"),
    (String(repeating: "A", count: 200), "neither a .p8 nor a .p12 nor PEM"),
  ])
  func anotherFileIsTold(_ text: String, _ cause: String) throws {
    let error = #expect(throws: CredentialError.self) { try CredentialKind(of: Array(text.utf8)) }
    #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
  }

  @Test func certificatesAreReadTheSameWay() throws {
    let samples = try CredentialSamples()
    try samples.certificate("push", extensions: [CredentialSamples.production])
    try samples.p12("a", of: "push")
    let pem = try samples.bytes("push.key") + samples.bytes("push.crt")
    let text = String(decoding: pem, as: UTF8.self)
    for changed in [
      text.replacing("\n", with: " "), text.replacing("\n", with: #"\n"#), Self.base64(text), Self.html(text),
    ] {
      let bytes = Array(changed.utf8)
      #expect(try CredentialKind(of: bytes) == .pem)
      #expect(try PushCertificate(pem: bytes).certificateChain == [try samples.bytes("push.cer")])
    }
    let p12 = Array(
      Data(try samples.bytes("a.p12")).base64EncodedString(options: .lineLength64Characters).utf8)
    #expect(try CredentialKind(of: p12) == .p12 && CredentialKind.needsPassphrase(p12))
    let certificate = try PushCertificate(p12: p12, passphrase: Array("secret".utf8))
    #expect(certificate.certificateChain == [try samples.bytes("push.cer")])
    let cer = Array(Data(try samples.bytes("push.cer")).base64EncodedString().utf8)
    let error = #expect(throws: CredentialError.self) { try CredentialKind(of: cer) }
    #expect(error?.message.hasPrefix("this is a certificate without its key") == true)
  }
}
