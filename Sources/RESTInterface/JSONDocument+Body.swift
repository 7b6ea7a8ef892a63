import HTTPTypes
import LosslessJSON
import Operations

extension JSONDocument {
  /// Parses a body, or a line of one.
  ///
  /// - Throws: 400 with the place, where it is not JSON in UTF-8.
  mutating func parse(body: [UInt8]) throws(Problem) {
    let fault: JSONError? = body.withUnsafeBytes { bytes in
      do throws(JSONError) {
        try parse(bytes)
        return nil
      } catch {
        return error
      }
    }
    guard let fault else { return }
    throw Problem(
      .badRequest, "byte \(fault.offset + 1): \(fault.cause.rawValue); send one JSON object")
  }
}
