import Foundation
import Outbox
import Testing

/// The table of states and moves, against the guide that says what they are.
struct EntryStateTests {
  private typealias Kind = EntryState.Kind

  /// The rows of the guide's table: the state, and those that follow.
  private func guideTable() throws -> [String: Set<String>] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let guide = root.appending(path: "Sources/Notilua/Notilua.docc/Architecture.md")
    let text = try String(contentsOf: guide, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "### What an entry does").dropFirst().first)
    var table: [String: Set<String>] = [:]
    for line in section.split(separator: "\n") {
      if line.hasPrefix("##") { break }
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 3, cells[0].hasPrefix("`"), cells[2].hasPrefix("`") else { continue }
      let word = { (cell: String) in cell.trimmingCharacters(in: ["`"]) }
      table[word(cells[0]), default: []].insert(word(cells[2]))
    }
    return table
  }

  @Test func theGuideHasEveryMoveAndNoOther() throws {
    let table = try guideTable()
    #expect(table.count == 6)
    for kind in Kind.allCases {
      let moves = Set(EntryState.moves(from: kind).map { "\($0)" })
      #expect(table["\(kind)", default: []] == moves, "\(kind)")
    }
  }

  /// Nothing leaves an end, and everything comes to one.
  @Test func everyStateComesToAnEnd() {
    let ends = Set(Kind.allCases.filter { EntryState.moves(from: $0).isEmpty })
    #expect(ends == [.left, .dead, .ended])
    for kind in Kind.allCases where !ends.contains(kind) {
      #expect(EntryState.moves(from: kind).contains(.ended), "\(kind)")
      #expect(!EntryState.moves(from: kind).contains(.fresh), "\(kind)")
    }
  }

  @Test func aWaitKnowsItsLaneAndItsTime() {
    #expect(EntryState.Wait.until(7).due == 7 && EntryState.Wait.until(7).lane == nil)
    #expect(EntryState.Wait.lane("a", since: 7).due == 7 && EntryState.Wait.lane("a", since: 7).lane == "a")
    #expect(EntryState.Wait.behind.due == nil && EntryState.Wait.behindAnyInFile.due == nil)
  }
}
