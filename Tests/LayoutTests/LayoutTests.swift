import Foundation
import Testing

/// The arrows of the layout run downward only.
struct LayoutTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent()

  /// What each target may import of the package; from the lowest to the highest.
  private static let allowed: [(target: String, imports: Set<String>)] = [
    ("LuaSandbox", ["CLuaBoundary"]), ("NotificationModel", []), ("Localization", []), ("WorkerProtocol", []),
    ("StringCatalogs", ["Localization", "NotificationModel"]),
    ("Presentation", ["NotificationModel"]), ("Thumbnails", ["Presentation"]),
    ("notilua-thumbnailer", ["CImageFormats", "CProcessSandbox"]),
    ("Pictures", ["CPango", "NotificationModel", "Presentation", "Thumbnails"]),
    ("APNsCredentials", ["CCrypto", "NotificationModel"]),
    ("Delivery", ["NotificationModel"]), ("Outbox", ["Delivery", "NotificationModel"]),
    ("Desktop", ["CSystemd", "Delivery", "NotificationModel", "Presentation", "Thumbnails"]),
    ("HTTP2Transport", ["CNGHTTP2"]),
    ("APNs", ["APNsCredentials", "Delivery", "HTTP2Transport", "NotificationModel"]),
    (
      "ExtensionRuntime",
      ["LuaSandbox", "CLuaBoundary", "NotificationModel", "Localization", "WorkerProtocol", "CCrypto"]
    ),
    (
      "notilua-worker",
      [
        "ExtensionRuntime", "WorkerProtocol", "CLuaBoundary", "CProcessSandbox", "Localization",
        "NotificationModel",
      ]
    ),
    (
      "ExtensionHost",
      [
        "ExtensionRuntime", "LuaSandbox", "WorkerProtocol", "NotificationModel", "Localization",
        "StringCatalogs",
        "CProcessSandbox", "CCrypto", "Delivery", "Presentation",
      ]
    ),
    (
      "PluginTesting",
      [
        "ExtensionHost", "ExtensionRuntime", "Localization", "LuaSandbox", "NotificationModel",
        "WorkerProtocol",
      ]
    ),
    ("APNsSimulator", ["APNsCredentials", "HTTP2Transport", "NotificationModel"]),
    ("Notilua", ["ExtensionHost", "NotificationModel"]),
    (
      "CommandLineTool",
      [
        "Notilua", "PluginTesting", "ExtensionHost", "ExtensionRuntime", "NotificationModel", "Localization",
        "StringCatalogs", "CProcessSandbox", "APNs", "APNsCredentials", "APNsSimulator", "Delivery",
        "Desktop", "Outbox", "Pictures", "Presentation", "Thumbnails",
      ]
    ),
    ("notilua", ["CommandLineTool"]),
  ]

  private static func imports(of target: String) throws -> Set<String> {
    var found: Set<String> = []
    let folder = root.appending(path: "Sources/\(target)")
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    for case let file as URL in files where file.pathExtension == "swift" {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let at = words.firstIndex(of: "import"), words[..<at].allSatisfy({ $0.hasPrefix("@") }) else {
          continue
        }
        let last = words[words.count - 1].split(separator: ".")[0]
        found.insert(String(last))
      }
    }
    return found
  }

  @Test(arguments: allowed.map(\.target))
  func importsOnlyWhatStandsBelow(_ target: String) throws {
    let own = Set(Self.allowed.map(\.target)).union([
      "CLuaBoundary", "CProcessSandbox", "CCrypto", "CImageFormats", "CLua", "CNGHTTP2", "CPango", "CSeccomp",
      "CSystemd",
    ])
    let allowed = try #require(Self.allowed.first { $0.target == target }).imports
    let used = try Self.imports(of: target).intersection(own)
    #expect(!used.isEmpty || allowed.isEmpty)
    #expect(used.subtracting(allowed) == [])
  }

  @Test(arguments: [
    "LuaSandbox", "NotificationModel", "Localization", "WorkerProtocol", "ExtensionRuntime", "notilua-worker",
    "notilua-thumbnailer",
  ])
  func theWorkerStaysSmall(_ target: String) throws {
    let heavy: Set = [
      "Foundation", "FoundationEssentials", "Dispatch", "NIO", "NIOCore", "Yams", "ArgumentParser",
    ]
    #expect(try Self.imports(of: target).intersection(heavy) == [])
  }
}
