import CNGHTTP2
import Foundation
import HTTP2Testing
import HTTP2Transport
import Testing

/// A client that sends what bytes a test says, and reads frames, within ten seconds each.
///
/// It waits without holding a thread: the tests of all files share few.
final class RawClient {
  let descriptor: Int32
  private var buffer: [UInt8] = []
  private var inflater: OpaquePointer?
  /// True once the other side has closed.
  private var isAtEnd = false

  /// Connects to a Unix socket, or to a port of 127.0.0.1 from an address of this machine.
  private init(_ descriptor: Int32) {
    self.descriptor = descriptor
    var time = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    nghttp2_hd_inflate_new(&inflater)
  }

  deinit {
    nghttp2_hd_inflate_del(inflater)
    close(descriptor)
  }

  convenience init(unix path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    self.init(descriptor)
    try #require(Self.connect(descriptor, &address) == 0, "connect: \(errno)")
  }

  convenience init(port: Int, from source: String = "127.0.0.1") throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    self.init(descriptor)
    var own = sockaddr_in()
    own.sin_family = sa_family_t(AF_INET)
    own.sin_addr.s_addr = inet_addr(source)
    let result = withUnsafePointer(to: &own) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0)
    own.sin_addr.s_addr = inet_addr("127.0.0.1")
    own.sin_port = UInt16(port).bigEndian
    try #require(Self.connect(descriptor, &own) == 0, "connect: \(errno)")
  }

  private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }

  // MARK: Sending

  /// Sends bytes; false where the other side has closed, or takes nothing.
  @discardableResult func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }

  @discardableResult func send(_ frames: RawFrame...) -> Bool { send(frames.flatMap(\.bytes)) }

  /// Sends the preface with some settings.
  func greet(_ settings: [(UInt16, UInt32)] = []) {
    send(RawFrame.preface + RawFrame.settings(settings).bytes)
  }

  // MARK: Receiving

  /// Returns the next frame; nil at the end of the connection.
  func frame() async -> RawFrame? {
    guard await fill(9) else { return nil }
    let length = Int(buffer[0]) << 16 | Int(buffer[1]) << 8 | Int(buffer[2])
    guard await fill(9 + length) else { return nil }
    var frame = RawFrame(
      type: buffer[3], flags: buffer[4], stream: 0, payload: Array(buffer[9..<9 + length]))
    frame.stream = buffer[5..<9].reduce(0) { $0 << 8 | UInt32($1) }
    buffer.removeFirst(9 + length)
    if frame.kind == .headers { statuses.append(status(frame)) }
    return frame
  }

  private func fill(_ count: Int) async -> Bool {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    var waits = 0
    while buffer.count < count {
      let got = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
      if got > 0 {
        buffer += bytes.prefix(got)
      } else if got < 0, errno == EAGAIN, waits < 2000 {
        waits += 1
        try? await Task.sleep(for: .milliseconds(5))
      } else {
        isAtEnd = got == 0 || errno == ECONNRESET
        #expect(isAtEnd, "nothing came: \(errno)")
        return false
      }
    }
    return true
  }

  /// Returns the next frame of a kind, and passes over others; nil where the connection ends before.
  func next(_ kind: RawFrame.Kind) async -> RawFrame? {
    while let frame = await frame() {
      if frame.kind == kind, kind != .settings || frame.flags == 0 { return frame }
    }
    return nil
  }

  /// The statuses of all responses so far.
  private(set) var statuses: [Int] = []

  /// Returns the status of the next response.
  func nextStatus() async -> Int? { await next(.headers) == nil ? nil : statuses.last }

  /// Passes over all frames up to the end; true when it came in time.
  func hasEnded() async -> Bool {
    while await frame() != nil {}
    return isAtEnd
  }

  private func status(_ frame: RawFrame) -> Int {
    var (status, rest) = (0, frame.payload)
    while true {
      var field = nghttp2_nv()
      var flags: Int32 = 0
      let count = rest.withUnsafeBufferPointer {
        nghttp2_hd_inflate_hd2(inflater, &field, &flags, $0.baseAddress, $0.count, 1)
      }
      guard count >= 0 else { return -1 }
      rest.removeFirst(count)
      if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
        let name = String(
          decoding: UnsafeBufferPointer(start: field.name, count: field.namelen), as: UTF8.self)
        let value = UnsafeBufferPointer(start: field.value, count: field.valuelen)
        if name == ":status" { status = Int(String(decoding: value, as: UTF8.self)) ?? -1 }
      }
      if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 { break }
      if count == 0, rest.isEmpty { break }
    }
    nghttp2_hd_inflate_end_headers(inflater)
    return status
  }
}

/// Waits until something is so; far longer than any test takes.
func waits(for what: String, _ isSo: () throws -> Bool) async throws {
  for _ in 0..<1000 {
    if try isSo() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("\(what): not in 10 s")
}

/// Returns the limits of a server but for what a test changes.
func limits(_ change: (inout HTTP2Server.Limits) -> Void) -> HTTP2Server.Limits {
  var limits = HTTP2Server.Limits()
  change(&limits)
  return limits
}

extension ScriptedServer {
  /// A server on a Unix socket, where a test needs no TLS to say what it wants.
  static func unix(
    answersRefusals: Bool = true, settings: HTTP2Settings = HTTP2Settings(),
    _ limits: HTTP2Server.Limits = HTTP2Server.Limits(),
    _ script: @escaping Script = { request, connection in connection.respond(request.stream, status: 200) },
    began: @escaping Script = { _, _ in }
  ) async throws -> (server: ScriptedServer, path: String) {
    let path = "/tmp/h2-\(UUID().uuidString).sock"
    var options = HTTP2Server.Options()
    options.listeners = [.unix(path: path, mode: 0o600)]
    options.settings = settings
    options.limits = limits
    return (
      try await ScriptedServer(options, answersRefusals: answersRefusals, script, began: began), path
    )
  }
}
