import EventLoop
import Glibc
import Testing

/// Writing all of something, and writing where nobody reads: write(2), pipe(7).
struct WriteWholeTests {
  private static func write(_ bytes: [UInt8], _ file: Int32, whileInterrupted: () -> Bool = { true }) -> (
    count: Int, code: Int32
  ) {
    bytes.withUnsafeBytes { writeWhole(file, $0, whileInterrupted: whileInterrupted) }
  }

  @Test func nobodyReads() throws {
    let ends = try PipeEnds()
    close(ends.reader)
    defer { close(ends.writer) }
    let result = Self.write([1, 2, 3], ends.writer)
    #expect(result.count == 0 && result.code == EPIPE)
  }

  /// A pipe that takes some of it says EAGAIN for the rest where it does not wait.
  @Test func tellsHowFarItCame() throws {
    let ends = try PipeEnds()
    defer {
      close(ends.reader)
      close(ends.writer)
    }
    _ = fcntl(ends.writer, F_SETFL, O_NONBLOCK)
    // F_GETPIPE_SZ, a macro that Swift does not see: fcntl(2).
    let capacity = Int(fcntl(ends.writer, 1024 + 8))
    let result = Self.write([UInt8](repeating: 7, count: capacity + 100), ends.writer)
    #expect(result.count == capacity && result.code == EAGAIN)
  }

  @Test func nothingIsWrittenWhole() {
    let result = Self.write([], -1)
    #expect(result.count == 0 && result.code == 0)
  }

  @Test func aFullDisk() {
    let file = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(file) }
    let result = Self.write([1], file)
    #expect(result.count == 0 && result.code == ENOSPC)
  }
}
