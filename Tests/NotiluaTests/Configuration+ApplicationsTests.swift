import Applications
import ConfigurationFiles
import NotificationModel
import Notilua
import Testing

/// The section `applications`, right and wrong.
struct ConfigurationApplicationsTests {
  private static func error(_ yaml: String) -> String? {
    do throws(HostError) {
      _ = try Configuration(yaml: yaml, name: "c.yaml")
      return nil
    } catch {
      return error.status == .usage ? error.message : "status \(error.status)"
    }
  }

  @Test func readsEveryKey() throws {
    let configuration = try Configuration(
      yaml: """
        applications:
          - { key: chat, bundle_id: com.example.chat, credential: prod, level: mentions_of_me }
          - key: chat-beta
            bundle_id: com.example.chat
            kind: development
          - { key: mail, bundle_id: com.example.mail, kind: development, environment: production }
        """, name: "c.yaml")
    let table = try configuration.applicationTable()
    #expect(
      table.applications == [
        Application(key: "chat", bundleID: "com.example.chat", credential: "prod", level: .mentionsOfMe),
        Application(
          key: "chat-beta", bundleID: "com.example.chat", kind: .development, environment: .sandbox),
        Application(
          key: "mail", bundleID: "com.example.mail", kind: .development, environment: .production),
      ])
    #expect(try Configuration().applicationTable() == .empty)
  }

  @Test(arguments: [
    ("{ bundle_id: a.b }", "c.yaml:1:16: an application has no key"),
    ("{ key: a }", "c.yaml:1:16: an application has no bundle_id"),
    ("{ key: A, bundle_id: a.b }", "c.yaml:1:16: application 'A': the key is not 1 to 32 lower-case"),
    ("{ key: a, bundle_id: 'a b' }", "c.yaml:1:16: application 'a': bundle_id is 'a b', which is none"),
    (
      "{ key: a, bundle_id: a.b.voip }", "c.yaml:1:16: application 'a': bundle_id is 'a.b.voip', a topic with"
    ),
    ("{ key: a, bundle_id: a.b, kind: beta }", "c.yaml:1:48: kind is 'beta'; use development or production"),
    (
      "{ key: a, bundle_id: a.b, environment: test }",
      "c.yaml:1:16: application 'a': environment is 'test'; use sandbox or production"
    ),
    (
      "{ key: a, bundle_id: a.b, environment: sandbox }",
      "c.yaml:1:16: application 'a': an application in production pushes to production only; leave environment out"
    ),
    (
      "{ key: a, bundle_id: a.b, level: loud }",
      "c.yaml:1:16: application 'a': level is 'loud'; there are all, "
    ),
    ("{ key: a, bundle_id: a.b, credential: '' }", "c.yaml:1:54: credential is empty"),
    ("{ key: a, bundle_id: a.b, colour: red }", "c.yaml:1:42: an application has no key 'colour'"),
  ])
  func namesAMistake(_ text: String, _ said: String) {
    let message = Self.error("applications: [\(text)]")
    #expect(message?.hasPrefix(said) == true, "\(message ?? "")")
  }

  @Test func twoOfAKindAreNamed() {
    #expect(
      Self.error("applications:\n- { key: a, bundle_id: a.b }\n- { key: a, bundle_id: a.c }\n")
        == "c.yaml:3:3: application 'a': the key stands twice, first at c.yaml:2:3; give each its own")
    #expect(
      Self.error("applications:\n- { key: a, bundle_id: a.b }\n- { key: b, bundle_id: a.b }\n")
        == "c.yaml:3:3: application 'b': 'a' has 'a.b' in production already; an app has one application in each environment"
    )
    #expect(
      Self.error(
        "applications:\n- { key: a, bundle_id: a.b }\n- { key: b, bundle_id: a.b, kind: development }\n")
        == nil)
  }

  /// A Swift program has no file: its mistakes are named by the application.
  @Test func aProgramsMistakeHasNoPlace() throws {
    var configuration = Configuration()
    configuration.applications = [.init(key: "chat", bundleID: "com.example.chat")]
    configuration.applications[0].environment = "sandbox"
    let error = #expect(throws: HostError.self) { try configuration.applicationTable() }
    #expect(error?.message.hasPrefix("application 'chat': an application in production") == true)
  }
}
