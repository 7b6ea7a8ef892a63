import CEventLoop

/// The two ends of a new pipe, both closed on exec; its owner closes them.
package struct PipeEnds: Sendable {
  /// The end that is read from.
  package let reader: Int32
  /// The end that is written to.
  package let writer: Int32

  /// Makes a pipe.
  ///
  /// - Throws: ``SystemError`` where there are no descriptors left.
  package init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    guard el_pipe(&ends) == 0 else { throw SystemError("pipe2") }
    (reader, writer) = (ends[0], ends[1])
  }
}
