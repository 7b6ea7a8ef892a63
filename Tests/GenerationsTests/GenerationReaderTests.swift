import ConfigurationFiles
import Foundation
import Generations
import Glibc
import Notilua
import Synchronization
import Testing
import WorkerProtocol

/// A generation is what its files said at one moment.
struct GenerationReaderTests {
  /// Each of these decides what becomes of some notification.
  @Test(arguments: [
    ("plugins/p/init.lua", "return { did_receive = function() return end }"),
    ("plugins/p/other.lua", "return 1"), ("plugins/lib/shared.lua", "return 1"),
    ("plugins/p/strings/en.lproj/Localizable.strings", "\"a\" = \"b\";"),
    ("notilua.yaml", "plugins: [{ path: plugins/p, settings: { a: 1 } }]\nworkers: 1\n"),
    ("notilua.yaml", "plugins: [{ path: plugins/p, on_fault: drop }]\nworkers: 1\n"),
    ("notilua.yaml", "plugins: [{ path: plugins/p, capabilities: [crypto] }]\nworkers: 1\n"),
    (
      "notilua.yaml",
      "plugins: [{ path: plugins/p, capabilities: [{ delivery: { fields: [priority], topics: [a.b] } }] }]\nworkers: 1\n"
    ),
    (
      "notilua.yaml",
      "plugins: [{ path: plugins/p }]\nworkers: 1\nrules: { background_content_available: warn }\n"
    ),
    ("notilua.yaml", "plugins: [{ path: plugins/p, limits: { wall: 2s } }]\nworkers: 1\n"),
    ("notilua.yaml", "plugins: [{ path: plugins/p, name: q }]\nworkers: 1\n"),
    ("notilua.yaml", "plugins: [{ path: plugins/p }]\nworkers: 1\nquarantine: { after: 7 }\n"),
    ("notilua.yaml", "plugins: [{ path: plugins/p }]\nworkers: 1\nlimits: { memory: 8MiB }\n"),
    ("notilua.yaml", "plugins: [{ path: plugins/p }]\nworkers: 1\nstrings: { locale: [de] }\n"),
    ("notilua.yaml", "plugins: [{ path: plugins/p }]\nworkers: 1\nkeys: { k: { file: key } }\n"),
  ])
  func whatDecidesAnOutcomeChangesTheDigest(_ name: String, _ text: String) throws {
    let folder = try GenerationFolder()
    try folder.write("key", String(repeating: "0f", count: 32))
    let before = try folder.reader.read()
    #expect(before.plugins == ["p"] && before.digest.count == 16)
    try folder.write(name, text)
    let after = try folder.reader.read()
    #expect(after.digest != before.digest)
    #expect(try folder.reader.read().digest == after.digest)
  }

  /// The plugins and catalogs of an application are parts of a generation, and watched.
  @Test(arguments: [
    ("own/o/init.lua", "return { did_receive = function() return end }"), ("own/lib/shared.lua", "return 1"),
    ("texts/en.lproj/Localizable.strings", "\"a\" = \"c\";"),
    ("notilua.yaml", "plugins: [plugins/p]\napplications:\n- { key: b, bundle_id: b.c, plugins: [own/o] }\n"),
    (
      "notilua.yaml",
      "plugins: [plugins/p]\napplications:\n- { key: a, bundle_id: b.d, plugins: [own/o], catalogs: texts }\n"
    ),
  ])
  func theApplicationsPartsChangeTheDigest(_ name: String, _ text: String) throws {
    let folder = try GenerationFolder()
    try folder.write("own/o/init.lua", "return { did_receive = function() end }")
    try folder.write("texts/en.lproj/Localizable.strings", "\"a\" = \"b\";")
    try folder.write(
      "notilua.yaml",
      "plugins: [plugins/p]\napplications:\n- { key: a, bundle_id: b.c, plugins: [own/o], catalogs: texts }\n"
    )
    let before = try folder.reader.read()
    #expect(before.plugins == ["p", "a/o"])
    #expect(folder.reader.isCurrent(before))
    try folder.write(name, text)
    #expect(!folder.reader.isCurrent(before))
    #expect(try folder.reader.read().digest != before.digest)
  }

  @Test func anotherKeyIsAnotherGeneration() throws {
    let folder = try GenerationFolder()
    try folder.write("notilua.yaml", "plugins: [{ path: plugins/p }]\nkeys: { k: { file: key } }\n")
    try folder.write("key", String(repeating: "0f", count: 32))
    let before = try folder.reader.read()
    try folder.write("key", String(repeating: "0e", count: 32))
    #expect(try folder.reader.read().digest != before.digest)
    // And nothing of it is in what people see.
    #expect(!"\(before.digest) \(before.fileDigest)".contains("0f0f"))
  }

  @Test(arguments: [
    ("notilua.yaml", "# A comment.\nplugins: [{ path: plugins/p }]\nworkers: 1\n"),
    ("plugins/p/tests/cases.yaml", "- name: x\n"), ("plugins/p/README.md", "x"),
    ("plugins/other/init.lua", "return {}"),
  ])
  func whatDecidesNothingDoesNot(_ name: String, _ text: String) throws {
    let folder = try GenerationFolder()
    let before = try folder.reader.read()
    try folder.write(name, text)
    #expect(try folder.reader.read().digest == before.digest)
  }

  @Test func aChangedFileIsNotCurrent() throws {
    let folder = try GenerationFolder()
    let content = try folder.reader.read()
    #expect(folder.reader.isCurrent(content))
    // Tests are files of it, too.
    try folder.write("plugins/p/tests/cases.yaml", "- name: x\n")
    #expect(!folder.reader.isCurrent(content))
  }

  @Test(arguments: [
    ("notilua.yaml", "plugins: x", "notilua.yaml:1"),
    ("notilua.yaml", "plugins: [{ path: nowhere }]", "nowhere"),
    ("notilua.yaml", "keys: { k: { file: nowhere } }\nplugins: [{ path: plugins/p }]", "keys.k"),
  ])
  func whatIsWrongIsNamed(_ name: String, _ text: String, _ said: String) throws {
    let folder = try GenerationFolder()
    try folder.write(name, text)
    let error = #expect(throws: HostError.self) { try folder.reader.read() }
    #expect(error?.message.contains(said) == true, "\(error?.message ?? "")")
  }

  // MARK: Replaced while they are read

  /// A folder of plugins with one version in each of its files.
  private static func writeVersion(_ version: Int, _ name: String, in folder: GenerationFolder) throws {
    try folder.write("\(name)/p/init.lua", "return { did_receive = function() return \(version) end }")
    for index in 0..<20 { try folder.write("\(name)/p/m\(index).lua", "return \(version)") }
    for index in 0..<20 { try folder.write("\(name)/lib/l\(index).lua", "return \(version)") }
  }

  /// Replaces a folder again and again until `body` returns.
  private static func replacing(
    _ replace: @escaping @Sendable (Int) -> Void, while body: () throws -> Void
  ) rethrows {
    let isOver = Atomic(false)
    let ended = DispatchSemaphore(value: 0)
    try withExtendedLifetime(isOver) {
      let thread = Thread {
        var round = 0
        while !isOver.load(ordering: .relaxed) {
          replace(round)
          round += 1
          // A pause now and then, without which no reader could ever be quick enough.
          if round % 5 == 0 { usleep(30_000) }
        }
        ended.signal()
      }
      thread.start()
      defer {
        isOver.store(true, ordering: .relaxed)
        ended.wait()
      }
      try body()
    }
  }

  /// Returns the versions that the files of a generation have.
  private static func versions(_ content: GenerationContent) -> Set<String> {
    Set(
      content.chain.definitions.flatMap(\.chunks).filter { !$0.path.contains("(") }.compactMap { chunk in
        String(decoding: chunk.source, as: UTF8.self).firstMatch(of: /return (\d+)/).map { String($0.1) }
      })
  }

  private static func readAgainAndAgain(_ folder: GenerationFolder) throws {
    var seen: Set<String> = []
    var read = 0
    for _ in 0..<60 {
      do throws(HostError) {
        let versions = Self.versions(try folder.reader.read())
        #expect(versions.count == 1, "half of one and half of another: \(versions)")
        seen.formUnion(versions)
        read += 1
      } catch {
        // It may give up, and says so; it never gives a half.
        #expect(error.message.contains("have changed") || error.message.contains("plugins"), "\(error)")
      }
    }
    #expect(read > 20)
    #expect(seen.count > 1, "no replacement was seen")
  }

  @Test func aFolderThatIsReplacedByARenameIsNeverHalfRead() throws {
    let folder = try GenerationFolder()
    try FileManager.default.removeItem(at: folder.url.appending(path: "plugins"))
    try Self.writeVersion(1, "plugins", in: folder)
    try Self.writeVersion(2, "other", in: folder)
    let (live, other, away) = (folder.path("plugins"), folder.path("other"), folder.path("away"))
    try Self.replacing { _ in
      rename(live, away)
      rename(other, live)
      rename(away, other)
    } while: {
      try Self.readAgainAndAgain(folder)
    }
  }

  /// As a volume of Kubernetes is replaced: `..data` is a link that is renamed over.
  @Test func aFolderThatIsReplacedByALinkIsNeverHalfRead() throws {
    let folder = try GenerationFolder()
    try FileManager.default.removeItem(at: folder.url.appending(path: "plugins"))
    try Self.writeVersion(1, "volume/..1", in: folder)
    try Self.writeVersion(2, "volume/..2", in: folder)
    symlink("..1", folder.path("volume/..data"))
    symlink("volume/..data", folder.path("plugins"))
    let (link, new) = (folder.path("volume/..data"), folder.path("volume/..new"))
    try Self.replacing { round in
      symlink(round % 2 == 0 ? "..2" : "..1", new)
      rename(new, link)
    } while: {
      try Self.readAgainAndAgain(folder)
    }
  }
}
