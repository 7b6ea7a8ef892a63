import NIOCore

/// The addresses that a name led to, in the order in which they were tried, and what became of each.
///
/// SwiftNIO reports them where every address failed, but not where time ran out (RFC 8305 §5).
final class ConnectionAttempts {
  private var attempts: [(address: SocketAddress, cause: String?)] = []

  /// Returns every address with its cause; nil where none was tried.
  ///
  /// - Parameter silence: the cause of those that said nothing.
  func text(silence: String) -> String? {
    guard !attempts.isEmpty else { return nil }
    return attempts.map { Self.text($0.address, $0.cause ?? silence) }.joined(separator: "; ")
  }

  /// Returns one address with its cause.
  static func text(_ address: SocketAddress, _ cause: String) -> String {
    (address.ipAddress.map { "\($0): " } ?? "") + cause
  }

  fileprivate func begin(_ address: SocketAddress) -> Int {
    attempts.append((address, nil))
    return attempts.count - 1
  }

  fileprivate func fail(_ index: Int, _ error: any Error) {
    // What was closed because another address won, or time ran out, has failed for no reason of its own.
    if error is ChannelError { return }
    attempts[index].cause = ConnectionFailure(error).cause
  }
}

/// Notes the address of one attempt; each attempt has a handler of its own.
final class ConnectionAttempt: ChannelOutboundHandler {
  typealias OutboundIn = NIOAny

  private let attempts: ConnectionAttempts

  init(_ attempts: ConnectionAttempts) { self.attempts = attempts }

  func connect(context: ChannelHandlerContext, to address: SocketAddress, promise: EventLoopPromise<Void>?) {
    let attempts = attempts
    let index = attempts.begin(address)
    let connected = promise ?? context.eventLoop.makePromise(of: Void.self)
    connected.futureResult.assumeIsolated().whenFailure { attempts.fail(index, $0) }
    context.connect(to: address, promise: connected)
  }
}
