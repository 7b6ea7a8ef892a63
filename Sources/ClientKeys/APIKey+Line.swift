import APNsCredentials
import EventLoop
import LosslessJSON
import NotificationModel

extension APIKey: ClientKey {
  package static var command: String { "notilua keys api" }

  private static let members = [
    "key_id", "label", "scopes", "topics", "environments", "rate", "burst", "secret_sha256", "former_sha256",
    "former_until",
  ]

  package init(line: ArraySlice<UInt8>) throws(CredentialError) {
    let line = try KeyLine(line, members: Self.members, command: Self.command)
    let grant = try line.grant()
    try self.init(
      keyID: try line.text("key_id"), label: line.has("label") ? try line.text("label") : "",
      scopes: try Self.scopes(line), grant: grant, digest: try Self.digest(line, "secret_sha256"),
      former: try Self.former(line))
  }

  package var line: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("key_id", keyID)
    if !label.isEmpty { writer.member("label", label) }
    writer.member("scopes", scopes.sorted().map(\.rawValue))
    writer.members(grant)
    writer.member("secret_sha256", Hex.encode(digest))
    if let former {
      writer.member("former_sha256", Hex.encode(former.digest))
      writer.member("former_until", Timestamp.text(former.until))
    }
    writer.endObject()
    return writer.text
  }

  private static func scopes(_ line: borrowing KeyLine) throws(CredentialError) -> Set<APIScope> {
    var scopes: Set<APIScope> = []
    for name in try line.texts("scopes") ?? [] {
      guard let scope = APIScope(rawValue: name) else {
        throw CredentialError(
          "'\(name.shortened)' is no scope; write \(APIScope.allCases.map(\.rawValue).joined(separator: ", "))"
        )
      }
      scopes.insert(scope)
    }
    return scopes
  }

  private static func digest(
    _ line: borrowing KeyLine, _ name: StaticString
  ) throws(CredentialError) -> [UInt8] {
    guard let bytes = Hex.decode(Array(try line.text(name).utf8)), bytes.count == size else {
      throw CredentialError("'\(name)' is not \(size * 2) hexadecimal digits; make the key anew")
    }
    return bytes
  }

  private static func former(_ line: borrowing KeyLine) throws(CredentialError) -> Former? {
    guard line.has("former_sha256") || line.has("former_until") else { return nil }
    guard let until = Timestamp.milliseconds(try line.text("former_until")) else {
      throw CredentialError("'former_until' is no time such as 2026-01-31T12:00:00.000Z; remove both members")
    }
    return Former(digest: try digest(line, "former_sha256"), until: until)
  }
}

/// The file of the keys of the HTTP API.
package typealias APIKeyFile = KeyFile<APIKey>
/// The keys of the HTTP API, as their file has them.
package typealias APIKeys = KeyWatch<APIKey>
