import ConfigurationFiles
import NotificationModel
import Notilua
import Testing

/// `notilua.yaml`, right and wrong.
struct ConfigurationTests {
  @Test func readsAllThatThereIs() throws {
    let configuration = try Configuration(
      yaml: """
        plugins:
          - plugins/recall
          - path: /opt/mask
            settings: { keep_last: 2, at: 22:30, yes: yes, none: null, half: 0.5, list: [a, 010], flag: true }
            on_fault: drop
            limits: { cpu: 100ms, memory: 8MiB }
            capabilities: [crypto]
            disabled: true
        limits: { wall: 5s, cpu: 2s, memory: 16MiB, source: 1MiB, payload: 64KiB, depth: 32 }
        quarantine: { after: 3, for: 2m }
        workers: 4
        duplicate_keys: last
        keys: { inbox: { file: inbox.key } }
        """, name: "notilua.yaml", folder: "etc/")
    #expect(configuration.plugins.map(\.path) == ["etc/plugins/recall", "/opt/mask"])
    let mask = configuration.plugins[1]
    // The core schema of YAML 1.2: a time of day is a text, and so is yes; 010 is ten.
    #expect(
      mask.settings
        == #"{"keep_last":2,"at":"22:30","yes":"yes","none":null,"half":0.5,"list":["a",10],"flag":true}"#)
    #expect(mask.onFault == .drop)
    #expect(mask.limits.cpu == .milliseconds(100))
    #expect(mask.isDisabled)
    #expect(configuration.limits.wall == .seconds(5))
    #expect(configuration.sourceLimit == 1 << 20)
    #expect(configuration.payloadLimit == 64 << 10)
    #expect(configuration.depthLimit == 32)
    #expect(configuration.quarantineAfter == 3)
    #expect(configuration.quarantineFor == .seconds(120))
    #expect(configuration.workers == 4)
    #expect(configuration.keepsLastDuplicate)
    #expect(configuration.keyFiles == ["inbox": "etc/inbox.key"])
  }

  @Test func readsAnOutbox() throws {
    let configuration = try Configuration(
      yaml: """
        outbox: { path: box, size: 2GiB, free: 1MiB, keep: 2h, keep_dead: 24h, recall: replace, recall_text: Gone, recall_for: 1h }
        """, name: "notilua.yaml", folder: "etc/")
    #expect(configuration.outbox.path == "etc/box" && configuration.outbox.size == 2 << 30)
    #expect(configuration.outbox.free == 1 << 20 && configuration.outbox.keep == .seconds(7200))
    #expect(
      configuration.outbox.keepDead == .seconds(86_400) && configuration.outbox.recallFor == .seconds(3600))
    #expect(configuration.outbox.recall == "replace" && configuration.outbox.recallText == "Gone")
    #expect(Configuration().outbox.path == nil && Configuration().outbox.recall == "nothing")
  }

  @Test(arguments: [
    (
      "outbox: { path: box, recal: replace }",
      "c.yaml:1:22: outbox has no key 'recal'; did you mean 'recall'?"
    ),
    ("outbox: { recall: undo }", "c.yaml:1:19: outbox.recall is 'undo'; use nothing, replace or remove"),
    ("outbox: { keep: long }", "c.yaml:1:17: outbox.keep is not a time such as 100ms, 30s or 5m"),
    (
      "outbox: { size: 1 }",
      "c.yaml:1:17: outbox.size is not a size such as 512KiB or 24MiB, of 1MiB to 1024TiB"
    ),
    ("plugns: []", "c.yaml:1:1: the configuration has no key 'plugns'; did you mean 'plugins'?"),
    ("plugins: x", "c.yaml:1:10: plugins is not a list; write it as [a, b], or with a dash before each line"),
    (
      "plugins: []",
      "c.yaml:1:10: plugins is empty; leave it out to run every plugin of ./plugins, or run none with 'notilua run --no-plugins'"
    ),
    ("plugins:\n  - on_fault: skip", "c.yaml:2:5: a plugin has no path; add 'path: plugins/NAME'"),
    (
      "plugins: [{ path: a, on_fault: explode }]",
      "c.yaml:1:32: on_fault is 'explode'; use skip, original, drop or halt"
    ),
    ("workers: 0", "c.yaml:1:10: workers is not a whole number of 1 to 256"),
    ("limits: { cpu: fast }", "c.yaml:1:16: limits.cpu is not a time such as 100ms, 30s or 5m"),
    ("limits: { depth: 1 }", "c.yaml:1:18: limits.depth is not a whole number of 2 to 512"),
    ("limits: { cpus: 1s }", "c.yaml:1:11: limits has no key 'cpus'; did you mean 'cpu'?"),
    ("duplicate_keys: first", "c.yaml:1:17: duplicate_keys is neither 'reject' nor 'last'"),
    ("keys: { inbox: { path: x } }", "c.yaml:1:18: keys.inbox has no key 'path'; known are file"),
    ("strings: { catalog: x }", "c.yaml:1:12: strings has no key 'catalog'; did you mean 'catalogs'?"),
    ("strings: { device: iphnoe }", "c.yaml:1:20: strings.device is 'iphnoe'; did you mean 'iphone'?"),
    (
      "strings: { locale: [de, '??'] }",
      "c.yaml:1:25: strings.locale is '??', which is no language; write a tag such as 'de' or 'zh-Hant'"
    ),
    ("- a", "c.yaml:1:1: the configuration is not a mapping of keys to values"),
  ])
  func saysWhatIsWrongAndWhere(_ yaml: String, _ message: String) {
    #expect(throws: HostError(.usage, message)) { try Configuration(yaml: yaml, name: "c.yaml") }
  }

  @Test func saysWhereTheTextIsNoYAML() {
    do {
      _ = try Configuration(yaml: "plugins: [a\nworkers: 2", name: "c.yaml")
      Issue.record("it was read")
    } catch {
      #expect(error.message.hasPrefix("c.yaml:2:"))
      #expect(error.message.contains("not YAML: "))
      #expect(!error.message.contains("\n"))
    }
  }

  /// YAML 1.2 §5.1 allows no control characters; the line is not shown, since a password may stand in it.
  @Test func aControlCharacterIsNamedByItsLineAlone() {
    do {
      _ = try Configuration(
        yaml: "workers: 2\napns: { proxy: \"http://ann:s3cret\u{1B}@proxy.test\" }", name: "c.yaml")
      Issue.record("it was read")
    } catch {
      #expect(error.message.hasPrefix("c.yaml:2: not YAML: "), "\(error.message)")
      #expect(!error.message.contains("s3cret") && !error.message.contains("\n"))
    }
  }

  @Test func twoPluginsOfOneNameAreRefused() throws {
    let configuration = try Configuration(yaml: "plugins: [a/x, b/x.lua]", name: "c.yaml")
    #expect(
      throws: HostError(
        .usage,
        "c.yaml:1:16: 'a/x' and 'b/x.lua' are both named 'x'; give one of them another name with 'name:'")
    ) { try configuration.chain() }
  }
}
