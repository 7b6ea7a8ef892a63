import Glibc
import Testing
import WorkerHost
import WorkerProtocol

/// Frames over two pipes, of which the other process writes and reads as it likes.
struct FramePipeTests {
  /// Both pipes, whose other ends are the test's.
  private final class Ends {
    let pipe: FramePipe
    let reader: Int32
    private(set) var writer: Int32

    init() throws {
      var out: [Int32] = [-1, -1]
      var back: [Int32] = [-1, -1]
      try #require(Glibc.pipe(&out) == 0 && Glibc.pipe(&back) == 0)
      pipe = FramePipe(output: out[1], input: back[0])
      (reader, writer) = (out[0], back[1])
    }

    deinit {
      closeWriter()
      for descriptor in [reader, pipe.output, pipe.input] { close(descriptor) }
    }

    func closeWriter() {
      if writer >= 0 { close(writer) }
      writer = -1
    }

    func write(_ bytes: [UInt8]) { #expect(Glibc.write(writer, bytes, bytes.count) == bytes.count) }

    func readAll() -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(reader, &bytes, bytes.count)
      return Array(bytes.prefix(max(count, 0)))
    }
  }

  private static let frame = Frame(.capability, id: 7, count: 3)
  private static let bytes = frame.header + [1, 2, 3]

  @Test func framesComeWhole() throws {
    let ends = try Ends()
    for byte in Self.bytes.dropLast() {
      ends.write([byte])
      let (frames, hasEnded) = ends.pipe.receive { _ in 3 }
      #expect(frames.isEmpty && !hasEnded)
    }
    ends.write([3] + Self.bytes)
    let (frames, hasEnded) = ends.pipe.receive { _ in 3 }
    #expect(frames.map(\.0) == [Self.frame, Self.frame])
    #expect(frames.map(\.1) == [[1, 2, 3], [1, 2, 3]])
    #expect(!hasEnded)
  }

  @Test func theBodyOfASharedFrameIsElsewhere() throws {
    let ends = try Ends()
    let shared = Frame(.results, id: 1, count: 3, isShared: true)
    ends.write(shared.header + Self.bytes)
    let (frames, _) = ends.pipe.receive { _ in 3 }
    #expect(frames.map(\.0) == [shared, Self.frame])
    #expect(frames.map(\.1) == [[], [1, 2, 3]])
  }

  @Test func whatIsNoFrameEndsThePipe() throws {
    // No kind of frame, and more bytes than the kind may have; what came before counts.
    for wrong in [[UInt8](repeating: 0xFF, count: 16), Frame(.capability, count: 4).header] {
      let ends = try Ends()
      ends.write(Self.bytes + wrong)
      let (frames, hasEnded) = ends.pipe.receive { _ in 3 }
      #expect(frames.map(\.0) == [Self.frame])
      #expect(hasEnded)
    }
  }

  @Test func aClosedEndIsSeenBehindItsFrames() throws {
    let ends = try Ends()
    ends.write(Self.bytes)
    ends.closeWriter()
    let (frames, hasEnded) = ends.pipe.receive { _ in 3 }
    #expect(frames.map(\.0) == [Self.frame])
    #expect(hasEnded || ends.pipe.receive { _ in 3 }.hasEnded)
  }

  @Test func whatAFullPipeDoesNotTakeFollows() throws {
    let ends = try Ends()
    let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 1000) }
    let frame = Frame(.configure, count: body.count)
    ends.pipe.send(frame, body)
    #expect(ends.pipe.unsentCount > 0)
    var seen: [UInt8] = []
    while ends.pipe.unsentCount > 0 {
      seen += ends.readAll()
      ends.pipe.flush()
    }
    while seen.count < 16 + body.count { seen += ends.readAll() }
    #expect(seen == frame.header + body)
  }
}
