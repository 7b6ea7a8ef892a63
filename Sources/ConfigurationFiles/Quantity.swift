/// Times and sizes as people write them.
package enum Quantity {
  /// `100ms`, `30s`, `5m`, `1h`; nil for anything else.
  package static func duration(_ text: String) -> Duration? {
    guard let (number, unit) = split(text) else { return nil }
    switch unit {
    case "us": return .microseconds(number)
    case "ms": return .milliseconds(number)
    case "s": return .seconds(number)
    case "m": return .seconds(number * 60)
    case "h": return .seconds(number * 3600)
    default: return nil
    }
  }

  /// A duration as people write it, in the largest unit that it is a whole number of.
  package static func text(_ duration: Duration) -> String {
    let microseconds = duration / .microseconds(1)
    for (unit, size) in [("h", 3_600e6), ("m", 60e6), ("s", 1e6), ("ms", 1e3)] {
      let number = microseconds / size
      if number >= 1, number == number.rounded() { return "\(Int(number))\(unit)" }
    }
    return "\(Int(microseconds))us"
  }

  /// A size as people write it, in the largest unit that it is a whole number of.
  package static func text(_ bytes: Int) -> String {
    for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
    where bytes > 0 && bytes % (1 << shift) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes) bytes"
  }

  /// `512`, `256KiB`, `24MiB`, `1GiB`, and the decimal `kB`, `MB`, `GB`; nil for anything else.
  package static func size(_ text: String) -> Int? {
    guard let (number, unit) = split(text) else { return nil }
    let factors: [String: Double] = [
      "": 1, "B": 1, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824, "kB": 1e3, "MB": 1e6, "GB": 1e9,
    ]
    guard let factor = factors[unit] else { return nil }
    return Int(exactly: (number * factor).rounded())
  }

  private static func split(_ text: String) -> (Double, String)? {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), number.isFinite, number < 1e15 else { return nil }
    return (number, String(text.dropFirst(digits.count).drop { $0 == " " }))
  }
}
