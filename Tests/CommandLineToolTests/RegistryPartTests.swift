import ConfigurationFiles
import Foundation
import Logging
import Notilua
import PrometheusMetrics
import ServiceParts
import Testing

/// The needs of a registry in a configuration.
struct RegistryPartTests {
  private static let whole =
    "registry: { path: r }\napplications: [{ key: chat, bundle_id: com.example.chat }]\n"

  /// A run that never opens.
  private static let run = RunAccess(recall: { _ in false }, intake: { throw CancellationError() })

  @Test(arguments: [
    ("registry: { path: r }\n", true, true, "add them to 'applications'"),
    (whole, false, true, "outbox.path"),
    (whole, true, false, "api.listen"),
  ])
  func whatIsMissingIsNamed(_ yaml: String, _ hasOutbox: Bool, _ hasAPI: Bool, _ said: String) throws {
    let configuration = try Configuration(yaml: yaml, name: "c.yaml")
    let error = #expect(throws: HostError.self) {
      try RegistryPart.check(configuration, hasOutbox: hasOutbox, hasAPI: hasAPI)
    }
    #expect(error?.message.contains(said) == true, "\(error?.message ?? "")")
  }

  @Test func withoutARegistryNothingIsNeeded() throws {
    try RegistryPart.check(Configuration(), hasOutbox: false, hasAPI: false)
    let part = try RegistryPart(Configuration(), MetricRegistry(), Logger(label: "test"), Self.run)
    #expect(part == nil)
  }

  @Test func aFileThatIsNoneIsRefusedWithItsName() throws {
    let folder = FileManager.default.temporaryDirectory.path
    let configuration = try Configuration(
      yaml: Self.whole.replacing("path: r", with: "path: '\(folder)'"), name: "c.yaml")
    let error = #expect(throws: HostError.self) {
      try RegistryPart(configuration, MetricRegistry(), Logger(label: "test"), Self.run)
    }
    #expect(error?.message.contains(folder) == true, "\(error?.message ?? "")")
  }
}
