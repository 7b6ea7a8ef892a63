import APNsCredentials
import LosslessJSON
import NotificationModel

/// A line of a file of keys: one JSON object, whose members are read by name.
struct KeyLine: ~Copyable {
  private var document = JSONDocument(depthLimit: 4)
  /// The subcommand that writes such lines.
  private let command: String

  /// Reads a line.
  ///
  /// - Parameter members: the members that there are.
  /// - Throws: ``CredentialError`` where it is no object, or has a member that means nothing.
  init(_ line: ArraySlice<UInt8>, members: [String], command: String) throws(CredentialError) {
    self.command = command
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
      throw CredentialError("this is no JSON object; write one as '\(command) add' does")
    }
    try checkMembers(members)
  }

  private func checkMembers(_ members: [String]) throws(CredentialError) {
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

  /// Returns whether a member is there.
  func has(_ name: StaticString) -> Bool { document.member(document.top, name) != nil }

  /// Returns a text that must be there.
  func text(_ name: StaticString) throws(CredentialError) -> String {
    guard let node = document.member(document.top, name) else {
      throw CredentialError("'\(name)' is missing; add it, or make the key anew with '\(command) add'")
    }
    guard document.kind(of: node) == .string else {
      throw CredentialError("'\(name)' is no text; write it in double quotes")
    }
    return document.swiftString(of: node)
  }

  /// Returns a list of texts; nil where there is none.
  func texts(_ name: StaticString) throws(CredentialError) -> [String]? {
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

  /// Returns a whole number of a range; nil where there is none.
  func number(_ name: StaticString, _ range: ClosedRange<Int>) throws(CredentialError) -> Int? {
    guard let node = document.member(document.top, name) else { return nil }
    let number = document.kind(of: node) == .number ? document.integer(of: node).map(Int.init) : nil
    guard let number, range.contains(number) else {
      throw CredentialError("'\(name)' is no whole number of \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Returns the permissions: topics, both environments where none is named, and a rate.
  func grant() throws(CredentialError) -> KeyGrant {
    KeyGrant(topics: .apps(try texts("topics") ?? []), environments: try environments(), rate: try rate())
  }

  private func environments() throws(CredentialError) -> Set<PushEnvironment> {
    guard let names = try texts("environments") else { return Set(PushEnvironment.allCases) }
    var environments: Set<PushEnvironment> = []
    for name in names {
      guard let environment = PushEnvironment(rawValue: name) else {
        throw CredentialError("'\(name.shortened)' is no environment; write sandbox or production")
      }
      environments.insert(environment)
    }
    return environments
  }

  private func rate() throws(CredentialError) -> KeyRate? {
    let burst = try number("burst", KeyRate.range)
    guard let rate = try number("rate", KeyRate.range) else {
      if burst == nil { return nil }
      throw CredentialError("'burst' stands without 'rate'; add the pushes a second")
    }
    return KeyRate(perSecond: rate, burst: burst)
  }
}

extension JSONWriter {
  /// Writes the members of permissions.
  mutating func members(_ grant: KeyGrant) {
    member("topics", grant.topics.names)
    member("environments", grant.environments.map(\.rawValue).sorted())
    if let rate = grant.rate {
      member("rate", rate.perSecond)
      member("burst", rate.burst)
    }
  }
}
