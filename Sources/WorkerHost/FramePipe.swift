import EventLoop
import Glibc
import WorkerProtocol

/// The two pipes of a process, as frames.
///
/// Neither direction waits: what a pipe does not take is kept, and so is half a frame.
package final class FramePipe {
  /// The most bytes that one call reads, so that one worker does not keep the host from the others.
  private static let readLimit = 1 << 20

  /// The descriptor that frames are written to.
  package let output: Int32
  /// The descriptor that frames are read from.
  package let input: Int32
  /// Bytes to write; those before `sentCount` have gone.
  private var unsent: [UInt8] = []
  private var sentCount = 0
  private var received: [UInt8] = []
  /// The memory that reads go to first.
  private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)

  /// Makes frames of two descriptors, which stay their owner's.
  package init(output: Int32, input: Int32) {
    self.output = output
    self.input = input
    // Only this end: the other process' is another open file.
    _ = fcntl(output, F_SETFL, O_NONBLOCK)
    _ = fcntl(input, F_SETFL, O_NONBLOCK)
  }

  deinit { chunk.deallocate() }

  // MARK: Writing

  /// The number of bytes that the pipe did not take yet.
  package var unsentCount: Int { unsent.count - sentCount }

  /// Writes a frame, as far as the pipe takes it.
  package func send(_ frame: Frame, _ body: [UInt8]) {
    unsent.append(contentsOf: frame.header)
    unsent.append(contentsOf: body)
    flush()
  }

  /// Writes what the pipe takes.
  package func flush() {
    while unsentCount > 0 {
      let count = unsent[sentCount...].withUnsafeBytes { writeQuietly(output, $0) }
      if count <= 0 {
        if count < 0, errno == EINTR { continue }
        // A full pipe is polled for; a broken one is noticed where results are read.
        break
      }
      sentCount += count
    }
    // Not at every call: each would move all that is left.
    if sentCount > unsent.count / 2 {
      unsent.removeFirst(sentCount)
      sentCount = 0
    }
  }

  // MARK: Reading

  /// Reads what has come: whole frames, and whether the other end is closed or sent what is no frame.
  ///
  /// - Parameter limit: the most bytes of the body of a frame of this kind.
  package func receive(limit: (Frame.Kind) -> Int) -> (frames: [(Frame, [UInt8])], hasEnded: Bool) {
    let hasEnded = readBytes()
    var frames: [(Frame, [UInt8])] = []
    var at = 0
    while received.count - at >= Frame.headerSize {
      guard let frame = received[at...].withUnsafeBytes({ Frame(header: $0) }),
        frame.count <= limit(frame.kind)
      else { return (frames, true) }
      let inline = frame.isShared ? 0 : frame.count
      guard received.count - at - Frame.headerSize >= inline else { break }
      at += Frame.headerSize
      frames.append((frame, Array(received[at..<at + inline])))
      at += inline
    }
    if at > 0 { received.removeFirst(at) }
    return (frames, hasEnded)
  }

  /// Reads the bytes that have come; true where no more come.
  private func readBytes() -> Bool {
    var total = 0
    while total < Self.readLimit {
      let count = read(input, chunk.baseAddress, chunk.count)
      if count > 0 {
        received.append(contentsOf: chunk[0..<count])
        total += count
        if count < chunk.count { break }
      } else if count < 0, errno == EINTR {
        continue
      } else {
        return count == 0 || errno != EAGAIN
      }
    }
    return false
  }
}
