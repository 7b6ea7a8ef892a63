import ClientKeys
import CommandLineTool
import FrontDoor
import NotificationModel
import Notilua
import Testing

/// The permissions of client certificates, as the configuration has them.
struct DoorGateConfigurationTests {
  @Test func aCertificateHasWhatTheConfigurationSays() throws {
    let fingerprint = String(repeating: "0a", count: 32)
    let door = try Configuration(
      yaml: """
        door:
          client_ca: clients.pem
          certificates:
            \(fingerprint): { topics: [com.example.app, com.example.chat], environments: [sandbox], rate: 5, burst: 7 }
        """, name: "c.yaml"
    ).door
    let certificate = try #require(door.certificates[fingerprint])
    #expect(
      KeyGrant(certificate)
        == KeyGrant(
          topics: .apps(["com.example.app", "com.example.chat"]), environments: [.sandbox],
          rate: KeyRate(perSecond: 5, burst: 7)))
    #expect(KeyGrant(Configuration.Door.Certificate()).environments.count == 2)
  }
}
