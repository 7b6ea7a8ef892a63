import WorkerProtocol

/// The requests of plugins to the host about one notification.
package struct HostExchange {
  /// The number of requests so far.
  private(set) var requestCount = 0
  /// The request that a plugin waits with, until it was sent.
  private(set) var request: CapabilityRequest?
  /// The answer, until the plugin has it.
  var answer: CapabilityAnswer?

  mutating func ask(_ request: CapabilityRequest) {
    requestCount += 1
    self.request = request
  }

  /// Removes the request, to send it.
  mutating func takeRequest() -> CapabilityRequest? {
    defer { request = nil }
    return request
  }

  /// Removes the answer, to give it to the plugin.
  mutating func takeAnswer() -> CapabilityAnswer? {
    defer { answer = nil }
    return answer
  }
}
