import ConfigurationFiles
import Notilua
import Testing

/// The section `api`, right and wrong.
struct ConfigurationAPITests {
  private static func api(_ text: String) throws -> Configuration.API {
    try Configuration(yaml: "api: { \(text) }", name: "c.yaml").api
  }

  @Test func readsEveryKey() throws {
    let api = try Self.api(
      """
      listen: [127.0.0.1:8500, '[::1]:8500', localhost:8501, 127.9.8.7:1], socket: api.sock, keys: api-keys, \
      limits: { connections: 5, body: 1MiB, request: 30s, notifications: 7 }
      """)
    #expect(api.listen == ["127.0.0.1:8500", "[::1]:8500", "localhost:8501", "127.9.8.7:1"])
    #expect(api.socket == "api.sock" && api.keys == "api-keys" && api.isOn)
    #expect(api.limits.connections == 5 && api.limits.body == 1 << 20 && api.limits.notifications == 7)
    #expect(api.limits.request == .seconds(30))
    #expect(try !Self.api("keys: api-keys").isOn)
  }

  @Test func withTLSAnyAddressIsGood() throws {
    let api = try Self.api(
      "listen: [0.0.0.0:8443, '[::]:8443', example.com:1], keys: k, certificate: c.pem, key: c.key, limits: { handshake: 2s }"
    )
    #expect(api.listen.count == 3 && api.certificate == "c.pem" && api.key == "c.key")
    #expect(api.limits.handshake == .seconds(2))
  }

  @Test(arguments: [
    ("listen: 127.0.0.1:8500", "api has no keys, so that nobody may use it; "),
    ("listen: 0.0.0.0:8500, keys: k", "which other machines reach, without TLS; add certificate and key"),
    ("listen: '[::]:8500', keys: k", "which other machines reach, without TLS"),
    ("listen: 10.0.0.1:8500, keys: k", "which other machines reach, without TLS"),
    ("listen: [127.0.0.1:8500, 10.0.0.1:8500], keys: k", "api listens on '10.0.0.1:8500'"),
    ("listen: example.com:8500, keys: k", "which other machines reach, without TLS"),
    ("listen: 127.0.0.1.example.com:80, keys: k", "which other machines reach, without TLS"),
    ("listen: 127.0.0:80, keys: k", "which other machines reach, without TLS"),
    ("listen: unix:/tmp/x, keys: k", "name the path of a Unix socket in api.socket"),
    ("keys: k, certificate: c", "api has no 'key'; a certificate and its key belong together"),
    ("keys: k, key: c", "api has no 'certificate'; "),
    ("keys: k, certificate: '', key: k", "api.certificate is empty"),
    ("keys: k, limits: { handshake: 2h }", "api.limits.handshake"),
    ("listen: 127.0.0.1, keys: k", "which is no address; "),
    ("listen: [], keys: k", "api.listen is empty; name an address, such as 127.0.0.1:8500"),
    ("keys: ''", "api.keys is empty; "),
    ("keys: k, socket: ''", "api.socket is empty; "),
    ("keys: k, limits: { body: 1KiB }", "api.limits.body"),
    ("keys: k, limits: { notifications: 0 }", "api.limits.notifications"),
    ("keys: k, port: 1", "port"),
  ])
  func namesAMistake(_ text: String, _ said: String) {
    let error = #expect(throws: HostError.self) { try Self.api(text) }
    #expect(error?.message.contains(said) == true, "\(error?.message ?? "")")
  }
}
