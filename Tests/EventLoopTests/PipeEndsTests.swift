import EventLoop
import Glibc
import Testing

/// The two ends of a pipe: pipe2(2).
struct PipeEndsTests {
  @Test func whatIsWrittenAtOneEndComesOutAtTheOther() throws {
    let ends = try PipeEnds()
    defer { close(ends.reader) }
    #expect(write(ends.writer, "ab", 2) == 2)
    close(ends.writer)
    var bytes = [UInt8](repeating: 0, count: 4)
    #expect(read(ends.reader, &bytes, 4) == 2 && bytes.prefix(2) == [0x61, 0x62])
    #expect(read(ends.reader, &bytes, 4) == 0)
  }

  /// A child has neither: an end that is held open keeps the other's reader waiting.
  @Test func bothAreClosedOnExec() throws {
    let ends = try PipeEnds()
    defer {
      close(ends.reader)
      close(ends.writer)
    }
    for end in [ends.reader, ends.writer] { #expect(fcntl(end, F_GETFD) & FD_CLOEXEC != 0) }
  }
}
