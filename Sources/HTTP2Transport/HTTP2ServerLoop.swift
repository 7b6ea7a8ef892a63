import EventLoop
import NIOCore

/// The connections of a server that live on one event loop.
// Unchecked: everything but the mailbox is used on the event loop alone.
final class HTTP2ServerLoop: @unchecked Sendable {
  let eventLoop: any NIOCore.EventLoop
  let options: HTTP2Server.Options
  let counters: HTTP2ServerCounters
  let answers: Mailbox<HTTP2Answer>
  private let admission: ConnectionAdmission
  private let makeHandler: @Sendable () -> any HTTP2ServerHandler
  private let index: Int
  private var accepted = 0
  private var connections: [Int: HTTP2ServerConnection] = [:]
  /// The promise that the last connection's end keeps; nil while the server accepts.
  private var drained: EventLoopPromise<Void>?

  init(
    _ eventLoop: any NIOCore.EventLoop, index: Int, _ options: HTTP2Server.Options,
    _ counters: HTTP2ServerCounters, _ admission: ConnectionAdmission,
    _ makeHandler: @escaping @Sendable () -> any HTTP2ServerHandler
  ) {
    self.eventLoop = eventLoop
    self.index = index
    self.options = options
    self.counters = counters
    self.admission = admission
    self.makeHandler = makeHandler
    let own = WeakLoop()
    answers = Mailbox { mailbox in
      eventLoop.execute { own.loop?.respond(mailbox.take()) }
    }
    own.loop = self
  }

  /// A reference to a loop that its own mailbox may hold.
  // Unchecked: it is set once, before the mailbox is known to anybody.
  private final class WeakLoop: @unchecked Sendable {
    weak var loop: HTTP2ServerLoop?
  }

  // MARK: Connections

  /// Makes a connection of a channel, or fails where it is one too many.
  func accept(_ channel: any Channel, _ tls: ServerTLS?) -> EventLoopFuture<Void> {
    counters.accept()
    return HTTP2Peer.of(channel).flatMapThrowing { try self.add(channel, tls, $0) }
  }

  private func add(_ channel: any Channel, _ tls: ServerTLS?, _ peer: HTTP2Peer) throws {
    guard drained == nil else { throw HTTP2ServerError("the server is stopping") }
    if let cause = admission.admit(peer) {
      counters.refuse(cause)
      throw HTTP2ServerError("too many connections")
    }
    counters.changeOpen(by: 1)
    accepted += 1
    // The number says which loop has the connection.
    let id = (accepted - 1) * options.threads + index + 1
    let connection = HTTP2ServerConnection(
      id: id, peer, channel, self, isSecured: tls != nil, makeHandler)
    connections[id] = connection
    channel.closeFuture.whenComplete { _ in self.remove(id, peer) }
    do {
      if let tls { try channel.pipeline.syncOperations.addHandler(tls.handler(), name: HTTP2Channel.tlsName) }
      try channel.pipeline.syncOperations.addHandler(connection.channel)
    } catch {
      // The client is gone already; nothing else lets go of the connection.
      connection.channel.events = HTTP2Channel.Events()
      throw error
    }
    connection.watch()
  }

  private func remove(_ id: Int, _ peer: HTTP2Peer) {
    connections[id] = nil
    admission.release(peer)
    counters.changeOpen(by: -1)
    if connections.isEmpty { drained?.succeed() }
  }

  // MARK: Answers

  private func respond(_ answers: [HTTP2Answer]) {
    var touched: [ObjectIdentifier: HTTP2ServerConnection] = [:]
    for answer in answers {
      guard let connection = connections[answer.connection] else { continue }
      connection.prepare(answer.stream, answer.status, answer.headers, answer.body)
      touched[ObjectIdentifier(connection)] = connection
    }
    for connection in touched.values { connection.channel.flush() }
  }

  // MARK: The end

  /// Lets the connections end once their requests are answered, at the latest after `deadline`.
  func cut(after deadline: Duration) {
    eventLoop.execute {
      self.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(of: deadline)) {
        for connection in self.connections.values { connection.channel.cut() }
      }
    }
  }

  func drain(reason: String, deadline: Duration) -> EventLoopFuture<Void> {
    eventLoop.flatSubmit {
      if let drained = self.drained { return drained.futureResult }
      let promise = self.eventLoop.makePromise(of: Void.self)
      self.drained = promise
      for connection in self.connections.values { connection.leave(reason) }
      if self.connections.isEmpty { promise.succeed() }
      let end = self.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(of: deadline)) {
        for connection in self.connections.values { connection.channel.cut() }
      }
      promise.futureResult.whenComplete { _ in end.cancel() }
      return promise.futureResult
    }
  }
}
