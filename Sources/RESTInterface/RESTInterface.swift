import ClientKeys
import EventLoop
import FrontDoor
import HTTPTypes
import Hummingbird
import Operations
import Stories

/// The HTTP API of the service: its routes, who may use each, and what they answer.
package struct RESTInterface: Sendable {
  /// The handler of a route, for a caller whose key has its scope.
  typealias Handler = @Sendable (Request, BasicRequestContext, APICaller) async throws -> Response

  private let gate: APIGate
  private let metrics: APIMetrics
  private let sender: SendHandler
  private let source: any RESTSource
  private let generations: any GenerationSource
  private let stories: StoryHandler
  private let registry: RegistryParts?

  /// Makes the API over a service.
  ///
  /// - Parameters:
  ///   - generations: what replaces the plugins.
  ///   - stories: what is kept of notifications; nil where nothing is.
  ///   - registry: the devices of users; nil where there is no registry.
  package init(
    _ settings: SendSettings, gate: APIGate, intake: PushIntake, source: any RESTSource,
    generations: any GenerationSource, stories: StoryStore?, registry: RegistryParts?, metrics: APIMetrics
  ) {
    self.gate = gate
    self.metrics = metrics
    self.source = source
    self.generations = generations
    self.registry = registry
    self.stories = StoryHandler(store: stories)
    sender = SendHandler(settings, gate, intake, source, registry, metrics)
  }

  /// The routes of a listener.
  package var routes: OperationsRoutes {
    var routes = OperationsRoutes()
    for route in APIRoute.allCases {
      let handler = handler(route)
      let scope = route.scope
      routes.on(route.method, route.routerPath) { request, context in
        try await answer(request, context, scope, handler)
      }
    }
    return routes
  }

  private func answer(
    _ request: Request, _ context: BasicRequestContext, _ scope: APIScope?, _ handler: Handler
  ) async throws -> Response {
    do {
      let response = try await admitted(request, context, scope, handler)
      metrics.count(response.status)
      return response
    } catch let problem as Problem {
      metrics.count(problem.status)
      throw problem
    }
  }

  private func admitted(
    _ request: Request, _ context: BasicRequestContext, _ scope: APIScope?, _ handler: Handler
  ) async throws -> Response {
    guard let scope else { return Self.json(OpenAPIDocument.text) }
    let caller = try gate.enter(request.headers, scope, at: .now)
    defer { gate.leave(caller) }
    return try await handler(request, context, caller)
  }

  private func handler(_ route: APIRoute) -> Handler {
    let (gate, sender, source, stories) = (gate, sender, source, stories)
    switch route {
    case .send: return { request, _, caller in try await sender.send(request, caller) }
    case .test: return { request, _, caller in try await sender.test(request, caller) }
    case .recall:
      return { request, _, caller in
        try gate.takeRate(caller, at: .now)
        return try await RecallHandler(source: source).recall(request, caller)
      }
    case .list, .story, .outcomes:
      return { request, context, caller in
        try gate.takeRate(caller, at: .now)
        switch route {
        case .list: return try await stories.list(request, caller)
        case .story: return try await stories.story(context.parameters.get("apns_id") ?? "", caller)
        default: return try await stories.outcomes(request, caller)
        }
      }
    case .status, .description:
      return { _, _, caller in
        try gate.takeRate(caller, at: .now)
        return Self.json(await source.status().json(at: Timestamp.now))
      }
    case .reload, .generations, .activate:
      return { _, context, caller in
        try gate.takeRate(caller, at: .now)
        return try await replace(route, context)
      }
    case .registerDevice, .setToken, .device, .removeDevice, .setBadge, .userDevices, .removeUser,
      .importDevices, .exportDevices:
      return { request, context, caller in
        try gate.takeRate(caller, at: .now)
        return try await devices(route, request, context, caller)
      }
    case .sendMessage, .decisions:
      return { request, context, caller in
        let handler = MessageHandler(registry: try registered(), gate: gate)
        if route == .sendMessage { return try await handler.send(request, caller) }
        let id = PathName.decode(context.parameters.get("message") ?? "") ?? ""
        return try await handler.decisions(id, request, caller)
      }
    case .reportGateway, .endGateway, .gateways, .userPresence:
      return { request, context, caller in
        try gate.takeRate(caller, at: .now)
        return try await PresenceHandler(parts: registered()).answer(route, request, context, caller)
      }
    case .setMute, .clearMute, .mutes, .setQuietHours, .quietHours, .clearQuietHours, .setGroupLevel,
      .clearGroupLevel, .groupLevels:
      return { request, context, caller in
        try gate.takeRate(caller, at: .now)
        return try await MuteHandler(parts: registered()).answer(route, request, context, caller)
      }
    }
  }

  /// Answers a route of devices.
  private func devices(
    _ route: APIRoute, _ request: Request, _ context: BasicRequestContext, _ caller: APICaller
  ) async throws -> Response {
    let parts = try registered()
    let handler = DeviceHandler(parts: parts)
    switch route {
    case .importDevices: return try await DeviceStream(parts: parts).importing(request, caller)
    case .exportDevices: return try await DeviceStream(parts: parts).exporting(request, caller)
    case .userDevices, .removeUser:
      let user = try PathName.read(context.parameters.get("user"), "user")
      return route == .removeUser
        ? try await handler.removeUser(request, user, caller) : try await handler.list(request, user, caller)
    default: break
    }
    let name = try PathName.read(context.parameters.get("device"), "device")
    switch route {
    case .registerDevice: return try await handler.register(request, name, caller)
    case .setToken: return try await handler.setToken(request, name, caller)
    case .setBadge: return try await handler.setBadge(request, name, caller)
    case .removeDevice: return try await handler.remove(request, name, caller)
    default: return try await handler.get(request, name, caller)
    }
  }

  private func registered() throws(Problem) -> RegistryParts {
    if let registry { return registry }
    throw RegistryParts.missing
  }

  /// Answers a route of generations.
  private func replace(_ route: APIRoute, _ context: BasicRequestContext) async throws -> Response {
    switch route {
    case .reload: try await OperationsRoutes.reload(generations)
    case .activate:
      try await OperationsRoutes.activate(context.parameters.get("generation") ?? "", generations)
    default: await OperationsRoutes.generations(generations)
    }
  }

  private static func json(_ text: String) -> Response {
    Response(text: text + "\n", type: "application/json")
  }
}
