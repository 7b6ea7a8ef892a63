import Foundation
import Testing

/// The arrows of the layout run downward only, and each that the manifest draws is there.
struct LayoutTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The targets from the lowest to the highest: each imports of the package only what stands before it.
  private static let order = [
    "CLua", "CCrypto", "CNGHTTP2", "CSystemd", "CPango", "CImageFormats", "CSeccomp", "CUTF8Proc",
    "CLuaBoundary", "CProcessSandbox", "CEventLoop", "EventLoop", "PrometheusMetrics",
    "FileReading",
    "Digests", "LosslessJSON", "PushExtras", "NotificationModel", "NotificationViews", "Applications",
    "Localization", "WorkerProtocol", "ViewDescriptions",
    "LuaSandbox",
    "CodeAnalysis", "PluginManifests", "PassRecords", "UnicodeForms", "TimeZones",
    "StringCatalogs", "Composition", "Presence", "Presentation", "notilua-thumbnailer", "Rendering",
    "PageRendering",
    "APNsCredentials", "Delivery", "OutboxRecords", "Outbox", "Stories", "Registry", "Muting",
    "Desktop",
    "HTTP2Transport",
    "APNsProtocol", "APNs",
    "ServiceLife", "Operations",
    "PluginRuntime", "notilua-worker",
    "ConfigurationFiles", "WorkerHost", "Notilua", "NotiluaInProcess", "Pipeline", "PluginTesting",
    "PluginTools", "APNsSimulator", "ClientKeys", "FrontDoor", "Messaging", "RESTInterface", "ServiceParts",
    "Generations",
    "TerminalPages", "CommandSupport", "CatalogCommands", "CredentialCommands", "ServiceCommands",
    "MessageCommands", "OutboxCommands", "PreviewCommands",
    "CommandLineTool", "notilua",
  ]

  /// A target as Package.swift declares it.
  private struct Target {
    var name: String
    var folder: URL
    var dependencies: Set<String>
    /// Whether what it depends on is imported, and not only linked or run.
    var isSwift: Bool

    /// Its sources, and what else is in its folder.
    func files() throws -> [URL] {
      let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
      return files.compactMap { $0 as? URL }
    }

    /// What its sources import.
    func imports() throws -> Set<String> {
      var found: Set<String> = []
      for file in try files() where file.pathExtension == "swift" {
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
          let words = line.split(separator: " ")
          guard let at = words.firstIndex(of: "import"), words[..<at].allSatisfy({ $0.hasPrefix("@") }) else {
            continue
          }
          found.insert(String(words[words.count - 1].split(separator: ".")[0]))
        }
      }
      return found
    }
  }

  /// The targets of Package.swift that are built of sources.
  private static let targets: [Target] = {
    guard let manifest = try? String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    else {
      return []
    }
    let starts = manifest.ranges(of: /\n    \.(target|executableTarget|testTarget)\(/)
    return starts.enumerated().compactMap { index, start in
      let end = index + 1 < starts.count ? starts[index + 1].lowerBound : manifest.endIndex
      let text = manifest[start.lowerBound..<end]
      guard let name = text.firstMatch(of: /name: "([^"]+)"/).map({ String($0.1) }) else { return nil }
      let list = text.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.1 ?? ""
      // A product's package is no dependency of its own.
      let names = list.replacing(/, package: "[^"]*"/, with: "").matches(of: /"([^"]+)"/).map { String($0.1) }
      let isTest = text.hasPrefix("\n    .testTarget(")
      let path =
        text.firstMatch(of: /path: "([^"]+)"/).map { String($0.1) } ?? (isTest ? "Tests/" : "Sources/") + name
      return Target(
        name: name, folder: root.appending(path: path), dependencies: Set(names),
        isSwift: text.contains("swiftSettings"))
    }
  }()

  /// What a target may be built for although nobody imports it: programs that tests run.
  private static let programs: Set = [
    "notilua", "notilua-worker", "notilua-thumbnailer", "HostileWorker", "SandboxProbe", "ServiceProbe",
    "SwiftProgram",
  ]

  @Test func theManifestIsRead() {
    #expect(Self.targets.count > 40)
    #expect(
      Self.targets.first { $0.name == "WorkerProtocol" }?.dependencies
        == ["Localization", "LosslessJSON", "NotificationModel", "NotificationViews"])
    #expect(Self.targets.first { $0.name == "Outbox" }?.dependencies.contains("GRDB") ?? false)
  }

  @Test(arguments: targets.filter(\.isSwift).map(\.name))
  func importsExactlyWhatItDeclares(_ name: String) throws {
    let target = try #require(Self.targets.first { $0.name == name })
    let all = Self.targets.reduce(into: Set(Self.order)) { $0.formUnion($1.dependencies.union([$1.name])) }
    let used = try target.imports().intersection(all)
    #expect(used.subtracting(target.dependencies) == [], "\(name) does not declare what it imports")
    #expect(
      target.dependencies.subtracting(used).subtracting(Self.programs) == [],
      "\(name) declares what it does not import")
  }

  @Test(arguments: order)
  func dependsOnlyOnWhatStandsBelow(_ name: String) throws {
    guard let target = Self.targets.first(where: { $0.name == name }) else { return }
    let at = try #require(Self.order.firstIndex(of: name))
    let own = Set(Self.order)
    #expect(target.dependencies.intersection(own).subtracting(Self.order[..<at]) == [])
  }

  @Test(arguments: targets.filter { $0.folder.path.contains("/Sources/") }.map(\.name))
  func isSmallEnoughToRead(_ name: String) throws {
    let target = try #require(Self.targets.first { $0.name == name })
    var sum = 0
    for file in try target.files() where ["swift", "c", "h"].contains(file.pathExtension) {
      let count = try Data(contentsOf: file).count { $0 == UInt8(ascii: "\n") }
      #expect(count <= 450, "\(name)/\(file.lastPathComponent)")
      if file.pathExtension == "swift" { sum += count }
    }
    #expect(sum <= 5000)
  }

  @Test func processesAreStartedInOnePlace() throws {
    // So each has the environment and the descriptors that it is given, and no others.
    let calls = /\b(posix_spawnp?|v?fork|execv[pe]*|execl[pe]*|popen|system|Process)\(/
    var places: Set<String> = []
    for target in Self.targets where target.folder.path.contains("/Sources/") {
      for file in try target.files() where ["swift", "c", "h"].contains(file.pathExtension) {
        let text = try String(contentsOf: file, encoding: .utf8)
        if text.contains(calls) { places.insert("\(target.name)/\(file.lastPathComponent)") }
      }
    }
    #expect(places == ["EventLoop/Spawn.swift"])
  }

  @Test func everySourceHasItsPlace() {
    let sources = Self.targets.filter { $0.folder.path.contains("/Sources/") }.map(\.name)
    #expect(Set(sources).subtracting(Self.order) == [])
  }

  @Test(arguments: [
    "LuaSandbox", "CodeAnalysis", "PluginManifests", "PassRecords", "UnicodeForms", "Digests", "LosslessJSON",
    "PushExtras", "NotificationModel", "NotificationViews",
    "Localization",
    "WorkerProtocol", "ViewDescriptions",
    "TimeZones",
    "PluginRuntime",
    "notilua-worker", "notilua-thumbnailer",
  ])
  func theWorkerStaysSmall(_ name: String) throws {
    let heavy: Set = [
      "Foundation", "FoundationEssentials", "Dispatch", "NIO", "NIOCore", "Yams", "ArgumentParser",
    ]
    let target = try #require(Self.targets.first { $0.name == name })
    #expect(try target.imports().intersection(heavy) == [])
  }
}
