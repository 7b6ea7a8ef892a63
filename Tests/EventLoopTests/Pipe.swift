import EventLoop
import Glibc

/// A pipe that a test writes into and reads from.
struct Pipe {
  let reader: Int32
  let writer: Int32

  init() throws {
    let ends = try PipeEnds()
    (reader, writer) = (ends.reader, ends.writer)
  }

  func write(_ count: Int = 1) {
    let bytes = [UInt8](repeating: 0x78, count: count)
    _ = bytes.withUnsafeBytes { Glibc.write(writer, $0.baseAddress, count) }
  }

  @discardableResult
  func read(_ count: Int = 1) -> Int {
    var bytes = [UInt8](repeating: 0, count: count)
    return Glibc.read(reader, &bytes, count)
  }

  func close() {
    _ = Glibc.close(reader)
    _ = Glibc.close(writer)
  }
}
