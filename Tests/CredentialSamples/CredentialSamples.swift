import Foundation

/// A folder with files of credentials, which Debian's `openssl` makes: nothing in them is by the code under test.
package final class CredentialSamples {
  /// That `openssl` did not do what it was asked for.
  package struct Failure: Error, CustomStringConvertible {
    /// What it was asked for, and what it wrote.
    package var description: String
  }

  /// Removed with the object.
  package let folder: URL

  /// Makes an empty folder that only its owner may enter.
  package init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "credentials-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The absolute path of a file in the folder.
  package func path(_ name: String) -> String { folder.appending(path: name).path }

  /// The bytes of a file in the folder.
  package func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: name)))
  }

  /// Writes a file with a mode.
  package func write(_ name: String, _ bytes: [UInt8], mode: Int = 0o600) throws {
    try Data(bytes).write(to: folder.appending(path: name))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
  }

  /// Writes a text as UTF-8 with a mode.
  package func write(_ name: String, _ text: String, mode: Int = 0o600) throws {
    try write(name, Array(text.utf8), mode: mode)
  }

  /// Runs `openssl` in the folder; gives what it writes to both streams.
  ///
  /// - Throws: ``Failure`` where it ends with another status than 0.
  @discardableResult
  package func openssl(_ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "openssl \(arguments.joined(separator: " ")): \(text)")
    }
    return text
  }

  /// Makes `NAME.p8`, as Apple makes it.
  package func signingKey(_ name: String, curve: String = "P-256") throws {
    try openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:\(curve)", "-out", "\(name).p8")
    try mode(0o600, "\(name).p8")
  }

  /// Changes the mode of a file in the folder.
  package func mode(_ mode: Int, _ name: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
  }

  /// Makes `NAME.key` and `NAME.crt` in PEM, and `NAME.cer` in DER, with Apple's extensions.
  ///
  /// - Parameters:
  ///   - extensions: lines of OpenSSL's configuration.
  ///   - days: from when and until when it is valid, counted from now.
  ///   - signer: the name of a certificate made before; nil for one that signs itself.
  ///   - request: a request to make it of, in place of a new key.
  package func certificate(
    _ name: String, extensions: [String],
    subject: String = "/UID=com.example.chat/CN=Apple Push Services: com.example.chat/OU=DEF123GHIJ",
    days: ClosedRange<Int> = -1...365, signer: String? = nil, request: String? = nil,
    configuration: String = ""
  ) throws {
    if request == nil {
      try openssl(
        "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(name).key", "-out", "\(name).csr",
        "-subj",
        subject)
      try mode(0o600, "\(name).key")
    }
    try write("\(name).index", "")
    try write("\(name).index.attr", "unique_subject = no\n")
    try write(
      "\(name).cnf",
      """
      [ca]
      default_ca = settings
      [settings]
      database = \(name).index
      new_certs_dir = .
      rand_serial = yes
      default_md = sha256
      policy = policy
      [policy]
      commonName = optional
      [extensions]
      basicConstraints = CA:FALSE
      \(extensions.joined(separator: "\n"))
      [topics]
      a = UTF8String:com.example.chat
      b = SEQUENCE:app
      c = UTF8String:com.example.chat.voip
      d = SEQUENCE:voip
      [app]
      a = UTF8String:app
      [voip]
      a = UTF8String:voip
      \(configuration)
      """)
    let date = { (days: Int) in
      let format = DateFormatter()
      format.locale = Locale(identifier: "en_US_POSIX")
      format.timeZone = TimeZone(identifier: "UTC")
      format.dateFormat = "yyyyMMddHHmmss'Z'"
      // Half a day more, so that a count of whole days does not hang on the second.
      return format.string(from: Date().addingTimeInterval(Double(days) * 86_400 + 43_200))
    }
    let signing =
      signer.map { ["-cert", "\($0).crt", "-keyfile", "\($0).key"] } ?? [
        "-selfsign", "-keyfile", "\(name).key",
      ]
    try run(
      [
        "ca", "-batch", "-config", "\(name).cnf", "-in", request ?? "\(name).csr", "-out", "\(name).crt",
        "-notext",
        "-preserveDN", "-extensions", "extensions", "-startdate", date(days.lowerBound), "-enddate",
        date(days.upperBound), "-subj", subject,
      ] + signing)
    try openssl("x509", "-in", "\(name).crt", "-outform", "DER", "-out", "\(name).cer")
  }

  private func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "openssl \(arguments.joined(separator: " ")): \(text)")
    }
  }

  /// Makes `NAME.p12` of `NAME.crt` and `NAME.key`.
  ///
  /// - Parameter options: of `openssl pkcs12`.
  package func p12(
    _ name: String, of certificate: String, passphrase: String = "secret", _ options: [String] = []
  ) throws {
    try run(
      [
        "pkcs12", "-export", "-in", "\(certificate).crt", "-inkey", "\(certificate).key", "-out",
        "\(name).p12",
        "-passout", "pass:\(passphrase)",
      ] + options)
    try mode(0o600, "\(name).p12")
  }

  /// The extension for the sandbox.
  package static let sandbox = "1.2.840.113635.100.6.3.1 = ASN1:NULL"
  /// The extension for production.
  package static let production = "1.2.840.113635.100.6.3.2 = ASN1:NULL"
  /// The extension with the topics of an app and its calls.
  package static let topics = "1.2.840.113635.100.6.3.6 = ASN1:SEQUENCE:topics"
}
