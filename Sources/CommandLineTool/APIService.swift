import HTTP2Transport
import Logging
import Operations
import RESTInterface
import ServiceLife
import ServiceLifecycle

/// The HTTP API as a part of the service: it answers once the run is open.
struct APIService: Service, CustomStringConvertible {
  let run: ServiceRun
  let state: ServiceState
  let generations: any GenerationSource
  /// The registry; nil where there is none.
  let registry: RegistryParts?
  let settings: SendSettings
  let limits: RequestLimits
  let sockets: [ListeningSocket]
  let metrics: APIMetrics
  let logger: Logger

  var description: String { "HTTP API" }

  func run() async throws {
    let doors = try await run.opened.value()
    let api = RESTInterface(
      settings, gate: doors.apiGate, intake: doors.intake, source: state, generations: generations,
      stories: doors.stories, registry: registry, metrics: metrics)
    let routes = api.routes
    try await OperationsListener(
      sockets, name: "api", open: routes, control: routes, secure: doors.apiTLS?.securing,
      checksPeers: false, limits: limits, logger: logger
    ).run()
  }
}
