import Localization
import Testing

/// The layout of compiled catalogs.
struct CompiledCatalogTests {
  /// The test vectors of FNV-1a, 64 bits (draft-eastlake-fnv, appendix C), folded as its section 3 does.
  @Test(
    arguments: [
      ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8),
    ] as [(String, UInt64)])
  func keysAreHashedByFNV(_ key: String, _ hash: UInt64) {
    let found = Array(key.utf8).withUnsafeBytes { CompiledCatalog.hash($0) }
    #expect(found == UInt32(truncatingIfNeeded: hash ^ hash >> 32))
  }

  @Test func joinedCatalogsBeginWithTheirNumber() {
    #expect(CompiledStrings.join([]) == [])
    let joined = CompiledStrings.join([
      CompiledCatalog(path: "a", bytes: [1, 2, 3]), CompiledCatalog(path: "b", bytes: [4]),
    ])
    #expect(Array(joined.prefix(8)) == Array("NLS1".utf8) + [2, 0, 0, 0])
    #expect(joined.count.isMultiple(of: 8))
    #expect(joined.contains(4))
  }
}
