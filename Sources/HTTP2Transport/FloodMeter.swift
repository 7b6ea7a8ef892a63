import NIOCore

/// A count of frames that cost a server more than a client, for one connection.
///
/// PING, SETTINGS, PRIORITY, WINDOW_UPDATE, empty DATA, streams that are opened and reset: a client may send them, and one
/// that sends thousands and no requests is an attack (CVE-2019-9511 to 9518, CVE-2023-44487, CVE-2024-28182,
/// CVE-2025-8671).
struct FloodMeter {
  private let capacity: Int
  private let rate: Int
  private var balance: Int
  private var refilled: NIODeadline
  private var continuations = 0

  /// The frames that a response pays for.
  private static let reward = 10
  /// The CONTINUATION frames of one header block; 8,000 bytes fit into HEADERS alone.
  private static let mostContinuations = 6
  /// The bytes from which on DATA counts as a body's.
  private static let smallData = 64

  init(_ limits: HTTP2Server.Limits, now: NIODeadline) {
    capacity = limits.frames
    rate = limits.framesPerSecond
    balance = limits.frames
    refilled = now
  }

  /// Counts a response that was sent.
  mutating func reward() { balance = min(balance + Self.reward, capacity) }

  /// Counts a frame; true where it is one too many.
  mutating func isFlooded(by frame: HTTP2Session.FrameHeader, now: @autoclosure () -> NIODeadline) -> Bool {
    switch frame.kind {
    case .headers: continuations = 0
    case .continuation:
      continuations += 1
      if continuations > Self.mostContinuations { return true }
    case .data: if frame.isLast || frame.length >= Self.smallData { return false }
    case .other: break
    }
    return isFlooded(now: now())
  }

  /// Counts an event that costs as much as a frame; true where it is one too many.
  mutating func isFlooded(now: @autoclosure () -> NIODeadline) -> Bool {
    balance -= 1
    if balance >= 0 { return false }
    refill(now())
    return balance < 0
  }

  private mutating func refill(_ now: NIODeadline) {
    let gained = (now - refilled).nanoseconds / (1_000_000_000 / Int64(max(rate, 1)))
    guard gained > 0 else { return }
    balance = min(balance + Int(clamping: gained), capacity)
    refilled = now
  }
}
