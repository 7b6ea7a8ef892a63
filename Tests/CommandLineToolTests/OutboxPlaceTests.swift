import ArgumentParser
import CommandLineTool
import Outbox
import Testing

/// Options that name an outbox and notifications in it.
struct OutboxPlaceTests {
  @Test func theOptionStandsOverTheConfiguration() throws {
    #expect(try OutboxPlace.parse(["--outbox", "a.db", "--config", "/nowhere.yaml"]).path() == "a.db")
  }

  @Test func statesAreThoseOfTheOutbox() throws {
    #expect(try OutboxStateFlags.parse([]).states == Set(OutboxEntry.State.allCases))
    for state in OutboxEntry.State.allCases {
      #expect(try OutboxStateFlags.parse(["--state", state.rawValue]).states == [state])
    }
    #expect(throws: (any Error).self) { _ = try OutboxStateFlags.parse(["--state", "gone"]) }
  }

  @Test func selectionsHaveReasonsAndNames() throws {
    let all = try OutboxSelectionFlags.parse([])
    #expect(all.isEmpty)
    let some = try OutboxSelectionFlags.parse(["--reason", "BadDeviceToken", "a", "b", "a"])
    #expect(!some.isEmpty)
    let selection = some.selection([.dead])
    #expect(selection.reason == "BadDeviceToken")
    #expect(selection.names == ["a", "b"])
    #expect(selection.states == [.dead])
  }
}
