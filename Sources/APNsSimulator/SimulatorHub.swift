import APNsProtocol
import Glibc
import HTTP2Transport

/// The state that the connections of a simulator share.
// Unchecked: all connections of a server live on its one event loop, which alone calls this while the server runs.
final class SimulatorHub: @unchecked Sendable {
  let simulation: Simulation
  var connections: [Int: SimulatorConnection] = [:]
  /// True while requests wait for the command `resume`.
  var isStalled = false
  private let clock: @Sendable () -> Int64

  init(_ simulation: Simulation, clock: @escaping @Sendable () -> Int64) {
    self.simulation = simulation
    self.clock = clock
  }

  /// Milliseconds since 1970.
  func now() -> Int64 { clock() }

  /// Does what an order says, to all connections but the one that it came by.
  func obey(_ request: PushRequest, from number: Int) -> (status: Int, body: [UInt8]) {
    let order: ControlOrder
    do throws(SimulatorError) {
      order = try ControlOrder(
        method: request.method, path: request.path, body: request.body,
        settings: simulation.options.rules.settings)
    } catch {
      return (400, Array("\(error.message)\n".utf8))
    }
    if let name = order.name { simulation.noteControl(name, at: now()) }
    let others = connections.filter { $0.key != number }.sorted { $0.key < $1.key }.map(\.value)
    switch order {
    case .state:
      return (200, Array("\(simulation.summary); \(others.count) connections\n".utf8))
    case .journal(let after): return (200, simulation.journal.lines(after: after))
    case .rules(let rules): simulation.rules = rules
    case .reset:
      simulation.reset()
      resume()
    case .goAway(let departure):
      for other in others {
        guard let connection = other.connection else { continue }
        other.leave(departure, before: nil, connection)
      }
    case .stall: isStalled = true
    case .resume: resume()
    case .drop: for other in others { other.connection?.abort() }
    case .settings(let streams): for other in others { other.tell(streams: streams) }
    }
    return (200, Array("done\n".utf8))
  }

  private func resume() {
    isStalled = false
    for connection in connections.values { connection.resume() }
  }
}
