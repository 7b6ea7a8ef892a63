import APNsCredentials
import LosslessJSON
import NotificationModel

extension DoorKey: ClientKey {
  package static var command: String { "notilua keys door" }

  private static let members = [
    "key_id", "team_id", "topics", "environments", "rate", "burst", "public_key",
  ]

  package init(line: ArraySlice<UInt8>) throws(CredentialError) {
    let line = try KeyLine(line, members: Self.members, command: Self.command)
    let grant = try line.grant()
    try self.init(
      keyID: try line.text("key_id"), teamID: try line.text("team_id"),
      publicKey: try Self.publicKey(line), grant: grant)
  }

  package var line: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("key_id", keyID)
    writer.member("team_id", teamID)
    writer.members(grant)
    writer.member("public_key", String(decoding: Base64.encode(publicKey.der), as: UTF8.self))
    writer.endObject()
    return writer.text
  }

  private static func publicKey(_ line: borrowing KeyLine) throws(CredentialError) -> VerificationKey {
    let text = try line.text("public_key")
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

/// The file of the keys whose holders may push to the front door.
package typealias DoorKeyFile = KeyFile<DoorKey>
/// The keys of the front door, as their file has them.
package typealias DoorKeys = KeyWatch<DoorKey>
