// Gives a server of HTTP/2 what no client sends, connection after connection, and looks at what is left of it.
//
// usage: HTTP2Fuzzer SECONDS [SEED]
//
// A crash ends the process, and so does a connection that the server does not end within ten seconds. At the end nothing
// may be open or in flight, memory may not have grown, and a client that keeps to the rules must be served.

import Foundation
import HTTP2Testing
import HTTP2Transport
import NotificationModel
import Synchronization

/// A handler that answers before the body, at its end, from another thread, or never.
final class Handler: HTTP2ServerHandler {
  static let due = Mutex<[HTTP2Answer]>([])

  func opened(_ connection: HTTP2ServerConnection) { connection.update(maxConcurrentStreams: 20) }

  func began(_ head: HTTP2Request, _ connection: HTTP2ServerConnection) {
    if head.stream % 5 == 0 { connection.respond(head.stream, status: 403, body: Array("no".utf8)) }
  }

  func received(_ request: HTTP2Request, _ connection: HTTP2ServerConnection) {
    precondition(request.body.count <= 5120)
    precondition(request.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 } <= 8000)
    switch request.stream % 4 {
    case 0: break
    case 1: connection.respond(request.stream, status: 200, body: [UInt8](repeating: 0x61, count: 3000))
    default:
      Self.due.withLock {
        $0.append(HTTP2Answer(connection: connection.id, stream: request.stream, status: 200))
      }
    }
  }

  func cancelled(_ stream: Int32) {}
  func closed(_ connection: HTTP2ServerConnection) {}
}

func frame(_ random: inout RandomSource) -> RawFrame {
  let kind = RawFrame.Kind.allCases.randomElement(using: &random) ?? .data
  let stream = UInt32.random(in: 0...25, using: &random)
  func bytes(_ most: Int, _ random: inout RandomSource) -> [UInt8] {
    (0..<Int.random(in: 0...most, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
  }
  switch kind {
  case .headers where Int.random(in: 0...9, using: &random) > 0:
    return .head(stream | 1, [("a", "b")], isLast: Bool.random(using: &random))
  case .continuation: return RawFrame(kind, flags: 4, stream: stream, payload: RawFrame.post())
  case .data: return .data(stream, bytes(6000, &random), isLast: Bool.random(using: &random))
  case .reset, .windowUpdate:
    return RawFrame(kind, stream: stream, payload: bytes(0, &random) + RawFrame.bytes(8))
  case .ping: return RawFrame(kind, payload: [UInt8](repeating: 0, count: 8))
  case .settings: return .settings([(UInt16.random(in: 0...8, using: &random), UInt32(random.next() >> 40))])
  default:
    return RawFrame(
      type: UInt8.random(in: 0...11, using: &random), flags: UInt8.random(in: 0...255, using: &random),
      stream: stream, payload: bytes(40, &random))
  }
}

/// A connection's bytes: mostly what a client may send, so that what follows is looked at, and then damaged or not.
func connection(_ random: inout RandomSource) -> [UInt8] {
  var bytes = RawFrame.preface + RawFrame.settings([(4, UInt32.random(in: 0...70_000, using: &random))]).bytes
  var next: UInt32 = 1
  for _ in 0..<Int.random(in: 0...30, using: &random) {
    if Bool.random(using: &random) {
      bytes += RawFrame.head(next, isLast: false).bytes
      bytes += RawFrame.data(next, [0x7B, 0x7D], isLast: Bool.random(using: &random)).bytes
      next += 2
    } else {
      bytes += frame(&random).bytes
    }
  }
  for _ in 0..<Int.random(in: 0...3, using: &random) where Bool.random(using: &random) {
    let at = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0...2, using: &random) {
    case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...20, using: &random)))
    default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 40)], at: at)
    }
    if bytes.isEmpty { break }
  }
  return bytes
}

/// Connects to the server's socket.
func connected(_ path: String) -> Int32 {
  let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  let result = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(client, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  precondition(result == 0, "the server takes no connection: \(errno)")
  return client
}

/// Sends bytes, ends this side, and returns the number of bytes that came until the other side ended.
func exchange(_ bytes: [UInt8], _ path: String) -> Int {
  let client = connected(path)
  defer { close(client) }
  _ = bytes.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  shutdown(client, Int32(SHUT_WR))
  var (count, buffer) = (0, [UInt8](repeating: 0, count: 64 << 10))
  while case let got = recv(client, &buffer, buffer.count, 0), got > 0 { count += got }
  return count
}

/// The memory of this process, in bytes.
func memory() -> Int {
  let words = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
  return words.count > 1 ? (Int(words[1]) ?? 0) * 4096 : 0
}

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 10
let seed = CommandLine.arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? UInt64(getpid())
var random = RandomSource(seed: seed)
// Where it is a file, standard output is written when the process ends well.
FileHandle.standardError.write(Data("the seed is \(seed)\n".utf8))

let path = "/tmp/http2-fuzzer-\(getpid()).sock"
var options = HTTP2Server.Options()
options.listeners = [.unix(path: path, mode: 0o600)]
options.limits.body = 5120
options.limits.frames = 200
let server = HTTP2Server(options) { Handler() }
_ = try await server.start()

var (count, before) = (0, 0)
let end = Date().addingTimeInterval(seconds)
while Date() < end {
  // SIGALRM ends the process where the server does not end a connection.
  alarm(10)
  _ = exchange(connection(&random), path)
  let due = Handler.due.withLock { list in
    defer { list = [] }
    return list
  }
  server.post(due)
  count += 1
  if count == 1000 { before = memory() }
}
alarm(10)
let good = RawFrame.preface + RawFrame.settings().bytes + RawFrame.head(1, isLast: true).bytes
// The server's SETTINGS and the response, before it sees this side's end.
precondition(exchange(good, path) > 9, "a client that keeps to the rules is not served")
await server.drain(deadline: .seconds(5))
let counters = server.counters
precondition(counters.open == 0, "\(counters.open) connections are left")
precondition(counters.requestsInFlight == 0, "\(counters.requestsInFlight) requests are left")
precondition(counters.bytesInFlight == 0, "\(counters.bytesInFlight) bytes are left")
let grown = memory() - before
precondition(before == 0 || grown < 32 << 20, "memory has grown by \(grown) bytes")
print("\(count) connections, \(counters.refused(.flood)) ended as floods, memory grew by \(grown) bytes")
