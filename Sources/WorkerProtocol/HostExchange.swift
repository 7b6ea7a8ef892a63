/// The requests of plugins to the host about one notification.
package struct HostExchange {
  /// The number of requests so far.
  package private(set) var requestCount = 0
  /// The request that a plugin waits with, until it was sent.
  package private(set) var request: CapabilityRequest?
  /// The answer, until the plugin has it.
  package var answer: CapabilityAnswer?

  /// Makes an exchange in which nothing was asked.
  package init() {}

  /// Notes what a plugin asks for.
  package mutating func ask(_ request: CapabilityRequest) {
    requestCount += 1
    self.request = request
  }

  /// Removes the request, to send it.
  package mutating func takeRequest() -> CapabilityRequest? {
    defer { request = nil }
    return request
  }

  /// Removes the answer, to give it to the plugin.
  package mutating func takeAnswer() -> CapabilityAnswer? {
    defer { answer = nil }
    return answer
  }
}
