import Foundation
import StringCatalogs
import Testing

/// Binary property lists as Foundation writes them, whole, cut and damaged.
struct BinaryPropertyListTests {
  private static func bytes(_ value: Any) throws -> [UInt8] {
    Array(try PropertyListSerialization.data(fromPropertyList: value, format: .binary, options: 0))
  }

  @Test func whatFoundationWritesIsRead() throws {
    let value: [String: Any] = [
      "a": "x", "é": "ü😀", "list": ["b", String(repeating: "c", count: 300)], "n": 7,
    ]
    let found = try PropertyList.read(try Self.bytes(value), path: "p")
    guard case .dictionary(let members)? = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(members["a"] == .text("x"))
    #expect(members["é"] == .text("ü😀"))
    #expect(members["list"] == .list([.text("b"), .text(String(repeating: "c", count: 300))]))
    if case .other? = members["n"] {} else { Issue.record("\(String(describing: members["n"]))") }
  }

  /// Every prefix and every changed byte is refused or read, and ends.
  @Test func damageIsRefusedOrRead() throws {
    let whole = try Self.bytes(["key": ["a", "b"], "other": ["k": "v"]])
    for count in 8..<whole.count {
      #expect(throws: CatalogError.self) { _ = try PropertyList.read(Array(whole.prefix(count)), path: "p") }
    }
    var refused = 0
    for index in 8..<whole.count {
      for value in [0, 0x0F, 0x7F, 0xD1, 0xFF] as [UInt8] {
        var bytes = whole
        bytes[index] = value
        do { _ = try PropertyList.read(bytes, path: "p") } catch { refused += 1 }
      }
    }
    #expect(refused > 0)
  }
}
