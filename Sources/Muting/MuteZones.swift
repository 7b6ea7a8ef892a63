import Synchronization
import TimeZones

/// The time zones that quiet hours are in, for all threads.
package final class MuteZones: Sendable {
  private let table: Mutex<ZoneTable>

  /// Makes zones of the compiled ones of a machine.
  package init(_ compiled: [UInt8]) { table = Mutex(CompiledZones.Memory(compiled).table) }

  /// Returns the first zone of the names that is known; UTC where none is.
  func zone(_ names: String?...) -> Zone {
    table.withLock { table in
      for case let name? in names {
        if let zone = table.zone(named: name) { return zone }
      }
      return .utc
    }
  }

  /// Returns why a name is that of no zone, as a clause; nil where it is one.
  package func problem(with name: String) -> String? {
    table.withLock { $0.zone(named: name) == nil ? $0.problem(with: name) : nil }
  }
}
