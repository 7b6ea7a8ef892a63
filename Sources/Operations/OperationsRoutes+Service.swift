import EventLoop
import HTTPTypes
import Hummingbird

extension OperationsRoutes {
  /// The longest time that a drain may be given.
  private static let longestDrain: Int64 = 24 * 3600

  /// The routes that anyone who reaches the listener may ask: metrics and health.
  package static func open(_ source: some OperationsSource) -> OperationsRoutes {
    var routes = OperationsRoutes()
    routes.on(.get, "/metrics") { request, _ in
      let form = MetricsForm(accepted: request.headers[values: .accept])
      var response = Response(
        status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: await source.metrics(form))))
      response.headers[.contentType] = form.contentType
      return response
    }
    routes.on(.get, "/healthz") { _, _ in health(await source.failures(), good: "alive") }
    routes.on(.get, "/readyz") { _, _ in health(await source.obstacles(), good: "ready") }
    return routes
  }

  /// The routes of the Unix socket, whose peer is this user or root: the open ones, status and control.
  package static func control(_ source: some OperationsSource) -> OperationsRoutes {
    var routes = open(source)
    routes.on(.get, "/v1/status") { _, _ in
      json(await source.status().json(at: Timestamp.now))
    }
    routes.on(.post, "/v1/drain") { request, _ in
      json(await source.drain(within: try drainLimit(request)).json)
    }
    return routes
  }

  static func json(_ text: String) -> Response {
    Response(text: text + "\n", type: "application/json")
  }

  /// Returns 200, or 503 with the reasons, one a line.
  private static func health(_ reasons: [String], good: String) -> Response {
    let lines =
      reasons.isEmpty ? [good] : reasons.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
    return Response(
      status: reasons.isEmpty ? .ok : .serviceUnavailable, text: lines.map { $0 + "\n" }.joined(),
      type: "text/plain; charset=utf-8")
  }

  private static func drainLimit(_ request: Request) throws(Problem) -> Duration {
    guard let text = request.uri.queryParameters["timeout"] else { return .seconds(longestDrain) }
    guard let seconds = Int64(text), (0...longestDrain).contains(seconds) else {
      throw Problem(
        .badRequest,
        "timeout is not a whole number of seconds from 0 to \(longestDrain); change it or leave it out")
    }
    return .seconds(seconds)
  }
}

extension MetricsForm {
  /// Chooses the form that a scraper prefers by its `Accept` headers (RFC 9110 §12.5.1); the text form for all others.
  init(accepted headers: [String]) {
    var (openMetrics, text) = (0.0, 0.0)
    for range in headers.joined(separator: ",").split(separator: ",") {
      let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      switch parts.first {
      case "application/openmetrics-text": openMetrics = max(openMetrics, weight)
      case "text/plain", "text/*", "*/*": text = max(text, weight)
      default: break
      }
    }
    self = openMetrics > 0 && openMetrics >= text ? .openMetrics : .text
  }
}
