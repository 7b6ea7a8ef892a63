import NotificationModel
import Testing

/// The identifiers of notifications whose lines have none.
struct IdentifierSeedTests {
  @Test func anAdvancedSeedGoesOnWhereTheFirstEnded() {
    for seed in [IdentifierSeed(), IdentifierSeed(0), IdentifierSeed(.max)] {
      for (start, number) in [(0, 0), (1, 0), (17, 4095), (1 << 40, 3)] {
        #expect(seed.advanced(by: start).identifier(of: number) == seed.identifier(of: start + number))
      }
    }
  }

  @Test func noIdentifierIsGivenTwice() {
    var all: Set<String> = []
    for seed in [IdentifierSeed(0), IdentifierSeed(1), IdentifierSeed(), IdentifierSeed()] {
      for number in 0..<5000 {
        let identifier = seed.identifier(of: number)
        #expect(UUIDText.isCanonical(identifier) && all.insert(identifier).inserted)
      }
    }
  }

  @Test func aNumberStandsForTheSameIdentifiers() {
    #expect(IdentifierSeed(7) == IdentifierSeed(7) && IdentifierSeed(7) != IdentifierSeed(8))
    #expect(IdentifierSeed(7).identifier(of: 3) == IdentifierSeed(7).identifier(of: 3))
    #expect(IdentifierSeed() != IdentifierSeed())
  }
}
