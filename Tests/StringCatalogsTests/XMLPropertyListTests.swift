import StringCatalogs
import Testing

/// Property lists in XML, as Apple's DTD has them, and texts that are none.
struct XMLPropertyListTests {
  private static func read(_ body: String) throws -> PropertyList? {
    try PropertyList.read(
      Array("<?xml version=\"1.0\"?>\n<plist version=\"1.0\">\(body)</plist>".utf8), path: "p")
  }

  @Test func valuesAreRead() throws {
    let found = try Self.read(
      "<dict><key>a</key><string>x &lt;&#233;&#x1F600;</string><key>b</key><array><string/><string><![CDATA[<&]]></string></array></dict>"
    )
    #expect(found == .dictionary(["a": .text("x <é😀"), "b": .list([.text(""), .text("<&")])]))
  }

  @Test(arguments: [
    "<dict><key>a</key></dict>", "<dict><string>a</string></dict>", "<string>a", "<string>&nope;</string>",
    "<unknown/>",
    "<string>&#xD800;</string>", "<dict><key>a</key><string>b</array></dict>",
  ])
  func otherTextIsRefused(_ body: String) {
    #expect(throws: CatalogError.self) { _ = try Self.read(body) }
  }

  @Test func depthIsBounded() {
    let deep = String(repeating: "<array>", count: 100_000) + String(repeating: "</array>", count: 100_000)
    #expect(throws: CatalogError.self) { _ = try Self.read(deep) }
  }

  @Test func otherFilesAreNone() throws {
    #expect(try PropertyList.read(Array("\"a\" = \"b\";".utf8), path: "p") == nil)
    #expect(try PropertyList.read([], path: "p") == nil)
  }
}
