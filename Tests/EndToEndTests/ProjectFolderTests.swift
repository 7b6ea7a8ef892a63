import Foundation
import Glibc
import Testing

/// The configuration that commands find in a folder above.
struct ProjectFolderTests {
  private static let badge = "return { did_receive = function(_, c) c.badge = 7 end }"
  private static let payload = #"{"aps":{"alert":"hi"}}"#

  private static func withProject<Result>(_ body: (_ folder: URL, _ below: URL) throws -> Result) throws
    -> Result
  {
    try Program.withFolder { folder in
      let below = folder.appending(path: "mine/deep")
      for path in [folder.appending(path: "others"), below] {
        try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
      }
      try badge.write(to: folder.appending(path: "others/badge.lua"), atomically: true, encoding: .utf8)
      try "plugins: [others/badge.lua]".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      return try body(folder, below)
    }
  }

  private static func explain(_ flags: [String] = [], in folder: URL) throws -> Program.Ended {
    try Program.run(["explain", "--json"] + flags, input: Data(payload.utf8), in: folder)
  }

  @Test func theConfigurationAboveIsUsed() throws {
    try Self.withProject { _, below in
      let ended = try Self.explain(in: below)
      #expect(ended.status == 0)
      #expect(ended.text.contains(#""badge":7"#), "\(ended.text)\(ended.errors)")
    }
  }

  /// Anyone can write into `/tmp`, and what is there must not choose the plugins of others.
  @Test(.enabled(if: geteuid() == 0), arguments: [false, true])
  func whatBelongsToAnotherUserIsNotUsed(_ isLink: Bool) throws {
    try Self.withProject { folder, below in
      let file = folder.appending(path: "notilua.yaml")
      if isLink {
        let target = folder.appending(path: "others/notilua.yaml")
        try FileManager.default.moveItem(at: file, to: target)
        try FileManager.default.createSymbolicLink(at: file, withDestinationURL: target)
      }
      #expect(lchown(file.path, 1234, 1234) == 0)
      let ended = try Self.explain(in: below)
      #expect(!ended.text.contains(#""badge":7"#), "\(ended.text)")
      #expect(
        ended.errors.contains(
          "'../../notilua.yaml' belongs to another user and is not used; name a configuration with --config"),
        "\(ended.errors)")
      #expect(try Self.explain(["--config", "../../notilua.yaml"], in: below).text.contains(#""badge":7"#))
      // In the folder itself, and where all of a project is another's, it is used.
      #expect(try Self.explain(in: folder).text.contains(#""badge":7"#))
      #expect(lchown(below.path, 1234, 1234) == 0)
      #expect(try Self.explain(in: below).text.contains(#""badge":7"#))
    }
  }

  /// A folder of plugins counts as the configuration does.
  @Test(.enabled(if: geteuid() == 0)) func anotherUsersFolderOfPluginsIsNotUsed() throws {
    try Program.withFolder { folder in
      let plugins = folder.appending(path: "plugins")
      let below = plugins.appending(path: "mine")
      try FileManager.default.createDirectory(at: below, withIntermediateDirectories: true)
      try Self.badge.write(to: plugins.appending(path: "badge.lua"), atomically: true, encoding: .utf8)
      #expect(try Self.explain(in: below).text.contains(#""badge":7"#))
      #expect(lchown(plugins.path, 1234, 1234) == 0)
      let ended = try Self.explain(in: below)
      #expect(!ended.text.contains(#""badge":7"#), "\(ended.text)")
      #expect(ended.errors.contains("'../../plugins' belongs to another user"), "\(ended.errors)")
    }
  }
}
