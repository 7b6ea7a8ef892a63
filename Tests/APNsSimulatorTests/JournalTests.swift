import APNsSimulator
import Testing

/// The journal says what was accepted, in order.
struct JournalTests {
  private static let id = "123e4567-e89b-12d3-a456-42665544000a"

  @Test(arguments: [Int.min, -1, Int.max]) func linesBehindNowhereAreNoTrap(_ after: Int) throws {
    let sample = try Sample()
    let simulation = sample.simulation()
    _ = simulation.answer(try sample.request())
    #expect(simulation.journal.lines(after: after).isEmpty == (after > 0))
  }
}
