import Digests
import Testing

/// Hashes that stand in files.
struct StableHashTests {
  @Test func hashesAreTheSameForEver() {
    // They stand in files: another value loses every recall that is in one.
    #expect(StableHash.of("") == StableHash.of(""))
    #expect(Set((0..<100_000).map { StableHash.of("name \($0)") }).count == 100_000)
    #expect(StableHash.of("a") != StableHash.of("a", 1))
    #expect(StableHash.of("order-17") == 1_054_463_366_912_695_518)
  }
}
