import ConfigurationFiles
import Foundation
import Notilua
import Testing

/// The section `door` of `notilua.yaml`.
struct ConfigurationDoorTests {
  private static let fingerprint = String(repeating: "0a", count: 32)

  @Test func readsAllThatThereIs() throws {
    let door = try Configuration(
      yaml: """
        door:
          listen: ["0.0.0.0:2197", "[::1]:443", "door.example:8443", "unix:/run/notilua/door.sock"]
          certificate: door.pem
          key: /etc/door.key
          client_ca: clients.pem
          keys: door-keys
          certificates:
            \(Self.fingerprint.uppercased()): { topics: [com.example.app, com.example.chat], environments: sandbox, rate: 5, burst: 7 }
            "\(Array(repeating: "0B", count: 32).joined(separator: ":"))": { topics: com.example.app }
          answer: delivered
          deadline: 30s
          repeats: 5m
          threads: 2
          first_streams: 1
          limits: { connections: 10, connections_per_address: 5, requests: 100, handshake: 1s, idle: 2m, body: 3s }
        """, name: "notilua.yaml", folder: "etc/"
    ).door
    #expect(door.listen == ["0.0.0.0:2197", "[::1]:443", "door.example:8443", "unix:/run/notilua/door.sock"])
    #expect(door.certificate == "etc/door.pem" && door.key == "/etc/door.key")
    #expect(door.clientAuthority == "etc/clients.pem" && door.keys == "etc/door-keys")
    #expect(door.certificates.count == 2)
    let first = door.certificates[Self.fingerprint]
    #expect(first?.topics == ["com.example.app", "com.example.chat"] && first?.environments == ["sandbox"])
    #expect(first?.rate == 5 && first?.burst == 7)
    let other = door.certificates[String(repeating: "0b", count: 32)]
    #expect(other?.topics == ["com.example.app"] && other?.environments == ["sandbox", "production"])
    #expect(door.answer == "delivered" && door.deadline == .seconds(30) && door.repeats == .seconds(300))
    #expect(door.threads == 2 && door.firstStreams == 1)
    #expect(
      door.limits.connections == 10 && door.limits.connectionsPerAddress == 5 && door.limits.requests == 100)
    #expect(
      door.limits.handshake == .seconds(1) && door.limits.idle == .seconds(120)
        && door.limits.body == .seconds(3))
    #expect(door.name(of: "keys") == "notilua.yaml:6:9: door.keys")
  }

  @Test func hasDefaults() throws {
    let door = try Configuration(yaml: "door: { listen: 'unix:/door', keys: k }", name: "c.yaml").door
    #expect(door.answer == "accepted" && door.deadline == .seconds(10) && door.repeats == .seconds(3600))
    #expect(door.threads == 1 && door.firstStreams == 100 && door.limits == Configuration.Door.Limits())
    #expect(Configuration().door == Configuration.Door() && Configuration().door.listen.isEmpty)
  }

  @Test(
    arguments: [
      ("{ key: k }", "1:7: door has neither keys nor client_ca, so that nobody may push; "),
      ("{ kys: k }", "1:9: door has no key 'kys'; did you mean 'keys'?"),
      ("{ keys: '' }", "1:15: door.keys is empty; "),
      ("{ keys: [k] }", "1:15: door.keys is not a text"),
      ("{ keys: k, key: k }", "1:7: door has no 'certificate'; "),
      ("{ keys: k, certificate: c }", "1:7: door has no 'key'; "),
      ("{ keys: k, listen: 'h:1' }", "1:7: door listens on 'h:1' without TLS; "),
      ("{ keys: k, listen: [] }", "1:26: door.listen is empty; "),
      ("{ keys: k, listen: ['unix:/a', 'unix:/a'] }", "1:38: door.listen has 'unix:/a' twice; "),
      ("{ keys: k, answer: later }", "1:26: door.answer is 'later'; use accepted or delivered"),
      ("{ keys: k, deadline: 10 }", "1:28: door.deadline is 10, without a unit; "),
      ("{ keys: k, deadline: 2h }", "1:28: door.deadline is not a time of 100ms to 1h"),
      ("{ keys: k, repeats: 0s }", "1:27: door.repeats is not a time of 1s to 168h"),
      ("{ keys: k, threads: 0 }", "1:27: door.threads is not a whole number of 1 to 64"),
      ("{ keys: k, first_streams: 1001 }", "1:33: door.first_streams is not a whole number of 1 to 1000"),
      ("{ keys: k, limits: { bodys: 1s } }", "1:28: door.limits has no key 'bodys'; did you mean 'body'?"),
      ("{ keys: k, limits: { connections: 0 } }", "1:41: door.limits.connections is not a whole number of "),
      ("{ keys: k, limits: { handshake: 2m } }", "1:39: door.limits.handshake is not a time of 100ms to 1m"),
      ("{ keys: k, certificates: {} , limits: 1 }", "1:45: door.limits is not a mapping"),
    ]) func saysWhatIsWrongAndWhere(_ section: String, _ message: String)
  {
    Self.fails(section, message)
  }

  @Test(
    arguments: [
      "h", ":1", "h:", "h:0", "h:65536", "h:x", "::1:443", "[::1]", "[]:1", "[h]:1", "a b:1", "https://h:1",
      "unix:", "unix:door.sock", "unix:/" + String(repeating: "a", count: 107),
    ]) func refusesWhatIsNoAddress(_ address: String)
  {
    Self.fails("{ keys: k, listen: ['\(address)'] }", "which is no address; ")
  }

  @Test(
    arguments: [
      ("{ ab: { topics: a } }", "has 'ab', which is no fingerprint; "),
      ("{ \(fingerprint): [a] }", "is not a mapping of keys to values"),
      ("{ \(fingerprint): {} }", "has no topics; "),
      ("{ \(fingerprint): { topics: [] } }", "has no topics; "),
      ("{ \(fingerprint): { topics: ['*'] } }", "'*' is no topic: there are no wildcards; "),
      ("{ \(fingerprint): { topics: 'a b' } }", "'a b' is no topic; "),
      ("{ \(fingerprint): { topics: [a, a] } }", "the topic 'a' stands twice; "),
      (
        "{ \(fingerprint): { topics: a, environments: prod } }",
        "an environment is 'prod'; use sandbox or production"
      ),
      ("{ \(fingerprint): { topics: a, environments: [] } }", "environments is empty; "),
      ("{ \(fingerprint): { topics: a, burst: 1 } }", "has burst without rate; "),
      ("{ \(fingerprint): { topics: a, rate: 0 } }", "rate is not a whole number of 1 to 1000000"),
      ("{ \(fingerprint): { topics: a }, \(fingerprint.uppercased()): { topics: a } }", "twice; remove one"),
    ]) func refusesCertificatesThatSayNothing(_ certificates: String, _ message: String)
  {
    Self.fails("{ client_ca: c, certificates: \(certificates) }", message)
  }

  @Test func theGuideShowsSectionsThatAreRead() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appending(path: "Sources/Notilua/Notilua.docc/TheFrontDoor.md"), encoding: .utf8)
    let sections = page.components(separatedBy: "```yaml\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
    #expect(sections.count >= 2)
    for section in sections { _ = try Configuration(yaml: section, name: "TheFrontDoor.md") }
  }

  @Test func certificatesNeedTheirAuthority() {
    Self.fails(
      "{ keys: k, certificates: { \(Self.fingerprint): { topics: a } } }",
      "door has certificates without client_ca; ")
  }

  private static func fails(
    _ section: String, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do {
      _ = try Configuration(yaml: "door: \(section)", name: "c.yaml")
      Issue.record("it was read: \(section)", sourceLocation: sourceLocation)
    } catch {
      #expect(
        error.message.hasPrefix("c.yaml:1:") && error.message.contains(message), "\(error.message)",
        sourceLocation: sourceLocation)
    }
  }
}
