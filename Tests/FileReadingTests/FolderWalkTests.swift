import FileReading
import Glibc
import Testing

struct FolderWalkTests {
  private let folder = TemporaryFolder()

  @Test func givesTheNamesInOrder() throws {
    for name in ["b", "a", ".c"] { _ = folder.file(name, "") }
    var walk = FolderWalk()
    #expect(try walk.entries(folder.path).map(\.name) == [".c", "a", "b"])
    #expect(throws: FileProblem.self) { _ = try walk.entries(folder.path + "/none") }
  }

  @Test func countsTheFilesOfAllFolders() throws {
    for number in 0..<6 { _ = folder.file("\(number)", "") }
    let limit = ReadingLimit.folder.with(count: 10)
    var walk = FolderWalk(limit)
    #expect(try walk.entries(folder.path).count == 6)
    #expect(throws: FileProblem.isTooLarge(limit)) { _ = try walk.entries(folder.path) }
  }

  @Test func entersNoFolderThatItIsIn() throws {
    let inner = folder.folder("inner")
    let loop = folder.link("loop", to: folder.path)
    var walk = FolderWalk()
    #expect(try walk.enter(folder.path))
    #expect(try !walk.enter(loop))
    #expect(try walk.enter(inner))
    #expect(try !walk.enter(loop))
    walk.leave()
    #expect(try walk.enter(inner))
    #expect(try !walk.enter(folder.file("file", "")))
  }

  @Test func entersNoDeeperThanTheLimit() throws {
    var walk = FolderWalk(depth: .folderDepth.with(count: 3))
    var path = folder.path
    for _ in 0..<3 {
      #expect(try walk.enter(path))
      path = folder.folder(String(path.dropFirst(folder.path.count) + "/x"))
    }
    #expect(throws: FileProblem.isTooLarge(.folderDepth.with(count: 3))) { _ = try walk.enter(path) }
  }

  @Test func saysWhichNamesAreNotUTF8() throws {
    let name = [UInt8(ascii: "a"), 0xE9]
    let path = (Array("\(folder.path)/".utf8) + name + [0]).map { CChar(bitPattern: $0) }
    #expect(mkdir(path, 0o700) == 0)
    var walk = FolderWalk()
    let entry = try #require(try walk.entries(folder.path).first)
    #expect(!entry.isUTF8)
    #expect(entry.bytes == name)
    #expect(entry.name == "a\u{FFFD}")
  }
}
