import APNsCredentials
import LosslessJSON
import NotificationModel

/// A line of the file of door keys: one key as a JSON object.
package enum DoorKeyLine {
  private static let members = [
    "key_id", "team_id", "topics", "environments", "rate", "burst", "public_key",
  ]

  /// Reads a line.
  ///
  /// - Throws: ``CredentialError`` that says what is wrong in it; its caller says where it stands.
  static func key(_ line: ArraySlice<UInt8>) throws(CredentialError) -> DoorKey {
    var document = JSONDocument(depthLimit: 4)
    // JSON's white space has the end of line that Windows writes.
    let fault: JSONError? = line.withUnsafeBytes { bytes in
      do throws(JSONError) {
        try document.parse(bytes)
        return nil
      } catch {
        return error
      }
    }
    if let fault {
      throw CredentialError(
        "byte \(fault.offset + 1): \(fault.cause.rawValue); a key is one JSON object on one line")
    }
    guard document.kind(of: document.top) == .object else {
      throw CredentialError("this is no JSON object; write one as 'notilua keys door add' does")
    }
    try checkMembers(document)
    let grant = DoorGrant(
      topics: .apps(try texts(document, "topics") ?? []), environments: try environments(document),
      rate: try rate(document))
    return try DoorKey(
      keyID: try text(document, "key_id"), teamID: try text(document, "team_id"),
      publicKey: try publicKey(document), grant: grant)
  }

  /// Returns the line of a key, without its end.
  package static func text(_ key: DoorKey) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("key_id", key.keyID)
    writer.member("team_id", key.teamID)
    writer.member("topics", key.grant.topics.names)
    writer.member("environments", key.grant.environments.map(\.rawValue).sorted())
    if let rate = key.grant.rate {
      writer.member("rate", rate.perSecond)
      writer.member("burst", rate.burst)
    }
    writer.member("public_key", String(decoding: Base64.encode(key.publicKey.der), as: UTF8.self))
    writer.endObject()
    return writer.text
  }

  // MARK: Members

  private static func checkMembers(_ document: borrowing JSONDocument) throws(CredentialError) {
    var cursor: UInt64 = 0
    while let (key, _) = document.nextMember(document.top, &cursor) {
      let name = document.swiftString(of: key)
      if members.contains(name) { continue }
      let hint =
        Suggestion.nearest(to: name, among: members).map { "did you mean '\($0)'?" }
        ?? "known are \(members.joined(separator: ", "))"
      throw CredentialError("there is no member '\(name.shortened)'; \(hint)")
    }
  }

  private static func text(
    _ document: borrowing JSONDocument, _ name: StaticString
  ) throws(CredentialError) -> String {
    guard let node = document.member(document.top, name) else {
      throw CredentialError("'\(name)' is missing; add it, or make the key anew with 'notilua keys door add'")
    }
    guard document.kind(of: node) == .string else {
      throw CredentialError("'\(name)' is no text; write it in double quotes")
    }
    return document.swiftString(of: node)
  }

  private static func texts(
    _ document: borrowing JSONDocument, _ name: StaticString
  ) throws(CredentialError) -> [String]? {
    guard let node = document.member(document.top, name) else { return nil }
    guard document.kind(of: node) == .array else {
      throw CredentialError("'\(name)' is no list; write it as [\"a\", \"b\"]")
    }
    var texts: [String] = []
    for item in document.elements(of: node) {
      guard document.kind(of: item) == .string else {
        throw CredentialError("'\(name)' has an element that is no text; write each in double quotes")
      }
      texts.append(document.swiftString(of: item))
    }
    return texts
  }

  /// Both where none is named.
  private static func environments(
    _ document: borrowing JSONDocument
  ) throws(CredentialError) -> Set<PushEnvironment> {
    guard let names = try texts(document, "environments") else { return Set(PushEnvironment.allCases) }
    var environments: Set<PushEnvironment> = []
    for name in names {
      guard let environment = PushEnvironment(rawValue: name) else {
        throw CredentialError("'\(name.shortened)' is no environment; write sandbox or production")
      }
      environments.insert(environment)
    }
    return environments
  }

  private static func rate(_ document: borrowing JSONDocument) throws(CredentialError) -> DoorRate? {
    let burst = try number(document, "burst")
    guard let rate = try number(document, "rate") else {
      if burst == nil { return nil }
      throw CredentialError("'burst' stands without 'rate'; add the pushes a second")
    }
    return DoorRate(perSecond: rate, burst: burst)
  }

  private static func number(
    _ document: borrowing JSONDocument, _ name: StaticString
  ) throws(CredentialError) -> Int? {
    guard let node = document.member(document.top, name) else { return nil }
    let number = document.kind(of: node) == .number ? document.integer(of: node).map(Int.init) : nil
    guard let number, DoorRate.range.contains(number) else {
      let range = DoorRate.range
      throw CredentialError("'\(name)' is no whole number of \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private static func publicKey(_ document: borrowing JSONDocument) throws(CredentialError) -> VerificationKey
  {
    let text = try text(document, "public_key")
    guard let der = Base64.decode(Array(text.utf8)) else {
      throw CredentialError(
        "'public_key' is not base 64; write the lines between the markers of 'openssl pkey -pubout' as one")
    }
    do throws(CredentialError) {
      return try VerificationKey(der: der)
    } catch {
      throw error.at("'public_key'")
    }
  }
}
