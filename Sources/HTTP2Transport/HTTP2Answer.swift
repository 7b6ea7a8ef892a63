/// A response that comes from another thread than its connection's.
package struct HTTP2Answer: Sendable {
  /// The ``HTTP2ServerConnection/id`` of the connection.
  package var connection: Int
  package var stream: Int32
  package var status: Int
  package var headers: [HTTP2Header]
  package var body: [UInt8]

  package init(
    connection: Int, stream: Int32, status: Int, headers: [HTTP2Header] = [], body: [UInt8] = []
  ) {
    self.connection = connection
    self.stream = stream
    self.status = status
    self.headers = headers
    self.body = body
  }
}
