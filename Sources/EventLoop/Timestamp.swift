import Glibc

/// Moments as texts and numbers.
package enum Timestamp {
  /// Milliseconds since 1970.
  package static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Returns the milliseconds of a text that ``text(_:)`` has made; nil for any other.
  package static func milliseconds(_ text: String) -> Int64? {
    let form = Array("0000-00-00T00:00:00.000Z".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count == form.count else { return nil }
    for (byte, place) in zip(bytes, form) {
      guard place == 0x30 ? (0x30...0x39).contains(byte) : byte == place else { return nil }
    }
    func number(_ range: Range<Int>) -> Int32 { bytes[range].reduce(0) { $0 * 10 + Int32($1 - 0x30) } }
    var parts = tm()
    parts.tm_year = number(0..<4) - 1900
    parts.tm_mon = number(5..<7) - 1
    parts.tm_mday = number(8..<10)
    parts.tm_hour = number(11..<13)
    parts.tm_min = number(14..<16)
    parts.tm_sec = number(17..<19)
    let milliseconds = Int64(timegm(&parts)) * 1000 + Int64(number(20..<23))
    // A day that there is not becomes another.
    return self.text(milliseconds) == text ? milliseconds : nil
  }

  /// A moment as RFC 3339 has it, in UTC.
  package static func text(_ milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func digits(_ number: Int, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(count - text.count, 0)) + text
    }
    return
      "\(digits(Int(parts.tm_year) + 1900, 4))-\(digits(Int(parts.tm_mon) + 1, 2))-\(digits(Int(parts.tm_mday), 2))T"
      + "\(digits(Int(parts.tm_hour), 2)):\(digits(Int(parts.tm_min), 2)):\(digits(Int(parts.tm_sec), 2))"
      + ".\(digits(Int(milliseconds % 1000), 3))Z"
  }
}
