import HTTPTypes
import Hummingbird
import LosslessJSON

/// An error of a request as RFC 9457 writes it: `application/problem+json`.
package struct Problem: Error, HTTPResponseError, Equatable {
  /// The status of the response.
  package let status: HTTPResponse.Status
  /// One sentence for people: what is wrong and what to do.
  package let detail: String
  /// The place in the body of the request, as RFC 6901 writes it; nil for none.
  package let pointer: String?
  /// The other headers of the response.
  package let headers: HTTPFields

  /// Makes a value from its parts.
  package init(
    _ status: HTTPResponse.Status, _ detail: String, pointer: String? = nil, headers: HTTPFields = [:]
  ) {
    self.status = status
    self.detail = detail
    self.pointer = pointer
    self.headers = headers
  }

  /// The body of the response.
  var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writeMembers(to: &writer)
    writer.endObject()
    return writer.text
  }

  /// Writes the members of the problem.
  package func writeMembers(to writer: inout JSONWriter) {
    // No page says more than the status does: RFC 9457 §4.2.1.
    writer.member("type", "about:blank")
    writer.member("title", status.reasonPhrase)
    writer.member("status", status.code)
    writer.member("detail", detail)
    if let pointer { writer.member("pointer", pointer) }
  }

  /// The response.
  var response: Response {
    Response(status: status, text: json + "\n", type: "application/problem+json", headers: headers)
  }

  /// Returns the response; the request does not matter.
  package func response(from request: Request, context: some RequestContext) -> Response { response }
}

extension Problem {
  /// The whole response as text, behind which the connection ends: for a client of whom no request is read.
  var lastResponse: String {
    let body = json
    let fields = headers.map { "\($0.name.rawName): \($0.value)\r\n" }.joined()
    return
      "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\ncontent-type: application/problem+json\r\n\(fields)"
      + "content-length: \(body.utf8.count)\r\nconnection: close\r\n\r\n\(body)"
  }
}

extension Response {
  /// Makes a response of a text, which nobody may store.
  package init(
    status: HTTPResponse.Status = .ok, text: String, type: String, headers: HTTPFields = [:]
  ) {
    var headers = headers
    headers[.contentType] = type
    headers[.cacheControl] = "no-store"
    self.init(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
