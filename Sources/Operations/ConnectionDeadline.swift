import NIOCore

/// The one deadline that a connection has at a time.
final class ConnectionDeadline {
  /// The thing that a connection waits for.
  enum Wait {
    case handshake, request, response, idle, linger
  }

  private(set) var wait: Wait?
  private var timer: Scheduled<Void>?

  /// Sets what is waited for; a wait that goes on keeps its deadline.
  ///
  /// - Parameter isAnew: true where it begins again all the same.
  func set(
    _ next: Wait?, isAnew: Bool, _ context: ChannelHandlerContext, _ limits: RequestLimits,
    _ expire: @escaping () -> Void
  ) {
    if next == wait, !isAnew { return }
    cancel()
    wait = next
    guard let next else { return }
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: limits.time(of: next), expire)
  }

  /// Ends the wait.
  func cancel() {
    timer?.cancel()
    timer = nil
    wait = nil
  }
}

extension RequestLimits {
  /// The time that something may take.
  fileprivate func time(of wait: ConnectionDeadline.Wait) -> TimeAmount {
    switch wait {
    case .handshake: handshakeTime
    case .request: requestTime
    case .response: responseTime
    case .idle: idleTime
    case .linger: .seconds(2)
    }
  }
}
