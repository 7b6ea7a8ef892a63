import APNsCredentials
import Applications
import LosslessJSON
import NotificationModel

/// A credential in words for people, and in JSON for programs; nothing secret is in either.
package struct CredentialText {
  /// The credential that is described.
  package let credential: Credential
  /// The warning that it ends soon, or has ended.
  package let warning: ExpiryWarning?
  private let now: Int64

  /// Makes the text of a credential, by the time that it is, in seconds since 1970.
  package init(_ credential: Credential, now: Int64) {
    self.credential = credential
    self.now = now
    warning = credential.expiryWarning(now: now)
  }

  /// The kind of credential.
  package var kind: String {
    switch credential.secret {
    case .key: "key"
    case .certificate(let certificate):
      certificate.facts.isUniversal ? "universal certificate" : "certificate"
    }
  }

  /// The key id or the common name.
  package var subject: String {
    switch credential.secret {
    case .key(_, let keyID, _): keyID
    case .certificate(let certificate): certificate.facts.commonName
    }
  }

  /// The topics that it is for.
  package var topics: String {
    credential.topics.isEmpty ? "any of the team" : credential.topics.joined(separator: ", ")
  }

  /// The environments that it pushes to.
  package var environments: String { Self.names(credential.environments).joined(separator: ", ") }

  /// Whole days left; nil where it does not expire.
  package var days: Int? {
    guard case .certificate(let certificate) = credential.secret else { return nil }
    return Int((Double(certificate.facts.notAfter - now) / 86_400).rounded(.down))
  }

  /// The date on which it ends, with a warning where that is near.
  package var expiry: String {
    guard let days else { return "never" }
    if warning?.level == .notYet { return "not valid yet" }
    return days < 0 ? "expired" : days == 1 ? "in 1 day" : "in \(days) days"
  }

  /// All of it in one line.
  package var line: String {
    let end = days == nil ? "does not expire" : "expires \(expiry)"
    return
      "\(kind) \(subject), for \(topics), pushes to \(environments.replacing(", ", with: " and ")), \(end)"
  }

  private static func names(_ environments: Set<PushEnvironment>) -> [String] {
    environments.map(\.rawValue).sorted()
  }

  /// One object, without the end of the line.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("name", credential.name)
    writer.member("kind", kind)
    writer.member("application", credential.application.rawValue)
    writer.member("environments", Self.names(credential.environments))
    writer.member("topics", credential.topics)
    switch credential.secret {
    case .key(_, let keyID, let teamID):
      writer.member("key_id", keyID)
      writer.member("team_id", teamID)
    case .certificate(let certificate):
      let facts = certificate.facts
      writer.member("common_name", facts.commonName)
      if let teamID = facts.teamID { writer.member("team_id", teamID) }
      writer.member("not_before", facts.notBefore)
      writer.member("not_after", facts.notAfter)
      writer.member("days_left", days ?? 0)
      writer.member("fingerprint", facts.fingerprint)
    }
    if let warning {
      writer.member(warning.isError ? "error" : "warning", "the certificate \(warning.message)")
    }
    writer.endObject()
    return writer.text
  }

  /// One object about a credential that does not load.
  package static func json(_ name: String, error: CredentialError) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("name", name)
    writer.member("error", error.message)
    writer.endObject()
    return writer.text
  }
}
