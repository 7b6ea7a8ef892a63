import EventLoop
import Foundation
import Synchronization
import Testing

/// A file is replaced as a whole.
struct ReplaceFileTests {
  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private static func replace(_ path: String, _ text: String, mode: mode_t? = nil) -> Int32 {
    Array(text.utf8).withUnsafeBytes { replaceFile(path, $0, mode: mode) }
  }

  /// A reader that opens the path meanwhile finds one of the texts, and all of it.
  @Test func noReaderFindsHalfOfIt() throws {
    try Self.withFolder { folder in
      let path = folder.appending(path: "a.prom").path
      let texts = ["x", "y"].map { String(repeating: $0, count: 300_000) }
      #expect(Self.replace(path, texts[0]) == 0)
      let isOver = Atomic(false)
      let halves = Atomic(0)
      DispatchQueue.concurrentPerform(iterations: 2) { index in
        if index == 0 {
          for turn in 1...200 where Self.replace(path, texts[turn % 2]) != 0 {
            halves.add(1, ordering: .relaxed)
          }
          isOver.store(true, ordering: .relaxed)
        } else {
          repeat {
            let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
            if !texts.contains(text ?? "") { halves.add(1, ordering: .relaxed) }
          } while !isOver.load(ordering: .relaxed)
        }
      }
      #expect(halves.load(ordering: .relaxed) == 0)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names == ["a.prom"])
    }
  }

  @Test(arguments: [0o644, 0o600] as [mode_t]) func theModeIsTheOneThatIsAskedFor(_ mode: mode_t) throws {
    try Self.withFolder { folder in
      let path = folder.appending(path: "a").path
      #expect(Self.replace(path, "text", mode: mode) == 0)
      let found = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(found == Int(mode))
    }
  }

  @Test func whatFailsLeavesNothingBehind() throws {
    try Self.withFolder { folder in
      let place = folder.appending(path: "a")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      #expect(Self.replace(place.path, "text") == EISDIR)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names == ["a"])
      #expect(Self.replace(folder.appending(path: "none/a").path, "text") == ENOENT)
      #expect(
        Self.replace(folder.appending(path: String(repeating: "a", count: 250)).path, "text") == ENAMETOOLONG)
    }
  }
}
