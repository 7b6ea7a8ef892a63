import LosslessJSON
import NotificationModel
import Testing
import WorkerProtocol

/// The first frame to a worker.
struct WorkerConfigurationTests {
  private static var full: WorkerConfiguration {
    var plugin = PluginDefinition(name: "p", path: "p.lua", source: Array("return {}".utf8))
    plugin.capabilities = ["crypto.open"]
    plugin.delivery = DeliveryGrant(
      fields: [.topic, .pushType], topics: .apps(["com.example.app"]), coversUnnamed: true)
    plugin.languages = ["de", "en"]
    plugin.limits.memory = 5 << 20
    var options = RunnerOptions()
    options.depthLimit = 17
    options.duplicateKeys = .keepLast
    options.writesOutcomes = true
    options.content = .payloads
    options.quarantineAfter = 3
    options.quarantineFor = 1 << 40
    options.relaxedRules = [.backgroundContentAvailable, .alertSound]
    return WorkerConfiguration(plugins: [plugin], options: options, seed: .max)
  }

  @Test(arguments: [ResultContent.none, .lines, .payloads, .linesAndPayloads])
  func whatIsWrittenIsRead(_ content: ResultContent) throws {
    var configuration = Self.full
    configuration.options.content = content
    #expect(try WorkerConfiguration(body: configuration.body) == configuration)
  }

  @Test func aGrantMayListTopicsOrBeForAny() throws {
    for topics in [nil, PushTopics.listed(["a", "b"]), .apps([])] {
      var configuration = Self.full
      configuration.plugins[0].delivery?.topics = topics
      #expect(try WorkerConfiguration(body: configuration.body) == configuration)
    }
  }

  @Test func halfOfItIsNone() {
    let body = Self.full.body
    for count in 0..<body.count {
      #expect(throws: ByteReader.Truncated.self, "\(count) bytes") {
        try WorkerConfiguration(body: Array(body[..<count]))
      }
    }
  }

  @Test func noBytesCrashTheReader() {
    var random = RandomSource(seed: 9)
    let body = Self.full.body
    for _ in 0..<2000 {
      var changed = body
      changed[Int.random(in: 0..<changed.count, using: &random)] = .random(in: 0...255, using: &random)
      _ = try? WorkerConfiguration(body: changed)
    }
  }
}
