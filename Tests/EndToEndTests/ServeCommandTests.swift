import Foundation
import Testing

/// A service that cannot keep its promises does not start, and says why and what to do.
struct ServeCommandTests {
  /// A configuration that is right but for what a test puts into it, in a folder with all its files.
  private static func ended(_ door: String, _ more: String, _ arguments: [String] = []) throws
    -> Program.Ended
  {
    try Program.withFolder { folder in
      let files = [
        "p.lua": "return { did_receive = function(_, content) content.body = 'x' end }",
        "halt.lua": "return { on_fault = 'halt', did_receive = function() end }",
        "notilua.yaml": """
        workers: 1
        apns: { credentials: store, environment: sandbox }
        door: { \(door) }
        operations: { address: '', socket: control.sock }
        \(more.contains("plugins:") ? "" : "plugins: [{ path: p.lua }]")
        \(more)

        """,
      ]
      for (name, text) in files {
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
      }
      let prepare = """
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \\
          -keyout door.key -out door.pem 2> /dev/null
        openssl ecparam -name prime256v1 -genkey -noout 2> /dev/null | openssl pkcs8 -topk8 -nocrypt > AuthKey_KEYID00001.p8
        chmod 600 *.p8
        notilua keys door add --keys keys --topic com.example.app --out client.p8 > /dev/null
        notilua credentials add test AuthKey_KEYID00001.p8 --team-id TEAMID0001 --application development \\
          --store store > /dev/null
        echo broken > broken
        timeout 60 notilua serve \(arguments.joined(separator: " "))
        """
      return try GuidePage.run(prepare, in: folder)
    }
  }

  private static let tls = "listen: 127.0.0.1:28446, certificate: door.pem, key: door.key"

  @Test(arguments: [
    ("", "", "door has neither keys nor client_ca", 64),
    ("keys: keys", "", "there is no front door; name its address in door.listen", 64),
    (
      "\(tls), keys: keys", "",
      "is 'accepted', which is a promise of the outbox; name its file in outbox.path", 64
    ),
    (
      "\(tls), keys: keys, answer: delivered", "outbox: { path: outbox }",
      "is 'delivered', which is APNs' own answer; leave outbox.path out", 64
    ),
    (
      "\(tls), keys: keys", "outbox: { path: outbox }\nplugins: [{ path: halt.lua }]",
      "a plugin has on_fault: halt", 64
    ),
    (
      "\(tls), keys: keys", "outbox: { path: outbox }\nplugins: [{ path: p.lua, on_fault: halt }]",
      "a plugin has on_fault: halt", 64
    ),
    (
      "\(tls), keys: nobody", "outbox: { path: outbox }",
      "there is no such file; make it with 'notilua keys door add'", 65
    ),
    ("\(tls), keys: broken", "outbox: { path: outbox }", "broken:1", 65),
    (
      "listen: 127.0.0.1:28446, certificate: broken, key: door.key, keys: keys", "outbox: { path: outbox }",
      "there is no certificate in PEM", 64
    ),
    (
      "listen: 127.0.0.1:28446, certificate: door.pem, key: broken, keys: keys", "outbox: { path: outbox }",
      "the key is no private key in PEM", 64
    ),
    (
      "listen: 127.0.0.1:28446, certificate: door.pem, key: client.p8, keys: keys",
      "outbox: { path: outbox }",
      "door.pem", 64
    ),
    (
      "\(tls), keys: keys", "outbox: { path: outbox }\nservice: { log: xml }",
      "service.log is 'xml'; use text or json", 64
    ),
    ("\(tls), keys: keys", "outbox: { path: none/outbox }", "none", 74),
  ])
  func aMistakeIsNamedBeforeTheFirstPush(_ door: String, _ more: String, _ said: String, _ status: Int32)
    throws
  {
    let ended = try Self.ended(door, more)
    #expect(ended.errors.contains(said), "\(ended.errors)")
    #expect(ended.status == status, "\(ended.errors)")
  }

  /// Two services, whose second one finds the port, the socket or the outbox of the first in use.
  @Test func aPlaceThatIsInUseIsNamed() throws {
    let first = "\(Self.tls), keys: keys, answer: delivered"
    let ended = try Self.ended(
      first, "",
      [
        "2> first.log & for i in $(seq 200); do grep -q ready first.log && break; sleep 0.1; done; timeout 60 notilua serve; e=$?; kill %1; wait; exit $e"
      ])
    #expect(ended.errors.contains("28446") || ended.errors.contains("control.sock"), "\(ended.errors)")
    #expect(ended.status == 74, "\(ended.errors)")
  }
}
