import FrontDoor
import Logging
import Operations
import ServiceLifecycle

/// The front door as a part of the service: it listens once the run is open, and lets the run end once it is closed.
struct FrontDoorService: Service, CustomStringConvertible {
  let run: ServiceRun
  let state: ServiceState
  let deadline: Duration
  let logger: Logger

  var description: String { "front door" }

  func run() async throws {
    let door = try await run.door()
    let port: Int
    do {
      port = try await door.start()
    } catch {
      door.endSource()
      throw ServeCommand.error(error)
    }
    state.opened(door)
    logger.notice(
      "listening", metadata: ["addresses": "\(door.addresses.joined(separator: " "))", "port": "\(port)"])
    try? await gracefulShutdown()
    state.enter(.stopping)
    await state.closeDoor(deadline)
    door.endSource()
  }
}
