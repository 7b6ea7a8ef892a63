import ConfigurationFiles
import FrontDoor
import HTTP2Transport
import Logging
import Operations
import ServiceLifecycle

/// The front door as a part of the service: it listens once the run is open, and lets the run end once it is closed.
struct FrontDoorService: Service, CustomStringConvertible {
  let run: ServiceRun
  let state: ServiceState
  let deadline: Duration
  /// The addresses as the configuration has them.
  let addresses: String
  let logger: Logger
  /// The addresses, once it listens.
  let listening = Awaited<String>()

  var description: String { "front door" }

  func run() async throws {
    let doors: ServiceRun.Doors
    do {
      doors = try await open()
    } catch {
      listening.settle(.failure(error))
      throw error
    }
    let door = doors.front
    state.opened(door)
    let addresses = door.addresses.joined(separator: ", ")
    logger.notice("listening", metadata: ["addresses": "\(addresses)"])
    listening.settle(.success(addresses))
    try? await gracefulShutdown()
    state.enter(.stopping)
    await withTaskCancellationHandler {
      await state.closeDoor(Task.isCancelled ? .zero : deadline)
    } onCancel: {
      Task { await state.closeDoor(.zero) }
    }
    doors.intake.end()
  }

  /// Returns the doors, once the run is open and the front door listens.
  private func open() async throws -> ServiceRun.Doors {
    let doors = try await run.opened.value()
    do {
      _ = try await doors.front.start()
      return doors
    } catch {
      doors.intake.end()
      throw HostError(
        .output,
        "the front door cannot listen on \(addresses): \(HTTP2Server.text(of: error)); change door.listen, or end what listens there"
      )
    }
  }
}
