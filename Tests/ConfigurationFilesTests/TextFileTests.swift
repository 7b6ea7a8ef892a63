import ConfigurationFiles
import Foundation
import Glibc
import Notilua
import Testing

/// Files that are written whole, in the place that a link leads to, and with the mode that they had.
struct TextFileTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)")
    .path

  @Test func foldersAreMadeAndLinksFollowed() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try writeText("a", to: folder + "/b/c/d.txt")
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/link", withDestinationPath: folder + "/b/c/d.txt")
    try writeText("new", to: folder + "/link")
    #expect(try String(contentsOfFile: folder + "/b/c/d.txt", encoding: .utf8) == "new")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == folder + "/b/c/d.txt")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/b/c") == ["d.txt"])
  }

  @Test func theModeStays() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/a.txt"
    try writeText("a", to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    try writeText("b", to: path)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
  }

  @Test func aDeviceIsWrittenTo() throws {
    try writeText("a", to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test func whatCannotBeWrittenIsAnError() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try writeText("a", to: folder + "/file")
    let error = try #require(throws: HostError.self) { try writeText("b", to: folder + "/file/below") }
    #expect(error.message.hasPrefix("'\(folder)/file/below' cannot be written: "))
  }
}
