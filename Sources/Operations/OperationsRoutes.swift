import HTTPTypes
import Hummingbird

/// The routes of a listener, on Hummingbird's router: what GET answers HEAD does, and another method is refused by name.
package struct OperationsRoutes: Sendable {
  /// The handler of a route.
  package typealias Handler = @Sendable (Request, BasicRequestContext) async throws -> Response

  private struct Route: Sendable {
    var path: String
    var handlers: [HTTPRequest.Method: Handler]
  }

  /// The methods that a path is asked for at all; RFC 9110 §9 and RFC 5789.
  private static let methods: [HTTPRequest.Method] =
    [
      .get, .head, .post, .put, .delete, .patch, .options, .trace,
    ] + [HTTPRequest.Method("QUERY")].compactMap(\.self)

  private var routes: [Route] = []

  /// Makes a table without a route.
  package init() {}

  /// Adds a route; `path` may have parameters as Hummingbird's router reads them, such as `/v1/notifications/:id`.
  package mutating func on(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
    let index = routes.firstIndex { $0.path == path } ?? routes.endIndex
    if index == routes.endIndex { routes.append(Route(path: path, handlers: [:])) }
    routes[index].handlers[method] = handler
  }

  /// Returns what answers requests by these routes.
  func responder() -> some HTTPResponder<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self)
    for route in routes {
      let handlers = Self.withHead(route.handlers)
      let refusal = Self.refusal(handlers)
      for method in Self.methods {
        router.on(RouterPath(route.path), method: method, use: handlers[method] ?? refusal)
      }
    }
    return router.buildResponder()
  }

  private static func withHead(_ handlers: [HTTPRequest.Method: Handler]) -> [HTTPRequest.Method: Handler] {
    guard let get = handlers[.get], handlers[.head] == nil else { return handlers }
    return handlers.merging([.head: { try await get($0, $1).createHeadResponse() }]) { $1 }
  }

  private static func refusal(_ handlers: [HTTPRequest.Method: Handler]) -> Handler {
    let allowed = methods.filter { handlers[$0] != nil }.map(\.rawValue).joined(separator: ", ")
    return { request, _ in
      throw Problem(
        .methodNotAllowed, "\(request.method.rawValue) is not a method of this path; use \(allowed)",
        headers: [.allow: allowed])
    }
  }
}
