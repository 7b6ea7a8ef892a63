import ConfigurationFiles
import Foundation
import Notilua
import PluginTesting
import Testing

/// The files of snapshots: a name for each case, and those that belong to none.
struct SnapshotTests {
  private static func testCase(_ name: String, file: String = "tests/a.yaml") -> TestCase {
    TestCase(name: name, subject: "p", file: file, line: 1, chain: .configured)
  }

  @Test func aPlainNameIsTheFilesName() {
    #expect(Snapshot(Self.testCase("keeps 2 digits")).path == "tests/a.snapshots/keeps-2-digits.json")
  }

  /// Names that a file system may take for one have files of their own.
  @Test func everyNameHasItsOwnFile() {
    let names = [
      "a b", "a-b", "A b", "a  b", "a/b", "a.b", "é", "e\u{301}", "", "-", "..", "../../x",
      String(repeating: "a ", count: 90),
      String(repeating: "a ", count: 91),
    ]
    let paths = names.map { Snapshot(Self.testCase($0)).path }
    #expect(Set(paths).count == names.count)
    for path in paths {
      #expect(path.hasPrefix("tests/a.snapshots/"))
      #expect(!path.dropFirst("tests/a.snapshots/".count).contains("/"))
      #expect(path.utf8.count < 120)
    }
  }

  @Test func filesOfNoCaseAreStale() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(
      atPath: folder + "/a.snapshots", withIntermediateDirectories: true)
    for name in ["kept.json", "old.json", "note.txt"] {
      try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(folder)/a.snapshots/\(name)"))
    }
    var kept = Self.testCase("kept", file: folder + "/a.yaml")
    #expect(Snapshot.stale(in: folder, [kept]).count == 2)
    kept.expectation.isSnapshot = true
    #expect(Snapshot.stale(in: folder, [kept]) == ["\(folder)/a.snapshots/old.json"])
    #expect(Snapshot.stale(in: folder + "/nowhere", []) == [])
  }
}
