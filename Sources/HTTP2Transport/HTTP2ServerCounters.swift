import Synchronization

/// The counts of a server, which any thread reads.
package final class HTTP2ServerCounters: Sendable {
  /// The cause for which a server refused a connection or a request.
  package enum Cause: Int, Sendable, CaseIterable {
    /// TLS's handshake failed, or took too long.
    case handshake
    /// The bytes behind the handshake are not HTTP/2, or took too long.
    case preface
    /// There are too many connections.
    case connections
    /// There are too many connections from one address.
    case address
    /// No request came for too long.
    case idle
    /// Too many frames came.
    case flood
    /// A request's body is too large.
    case body
    /// A request's header list is too large.
    case headers
    /// A request or the reading of a response took too long.
    case slow
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }

  private let openCounter = Atomic<Int>(0)
  private let acceptedCounter = Atomic<Int>(0)
  private let refusedCounters = Cause.allCases.map { _ in Counter() }
  private let requestCounter = Atomic<Int>(0)
  private let byteCounter = Atomic<Int>(0)

  /// The connections that are open.
  package var open: Int { openCounter.load(ordering: .relaxed) }
  /// The connections that were accepted from the kernel, those that were refused among them.
  package var accepted: Int { acceptedCounter.load(ordering: .relaxed) }
  /// The requests without a complete response.
  package var requestsInFlight: Int { requestCounter.load(ordering: .relaxed) }
  /// The bytes of these requests and their responses.
  package var bytesInFlight: Int { byteCounter.load(ordering: .relaxed) }
  /// Returns the connections and requests that were refused for a cause.
  package func refused(_ cause: Cause) -> Int {
    refusedCounters[cause.rawValue].value.load(ordering: .relaxed)
  }

  func accept() { acceptedCounter.add(1, ordering: .relaxed) }
  func changeOpen(by difference: Int) { openCounter.add(difference, ordering: .relaxed) }
  func refuse(_ cause: Cause) { refusedCounters[cause.rawValue].value.add(1, ordering: .relaxed) }
  func changeRequests(by difference: Int) { requestCounter.add(difference, ordering: .relaxed) }
  func changeBytes(by difference: Int) { byteCounter.add(difference, ordering: .relaxed) }
}
