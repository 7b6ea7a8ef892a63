import Foundation
import Testing

/// A TCP port of this machine at which nobody answers.
final class SilentListener {
  private let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  private var fillers: [Int32] = []
  let port: Int

  /// - Parameter takesConnections: false where the port is as one behind a firewall that drops what it is sent.
  init(takesConnections: Bool = true) throws {
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isListening = withUnsafeMutablePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && listen(listener, takesConnections ? 64 : 0) == 0
          && getsockname(listener, $0, &size) == 0
      }
    }
    try #require(isListening)
    port = Int(UInt16(bigEndian: place.sin_port))
    if !takesConnections { fill(place) }
  }

  /// Takes up the places of the backlog: Linux drops further attempts then, and their clients try again.
  private func fill(_ place: sockaddr_in) {
    var place = place
    for _ in 0..<3 {
      let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
      fillers.append(filler)
      _ = withUnsafePointer(to: &place) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(filler, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
  }

  deinit {
    for filler in fillers { close(filler) }
    close(listener)
  }
}
