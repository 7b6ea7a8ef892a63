import EventLoop
import NIOCore
import NIOPosix
import Synchronization

/// A server of HTTP/2: over TLS, and without on Unix sockets.
///
/// Its clients are bounded by ``Limits``, so that it can stand open to clients that nobody knows.
package final class HTTP2Server: Sendable {
  /// The counts that any thread reads.
  package let counters = HTTP2ServerCounters()
  private let options: Options
  private let group: MultiThreadedEventLoopGroup
  private let loops: [HTTP2ServerLoop]
  private let state = Mutex(State())

  private struct State {
    var listeners: [BoundListener] = []
    var tls: ServerTLS?
    var isStopped = false
    /// The end of the server, once it was asked for: who asks again waits for the same.
    var end: Task<Void, Never>?
  }

  /// - Parameter handler: makes the handler of a connection, on its event loop.
  package init(_ options: Options, handler: @escaping @Sendable () -> any HTTP2ServerHandler) {
    self.options = options
    group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
    let admission = ConnectionAdmission(options.limits)
    let counters = counters
    loops = group.makeIterator().enumerated().map { index, eventLoop in
      HTTP2ServerLoop(eventLoop, index: index, options, counters, admission, handler)
    }
  }

  // MARK: Listening

  /// Begins to listen; tells the port of the first listener that has one, else 0.
  package func start() async throws -> Int {
    if let identity = options.identity {
      let tls = try ServerTLS(options, identity)
      state.withLock { $0.tls = tls }
    }
    var bound: [BoundListener] = []
    do {
      for listener in options.listeners {
        bound.append(try await listener.bind { try bootstrap(isSecured: $0) })
      }
    } catch {
      for listener in bound { await listener.close() }
      throw error
    }
    let all = bound
    state.withLock { $0.listeners = all }
    return all.lazy.compactMap(\.port).first ?? 0
  }

  /// The addresses that it listens on.
  package var addresses: [String] { state.withLock { $0.listeners.flatMap(\.addresses) } }

  /// The names of the sockets that it listens on, for people: addresses with ports, and paths.
  package var names: [String] { state.withLock { $0.listeners.flatMap(\.names) } }

  private func bootstrap(isSecured: Bool) throws(HTTP2ServerError) -> ServerBootstrap {
    if isSecured, options.identity == nil {
      throw HTTP2ServerError(
        "the server has no certificate for TLS; give it one, or listen on a Unix socket alone")
    }
    let bootstrap = ServerBootstrap(group: group).childChannelInitializer { [self] channel in
      guard let loop = loops.first(where: { $0.eventLoop === channel.eventLoop }) else {
        return channel.close()
      }
      guard isSecured else { return loop.accept(channel, nil) }
      guard let tls = state.withLock({ $0.tls }) else { return channel.close() }
      return loop.accept(channel, tls)
    }
    guard isSecured else { return bootstrap }
    return bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
  }

  /// Returns the reason why it could not start, as words.
  package static func text(of error: any Error) -> String {
    (error as? HTTP2ServerError)?.message ?? ConnectionFailure(error).cause
  }

  /// Replaces the certificate and its key for connections to come; the old ones stay where the new ones are unusable.
  package func reload(_ identity: Identity) throws(HTTP2ServerError) {
    guard let tls = state.withLock({ $0.tls }) else {
      throw HTTP2ServerError("the server listens without TLS; restart it to listen with TLS")
    }
    try tls.reload(identity)
  }

  // MARK: Answers

  /// Sends responses, from any thread; those whose connection or stream is gone are dropped.
  ///
  /// Each event loop is woken once for all the responses that come before it takes them.
  package func post(_ answers: [HTTP2Answer]) {
    if state.withLock({ $0.isStopped }) { return }
    if loops.count == 1 {
      loops[0].answers.put(contentsOf: answers)
      return
    }
    var parts = Array(repeating: [HTTP2Answer](), count: loops.count)
    for answer in answers where answer.connection > 0 {
      parts[(answer.connection - 1) % loops.count].append(answer)
    }
    for (loop, part) in zip(loops, parts) { loop.answers.put(contentsOf: part) }
  }

  // MARK: The end

  /// Stops listening, lets requests that were begun be answered, and ends when all connections have.
  ///
  /// Clients get GOAWAY as RFC 9113 §6.8 has it for a graceful shutdown: first for all streams, and after a round trip for
  /// those that have come, so that no request is lost on its way.
  ///
  /// - Parameters:
  ///   - reason: one word, which the second GOAWAY carries as `{"reason":"…"}`.
  ///   - deadline: the time after which connections end whatever is open.
  package func drain(reason: String = "Shutdown", deadline: Duration) async {
    let (end, isFirst) = state.withLock { state in
      if let end = state.end { return (end, false) }
      let end = Task { await self.end(reason, deadline) }
      state.end = end
      return (end, true)
    }
    // Who asks later may have less time.
    if !isFirst, !state.withLock({ $0.isStopped }) {
      for loop in loops { loop.cut(after: deadline) }
    }
    await end.value
  }

  private func end(_ reason: String, _ deadline: Duration) async {
    await stopListening()
    let ends = loops.map { $0.drain(reason: reason, deadline: deadline) }
    for end in ends { try? await end.get() }
    await shutDown()
  }

  /// Ends all connections.
  package func stop() async {
    await stopListening()
    await shutDown()
  }

  private func stopListening() async {
    let bound = state.withLock { state in
      defer { state.listeners = [] }
      return state.listeners
    }
    for listener in bound { await listener.close() }
  }

  private func shutDown() async {
    state.withLock { $0.isStopped = true }
    try? await group.shutdownGracefully()
  }
}
